/** Every view of the wasm against what the core's state says. */
import assert from "node:assert/strict";
import * as answers from "../../src/interface/answers.ts";
import type { ViewName } from "../../src/interface/arguments.ts";
import { base58Decode } from "../../src/interface/base58.ts";
import { encodePanic } from "../../src/interface/panic.ts";
import { encodeState } from "../../src/interface/state-codec.ts";
import { storageBalance } from "../../src/protocol/accounts/storage-balance.ts";
import type { AccountId, BlockHeight, DomainId, SeedVersion } from "../../src/protocol/brand.ts";
import { attempt } from "../../src/protocol/errors.ts";
import { normalize, settledRecord } from "../../src/protocol/normalize.ts";
import { membersOf } from "../../src/protocol/rules/members.ts";
import { acceptsRequests } from "../../src/protocol/rules/requests.ts";
import { openProposals } from "../../src/protocol/transparency/ballots.ts";
import { signerKeyBytes, tlsKey } from "../support/keys.ts";
import { account } from "../support/network.ts";
import { type TransparencyWorld, transparencyLookup } from "../support/transparency-world.ts";
import { runWasm, type Storage } from "../support/wasm-contract.ts";
import { lookupOf, type World } from "../support/world.ts";
import { NEWCOMERS, STRANGER } from "./cast.ts";

export function compareState(wasm: Uint8Array, storage: Storage, world: World, height: number): void {
  const state = normalize(world.state, height as BlockHeight);
  expectAnswer(ask(wasm, storage, height, "state"), encodeState(state, base58Decode), "state");
}

export function compareViews(wasm: Uint8Array, storage: Storage, world: World, height: number): void {
  const state = normalize(world.state, height as BlockHeight);
  const shows = (view: ViewName, args: object, expected: unknown): void => {
    expectAnswer(ask(wasm, storage, height, view, args), expected, `${view} ${JSON.stringify(args)}`);
  };
  shows("state", {}, encodeState(state, base58Decode));
  if (state.kind !== "NotInitialized") shows("config", {}, world.config);
  shows("recovery_info", {}, answers.recoveryInfo(state));
  shows("proposed_updates", {}, world.updates.proposals);
  showTransparency(world.transparency, height as BlockHeight, shows);
  const lookup = lookupOf(world);
  shows("pending_requests", {}, answers.pendingRequests(lookup.requests(), null, lookup.request));
  shows("pending_requests", { limit: 1 }, answers.pendingRequests(lookup.requests(), 1, lookup.request));
  for (const domain_id of [null, 0, 1, 9] as (DomainId | null)[]) {
    const key = attempt(() => answers.publicKey(state, domain_id));
    const found = ask(wasm, storage, height, "public_key", { domain_id });
    if (key.ok) expectAnswer(found, key.value, "public_key");
    else assert.equal(found.panic, encodePanic(key.error));
    if (domain_id !== null) shows("accepts_requests", { domain_id }, acceptsRequests(state, domain_id));
  }
  const members = state.kind === "NotInitialized" ? [] : membersOf(state).participants.map(([id]) => id);
  const recovering = state.kind === "Recovery" ? [state.recovering.account_id] : [];
  const some = [...members.slice(0, 2), ...recovering, account(NEWCOMERS[0]), account(STRANGER)];
  for (const account_id of some) showAccount(account_id, world, height, shows);
}

type Shows = (view: ViewName, args: object, expected: unknown) => void;

function showTransparency(world: TransparencyWorld, height: BlockHeight, shows: Shows): void {
  shows("allowed_code_hashes", {}, world.votes.allowed);
  shows("proposed_code_hashes", {}, openProposals(world.votes, height));
  shows("rollout_policy", {}, world.votes.rollout);
  shows("share_keys", {}, JSON.parse(world.shareKeys));
  for (const version of [1, 2, 3] as SeedVersion[]) {
    const json = world.seedBackups.get(version) ?? "null";
    shows("seed_backup", { version }, JSON.parse(json));
    const name = { version, from: tlsKey("program one"), to: tlsKey("program two") };
    shows("handover", name, transparencyLookup(world).handover(name) ?? null);
  }
}

function showAccount(account_id: AccountId, world: World, height: number, shows: Shows): void {
  const lookup = lookupOf(world);
  const at = height as BlockHeight;
  const record = settledRecord(world.state, account_id, { height: at, config: world.config, lookup });
  shows(
    "participant_info",
    { account_id },
    answers.participantInfo(account_id, lookup.member(account_id), record),
  );
  shows("backup_service_info", { account_id }, record?.backup_service ?? null);
  shows("backup_receipt", { account_id }, record?.receipt ?? null);
  shows("storage_balance_of", { account_id }, storageBalance(record));
  for (const role of ["node", "backup_service"] as const) {
    for (const purpose of ["backup", "recovery"] as const) {
      shows(
        "ephemeral_key",
        { account_id, role, purpose },
        answers.ephemeralKey(record, { role, purpose }, at),
      );
    }
  }
}

interface Answer {
  readonly answer: string | null;
  readonly panic: string | null;
}

function ask(
  wasm: Uint8Array,
  storage: Storage,
  height: number,
  method: ViewName,
  args: object = {},
): Answer {
  return runWasm(wasm, storage, {
    method,
    input: JSON.stringify(args),
    caller: "viewer.near",
    signerKey: signerKeyBytes("viewer"),
    height,
    isView: true,
  });
}

function expectAnswer({ answer, panic }: Answer, expected: unknown, about: string): void {
  assert.equal(panic, null, about);
  assert.equal(answer, JSON.stringify(expected), about);
}
