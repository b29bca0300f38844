import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { base58 } from "@scure/base";
import { CALLS, METHODS } from "../../contract/src/interface/methods.ts";
import { verifyTlsKeyProof } from "../../contract/src/interface/tls-key-proof.ts";
import type { AccountId, DomainId } from "../../contract/src/protocol/brand.ts";
import * as calls from "../src/actions/calls.ts";
import { parseState } from "../src/actions/parse-state.ts";
import { provenViews } from "../src/actions/proven-views.ts";
import { parseView } from "../src/actions/view-action.ts";
import * as views from "../src/actions/views.ts";
import type { CallContract, CallOptions } from "../src/client/call-contract.ts";
import type { ProvenViews, ReadProvenContract } from "../src/client/proven-reader.ts";
import type { ReadContract } from "../src/client/read-contract.ts";
import { ed25519KeyPairFromSeed, signerKey, tlsPublicKey, verifyBytes } from "../src/crypto/keys.ts";
import { signTlsKeyProof } from "../src/crypto/tls-key-proof.ts";
import { addRoleKeyAction, roleMethods } from "../src/roles/access-keys.ts";
import { RUNNING_STATE, TLS_KEY } from "./sample-state.ts";

test("behavior: every method of the contract has one action, named after it", () => {
  const expected = Object.keys(METHODS).map(camelCase).sort();
  assert.deepEqual([...Object.keys(calls), ...Object.keys(views)].sort(), expected);
});

test("behavior: a call action attaches the method's gas and deposit, and the caller's where it gives one", async () => {
  const made: [string, unknown, CallOptions][] = [];
  const caller = {
    call: async (...call: [string, unknown, CallOptions]) => {
      made.push(call);
      return { value: null };
    },
  };
  const port = caller as unknown as CallContract;
  await calls.confirmBackup(port, { epoch_id: 4, keyset_hash: "ab".repeat(32), digest: "cd".repeat(32) });
  await calls.cancelRecovery(port);
  await calls.submitParticipantInfo(
    port,
    { participant_info: { url: "https://a", tls_public_key: TLS_KEY }, tls_key_proof: "ed25519:x" },
    { depositYocto: 1n },
  );
  assert.deepEqual(
    made.map(([method, , { gas, depositYocto }]) => [method, gas, depositYocto]),
    [
      ["confirm_backup", CALLS.confirm_backup.gas, 0n],
      ["cancel_recovery", CALLS.cancel_recovery.gas, 1n],
      ["submit_participant_info", CALLS.submit_participant_info.gas, 1n],
    ],
  );
  assert.deepEqual(made[1]?.[1], {});
});

test("behavior: what a call answers is checked too, and typed", async () => {
  const balance = { total: "1", available: "0" };
  const answering = (value: unknown) => ({ call: async () => ({ value }) }) as unknown as CallContract;
  const outcome = await calls.storageDeposit(answering({ ...balance, future: 1 }), {}, { depositYocto: 1n });
  const total: string | undefined = outcome.value?.total;
  assert.deepEqual([total, outcome.value], ["1", balance]);
  const update = { code: null, config: null };
  const { value }: { value: number } = await calls.proposeUpdate(answering(3), update, { depositYocto: 1n });
  assert.equal(value, 3);
  for (const wrong of [null, "3", -1]) {
    const proposed = calls.proposeUpdate(answering(wrong), update, { depositYocto: 1n });
    await assert.rejects(proposed, { code: "RESULT_INVALID" });
  }
  assert.equal((await calls.voteUpdate(answering("junk"), { id: 1 })).value, null);
});

test("behavior: a view action checks the answer and keeps the block", async () => {
  const answers: Record<string, unknown> = { state: RUNNING_STATE, backup_receipt: null, version: "1" };
  const reader: ReadContract = {
    view: async (method) => ({ value: answers[method], blockHeight: 7 as never, blockHash: "h" }),
  };
  const outcome = await views.state(reader);
  assert.equal(outcome.blockHeight, 7);
  assert.equal(outcome.value.kind, "Running");
  assert.equal((await views.backupReceipt(reader, { account_id: "a.near" })).value, null);
  answers.version = 5;
  await assert.rejects(views.version(reader), { code: "RESULT_INVALID", message: /a text/ });
});

test("behavior: results of another shape are refused with the path; unknown fields are dropped", () => {
  const receipt = { epoch_id: 4, keyset_hash: "ab".repeat(32), digest: "cd".repeat(32), confirmed_in: 9 };
  assert.deepEqual(parseView("backup_receipt", { ...receipt, future_field: 1 }), receipt);
  const wrong: [unknown, RegExp][] = [
    [{ ...receipt, digest: "CD".repeat(32) }, /64 hex characters at digest/],
    [{ ...receipt, epoch_id: -1 }, /at epoch_id/],
    [{ ...receipt, epoch_id: 2 ** 53 }, /at epoch_id/],
    [{ ...receipt, confirmed_in: "9" }, /at confirmed_in/],
    [{ ...receipt, digest: undefined }, /at digest/],
    [[], /an object/],
    ["null", /an object/],
  ];
  for (const [json, message] of wrong) {
    assert.throws(() => parseView("backup_receipt", json), { code: "RESULT_INVALID", message });
  }
  const service = { public_key: TLS_KEY.replace("ed25519", "x25519"), signer_account_pk: TLS_KEY, url: null };
  assert.throws(() => parseView("backup_service_info", service), { message: /an ed25519 key at public_key/ });
  assert.deepEqual(parseView("backup_service_info", { ...service, public_key: TLS_KEY }), {
    ...service,
    public_key: TLS_KEY,
    attestation: null,
  });
});

