/** Upgrade transparency and seed backups in core and wasm side by side: same outcomes, answers and errors, to the byte. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { encodePanic } from "../src/interface/panic.ts";
import { MAX_SEED_BACKUP_CHARACTERS } from "../src/interface/transparency-shapes.ts";
import type { AccountId } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import { CODE_HASH_PROPOSAL_BLOCKS, STORAGE_YOCTO_PER_BYTE } from "../src/protocol/limits.ts";
import { handoverCostYocto } from "../src/protocol/transparency/confirm-handover.ts";
import { seedBackupCostYocto } from "../src/protocol/transparency/publish-seed-backup.ts";
import {
  addCandidate,
  allVote,
  keyEventId,
  NEAR,
  newParameters,
  proposal,
  reshare,
} from "./support/governance.ts";
import { signerKeyBytes } from "./support/keys.ts";
import { mirrored, runOnWasm } from "./support/mirrored-network.ts";
import { account, CONCLUDE, entry } from "./support/network.ts";
import {
  anchorCall,
  handover,
  handoverName,
  proposeHash,
  revokeHash,
  seedBackup,
  shareKey,
  voteHash,
  votePolicy,
} from "./support/transparency.ts";
import { loadWasm, runWasm, type Storage } from "./support/wasm-contract.ts";

let code: Uint8Array;
before(async () => {
  code = await loadWasm();
});

/** Bytes of state that NEAR charges for these keys. */
function chargedBytes(storage: Storage, isCounted: (key: string) => boolean): bigint {
  let sum = 0;
  for (const [key, value] of storage) if (isCounted(key)) sum += 40 + key.length + value.length;
  return BigInt(sum);
}

test("behavior: programs are proposed, voted in, anchored and revoked as the core says", () => {
  const network = mirrored(code);
  network.accept("a", "full", proposeHash("v1"));
  network.refuse("b", "full", proposeHash("v1"), "CODE_HASH_PROPOSED");
  network.accept("b", "full", voteHash("v1"));
  network.refuse("x", "full", voteHash("v1"), "NOT_A_MEMBER");
  network.accept("c", "full", voteHash("v1"));
  network.refuse("b", "full", proposeHash("v1"), "CODE_HASH_ALLOWED");
  network.accept("b", "full", proposeHash("v0"));
  network.accept("b", "full", proposeHash("v2"));
  network.refuse("b", "full", voteHash("v0"), "UNKNOWN_CODE_HASH");
  network.height += CODE_HASH_PROPOSAL_BLOCKS + 1;
  network.refuse("b", "full", voteHash("v2"), "UNKNOWN_CODE_HASH");
  allVote(network, ["a"], revokeHash("v1"));
  allVote(network, ["a", "b"], votePolicy("shadow"));
  network.refuse("a", "full", votePolicy("signer"), "ROLLOUT_POLICY_NOT_NEXT");
  network.accept("x", "any", anchorCall("one"));
  allVote(network, ["c"], revokeHash("v1"));
  network.accept("x", "any", anchorCall("two"));
});

test("behavior: an anchor's outcome is a value, so that a proof of it tells success, and an expired Recovery stays", () => {
  const network = mirrored(code);
  network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
  network.height += 100;
  const { statements } = network.accept("x", "any", anchorCall("one", handoverName(1, "old", "new")));
  assert.equal(statements?.length, 2);
  assert.equal(network.last?.outcome.returnValue.kind, "Value");
  assert.deepEqual(network.last?.outcome.receipts, []);
  assert.equal(network.last?.outcome.storageChanges.size, 0);
});

test("behavior: share keys, seed backups and handovers are stored and refused as the core says", () => {
  const network = mirrored(code);
  for (const name of ["c", "a", "b"]) network.accept(name, "full", shareKey(name));
  network.accept("b", "full", shareKey("b", "another"));
  network.refuse("b", "full", shareKey("b", "b", "a"), "INVALID_SHARE_KEY_PROOF");
  network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
  network.accept("a", "a-fresh", CONCLUDE);
  network.refuse("a", "full", shareKey("a", "new"), "INVALID_SHARE_KEY_PROOF");
  network.accept("a", "full", shareKey("a", "new", "a2"));
  network.refuse("a", "full", seedBackup(1, ["b", "a"]), "SHARES_NOT_SORTED", NEAR);
  network.refuse("a", "full", seedBackup(1, ["a"]), "SEED_THRESHOLD_OUT_OF_RANGE", NEAR);
  network.accept("x", "any", anchorCall("one", null, 1));
  network.accept("a", "full", seedBackup(1), NEAR);
  network.accept("x", "any", anchorCall("one", null, 1));
  network.accept("b", "full", seedBackup(1), 3n);
  network.refuse("b", "full", seedBackup(1, ["a", "b"]), "SEED_BACKUP_PUBLISHED", NEAR);
  const receipt = handover(1, "program one", "program two", network.height + 1);
  network.refuse("x", "any", { ...receipt, version: 2 as never }, "INVALID_HANDOVER_SIGNATURE", NEAR);
  network.accept("x", "any", receipt, NEAR);
  network.height += 1;
  const late = handover(2, "program one", "program two", network.height);
  network.refuse("x", "any", late, "HANDOVER_EXPIRED", NEAR);
  network.refuse("x", "any", handover(1, "program one", "program two", 999), "HANDOVER_CONFIRMED", NEAR);
  network.accept("x", "any", receipt, 5n);
  network.accept("x", "any", anchorCall("one", handoverName(1, "program one", "program two")));
});

