/** Where the money is: what came in is kept, stored as someone's deposit, or went back. */
import assert from "node:assert/strict";
import type { Outcome } from "../../src/protocol/context.ts";
import type { PublishSeedBackup } from "../../src/protocol/transparency/commands.ts";
import { handoverCostYocto } from "../../src/protocol/transparency/confirm-handover.ts";
import { seedBackupCostYocto } from "../../src/protocol/transparency/publish-seed-backup.ts";
import { account } from "../support/network.ts";
import type { World } from "../support/world.ts";
import type { SimCall } from "./scene.ts";

export interface Ledger {
  /** What the contract holds because of calls, deposits of 1 yocto for the operator's word left out. */
  readonly heldYocto: bigint;
}

export const NEW_LEDGER: Ledger = { heldYocto: 0n };

const TAKES_DEPOSITS = ["storage_deposit", "propose_update", "publish_seed_backup", "confirm_handover"];

/** The ledger after an accepted call; fails when money appears, is lost or goes to someone who is not due any. */
export function pay(before: Ledger, call: SimCall, outcome: Outcome, world: World): Ledger {
  const came = TAKES_DEPOSITS.includes(call.command.type) ? call.depositYocto : 0n;
  const transfers = outcome.transfers ?? [];
  for (const { amountYocto } of transfers) assert.ok(amountYocto > 0n, "a transfer of nothing");
  const went = transfers.reduce((sum, { amountYocto }) => sum + amountYocto, 0n);
  const heldYocto = before.heldYocto + came - went;
  assert.equal(heldYocto, storedDeposits(world), "what the contract holds is what it says it holds");
  const events = outcome.events.length;
  if (events === 0) {
    for (const { account_id } of transfers)
      assert.equal(account_id, account(call.name), "money back to the caller");
  }
  return { heldYocto };
}

function storedDeposits({ records, updates, transparency }: World): bigint {
  let sum = handoverCostYocto() * BigInt(transparency.handovers.size);
  for (const json of transparency.seedBackups.values()) {
    sum += seedBackupCostYocto(JSON.parse(json) as PublishSeedBackup, Buffer.byteLength);
  }
  for (const { storage_deposit_yocto } of records.values()) sum += BigInt(storage_deposit_yocto ?? 0);
  for (const { deposit_yocto } of updates.proposals) sum += BigInt(deposit_yocto);
  return sum;
}