test("behavior: states that can't be read are refused, whatever they are", () => {
  const running = RUNNING_STATE.Running;
  const wrong = [
    null,
    undefined,
    "Running",
    {},
    { Running: running, Recovery: {} },
    { Running: { ...running, keyset: { ...running.keyset, epoch_id: 1.5 } } },
    { Running: { ...running, parameters: { participants: { next_id: 1 }, threshold: 2 } } },
  ];
  for (const json of wrong) assert.throws(() => parseState(json), { code: "RESULT_INVALID" });
  assert.deepEqual(parseState("NotInitialized"), { kind: "NotInitialized" });
});

test("behavior: the state of the live MPC contract is read", (context) => {
  const path = new URL("../../../shared/data/near/mpc-mainnet-state.json", import.meta.url);
  if (!existsSync(path)) return context.skip("shared/data/near/mpc-mainnet-state.json is not here");
  const state = parseState(JSON.parse(readFileSync(path, "utf8")));
  assert.equal(state.kind, "Running");
});

test("behavior: proven views come back by name with the block that was proven", async () => {
  const proven = { values: [RUNNING_STATE, null], blockHeight: 7 } as unknown as ProvenViews;
  const asked: unknown[] = [];
  const reader: ReadProvenContract = {
    viewProven: async (requests) => {
      asked.push(...requests);
      return proven;
    },
  };
  const answers = await provenViews(reader, { state: {}, backup_service_info: { account_id: "a.near" } });
  assert.deepEqual(asked, [
    { method: "state", args: {} },
    { method: "backup_service_info", args: { account_id: "a.near" } },
  ]);
  assert.equal(answers.values.state.kind, "Running");
  assert.equal(answers.values.backup_service_info, null);
  assert.equal(answers.proven.blockHeight, 7);
});

test("behavior: the contract accepts the TLS key proof that the SDK signs, for these values only", () => {
  const keyPair = ed25519KeyPairFromSeed(new Uint8Array(32).fill(3));
  const owner = {
    networkId: "testnet",
    contractId: "mpc.near",
    accountId: "a.near",
    role: "node",
    signerKey: signerKey(TLS_KEY),
  } as const;
  const proof = signTlsKeyProof(keyPair, owner);
  const accepts = (account: string) =>
    verifyTlsKeyProof(
      {
        network_id: "testnet",
        contract_id: "mpc.near" as AccountId,
        account_id: account as AccountId,
        role: "node",
        tls_public_key: tlsPublicKey(keyPair.publicKey),
        signer_account_pk: owner.signerKey,
      },
      proof,
      (text) => base58.decode(text),
      (signature, message) => verifyBytes(keyPair.publicKey, Buffer.from(message), signature),
    );
  assert.equal(accepts("a.near"), true);
  assert.equal(accepts("b.near"), false);
});

test("behavior: a role's access key names exactly the methods of that role", () => {
  for (const role of ["node", "backup_service"] as const) {
    const action = addRoleKeyAction({ contractId: "mpc.near", role, publicKey: TLS_KEY, allowanceYocto: 5n });
    const permission = action.addKey?.accessKey.permission.functionCall;
    assert.deepEqual(permission?.methodNames, [...roleMethods(role)]);
    assert.equal(permission?.receiverId, "mpc.near");
    assert.equal(permission?.allowance, 5n);
  }
  assert.ok(!roleMethods("backup_service").includes("submit_participant_recovery_info"));
  assert.ok(!roleMethods("node").includes("register_backup_service"));
  const secp256k1 = `secp256k1:${base58.encode(new Uint8Array(64))}`;
  const grant = { contractId: "mpc.near", role: "node", publicKey: secp256k1 } as const;
  assert.throws(() => addRoleKeyAction(grant), { code: "WRONG_KEY_KIND" });
});

test("behavior: the public key of a domain may be asked for with or without its id", async () => {
  const asked: unknown[] = [];
  const reader: ReadContract = {
    view: async (_, args) => {
      asked.push(args);
      return { value: "ed25519:x", blockHeight: 1 as never, blockHash: "h" };
    },
  };
  await views.publicKey(reader);
  await views.publicKey(reader, { domain_id: 1 as DomainId });
  assert.deepEqual(asked, [{}, { domain_id: 1 }]);
});

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