test("behavior: who leaves takes votes, proposals and its share key out of storage; backups and receipts stay", () => {
  const network = mirrored(code);
  addCandidate(network, "d");
  network.accept("c", "full", shareKey("c"));
  network.accept("c", "full", proposeHash("v1"));
  network.accept("c", "full", voteHash("v1"));
  network.accept("c", "full", votePolicy("shadow"));
  network.accept("c", "full", seedBackup(1), NEAR);
  network.accept("x", "any", handover(1, "old", "new", 900), NEAR);
  const body = proposal(network, { leave: ["c"], join: ["d"], threshold: 2 });
  allVote(network, ["a", "b", "d"], newParameters(body));
  for (const at of [0, 1]) reshare(network, ["a", "b", "d"], keyEventId(5, at, 0));
  const holdsC = [...network.storage].filter(([, value]) => Buffer.from(value).includes('"c.near"'));
  assert.deepEqual(
    holdsC.map(([key]) => key),
    ["b:1"],
  );
  assert.ok([...network.storage.keys()].some((key) => key.startsWith("h:1:")));
});

test("behavior: what is paid for covers what NEAR charges for the storage", () => {
  const network = mirrored(code);
  const names = ["a", "b", "c", "z".repeat(59)];
  const backup = seedBackup(4_294_967_295, names, {
    shares: [
      [account("a"), `{"${"é".repeat(500)}\\"\\\\"`],
      [account("z".repeat(59)), "{"],
    ],
  });
  network.accept("a", "full", backup, NEAR);
  const paid = seedBackupCostYocto(backup, Buffer.byteLength);
  const isBackup = (key: string) => /^[bd]:/.test(key);
  assert.ok(paid >= chargedBytes(network.storage, isBackup) * STORAGE_YOCTO_PER_BYTE);
  network.height = 1_000_000_000_000;
  network.accept("x", "any", handover(4_294_967_295, "old", "new", 2_000_000_000_000), NEAR);
  const isHandover = (key: string) => key.startsWith("h:");
  assert.ok(handoverCostYocto() >= chargedBytes(network.storage, isHandover) * STORAGE_YOCTO_PER_BYTE);
});

test("behavior: a seed backup may be longer than other arguments, up to its own cap", () => {
  const network = mirrored(code);
  const share = `{"${"s".repeat(700)}`;
  const backupOf = (count: number) => {
    const names = Array.from({ length: count }, (_, at) => `m${String(at).padStart(3, "0")}`);
    return seedBackup(1, names, { shares: names.map((name) => [account(name), share]) });
  };
  network.accept("a", "full", backupOf(100), 10n * NEAR);
  const command = backupOf(200);
  const { panic } = runOnWasm(network, "a", "full", command, 10n * NEAR);
  const { type: _, ...args } = command;
  const info = { found_characters: JSON.stringify(args).length, limit: MAX_SEED_BACKUP_CHARACTERS };
  assert.equal(panic, encodePanic({ name: "INPUT_TOO_LONG", info }));
});

test("behavior: votes and keys take no deposit, which nobody would give back", () => {
  const network = mirrored(code);
  const commands = [proposeHash("v1"), voteHash("v1"), revokeHash("v1"), votePolicy("shadow"), shareKey("a")];
  for (const command of commands)
    assert.match(runOnWasm(network, "a", "full", command, 1n).panic ?? "", /DEPOSIT_NOT_ACCEPTED/);
});

test("behavior: calls of anyone may come through another contract, those of members may not", () => {
  const network = mirrored(code);
  const through = (command: Command, depositYocto = 0n) => {
    const { type: method, ...args } = command;
    const relayed = { caller: "relay.near", signer: "x.near", signerKey: signerKeyBytes("x"), height: 100 };
    return runWasm(code, network.storage, { method, input: JSON.stringify(args), ...relayed, depositYocto })
      .panic;
  };
  assert.equal(through(anchorCall("one")), null);
  assert.match(through(anchorCall("one"), 1n) ?? "", /DEPOSIT_NOT_ACCEPTED/);
  assert.equal(through(handover(1, "old", "new", 900), NEAR), null);
  for (const command of [proposeHash("v1"), voteHash("v1"), shareKey("a"), seedBackup(1)])
    assert.match(through(command) ?? "", /NOT_DIRECT_CALL/);
});

test("behavior: sealed shares of any characters are stored, paid by the byte and digested as they are", () => {
  const network = mirrored(code);
  const texts = [
    "😀é\u2028",
    "\ud800 alone \udc00",
    "\u0000\u001f\u007f",
    '\\"\\\\"],["',
    "ключ".repeat(900),
  ];
  const names = texts.map((_, at) => `m${at}`);
  const backup = seedBackup(7, names, {
    shares: names.map((name, at) => [account(name), `{${texts[at]}`]),
  });
  const cost = seedBackupCostYocto(backup, Buffer.byteLength);
  network.refuse("a", "full", backup, "DEPOSIT_REQUIRED", cost - 1n);
  network.accept("a", "full", backup, cost);
  network.accept("x", "any", anchorCall("any", null, 7));
  assert.deepEqual(
    JSON.parse(Buffer.from(network.storage.get("b:7") ?? []).toString()).shares,
    backup.shares,
  );
  network.accept("b", "full", backup, 1n);
});

test("behavior: the longest seed backup of wide characters stays below the cap on gas", () => {
  const network = mirrored(code);
  // Two bytes each as UTF-8, and wide in the engine's memory.
  const names = Array.from({ length: 31 }, (_, at) => `m${String(at).padStart(3, "0")}`);
  const shares = names.map((name): [AccountId, string] => [account(name), `{${"ю".repeat(4095)}`]);
  const command = seedBackup(1, names, { shares });
  const { panic, outcome } = runOnWasm(network, "a", "full", command, 10n * NEAR);
  assert.equal(panic, null);
  assert.ok(outcome.burntGas < 200_000_000_000_000n, `${outcome.burntGas} gas`);
});
