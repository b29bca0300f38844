import assert from "node:assert/strict";
import { test } from "node:test";
import { base58 } from "@scure/base";
import { type Ed25519KeyPair, generateEd25519KeyPair } from "../src/crypto/keys.ts";
import * as sdk from "../src/index.ts";
import type { Transport } from "../src/transport/transport.ts";
import { CONFIG, type Member, type TestChain } from "./test-chain.ts";

/** How one library is set up for an account and key. */
export type OpenTransport = (chain: TestChain, accountId: string, key: Ed25519KeyPair) => Promise<Transport>;

/** What every transport must do alike, on the real contract. `member` is this transport's own participant. */
export function testTransport(
  name: string,
  open: OpenTransport,
  given: () => { readonly chain: TestChain; readonly member: Member },
): void {
  const opened = (key: (member: Member) => Ed25519KeyPair) => {
    const { chain, member } = given();
    return open(chain, member.accountId, key(member));
  };

  test(`behavior: ${name}: views come back parsed, at the block that was asked for`, async () => {
    const { reader } = await opened((member) => member.ownerKey);
    const newest = await sdk.state(reader);
    assert.equal(newest.value.kind, "Running");
    const pinned = await sdk.config(reader, {}, { at: { hash: newest.blockHash } });
    assert.equal(pinned.blockHeight, newest.blockHeight);
    assert.equal(pinned.value.network_id, CONFIG.network_id);
    const at = { height: newest.blockHeight };
    assert.equal((await sdk.version(reader, {}, { at })).blockHash, newest.blockHash);
  });

  test(`behavior: ${name}: a call's outcome has value, hash, events and gas; bytes are arguments too`, async () => {
    const { caller } = await opened((member) => member.ownerKey);
    const settings = { ...CONFIG, recovery_timeout_blocks: 100 };
    const update = { code: null, config: settings };
    const outcome = await sdk.proposeUpdate(caller, update, { depositYocto: 10n ** 23n });
    assert.ok(Number.isSafeInteger(outcome.value));
    assert.equal(base58.decode(outcome.transactionHash).length, 32);
    assert.ok(outcome.logs.some((line) => line.includes('"event":"update_proposed"')));
    assert.ok(outcome.burntGas > 0n && outcome.burntGas < 300n * 10n ** 12n);
    assert.equal((await sdk.removeUpdateVote(caller)).value, null);
  });

  test(`behavior: ${name}: refusals of calls and views are the contract's typed errors`, async () => {
    const { caller, reader } = await opened((member) => member.ownerKey);
    const called = await failureOf(sdk.concludeRecovery(caller));
    assert.ok(sdk.isRefusedWith(called, "UNEXPECTED_STATE"));
    assert.deepEqual(called.info, { current: "Running", expected: ["Recovery"] });
    const viewed = await failureOf(sdk.publicKey(reader, { domain_id: 9 }));
    assert.ok(sdk.isRefusedWith(viewed, "UNKNOWN_DOMAIN"));
    assert.equal(viewed.info.domain_id, 9);
  });

  test(`behavior: ${name}: missing methods, blocks and accounts have their codes`, async () => {
    const { reader } = await opened((member) => member.ownerKey);
    await assert.rejects(reader.view("none", {}), { code: "METHOD_NOT_FOUND" });
    await assert.rejects(reader.view("version", {}, { at: { height: 99_999_999 } }), {
      code: "UNKNOWN_BLOCK",
      retryable: true,
    });
  });

  test(`behavior: ${name}: a role's key records itself, and does nothing but that role's work`, async () => {
    const { member } = given();
    const { caller } = await opened(({ nodeKey }) => nodeKey);
    assert.deepEqual([caller.accountId, caller.signerKey], [member.accountId, member.nodeKey.publicKey]);
    const submission = {
      participant_info: member.info,
      tls_key_proof: sdk.signTlsKeyProof(member.tlsKey, {
        networkId: CONFIG.network_id,
        contractId: given().chain.contractId,
        accountId: member.accountId,
        role: "node",
        signerKey: caller.signerKey,
      }),
    } as const;
    const recorded = await sdk.submitParticipantInfo(caller, submission);
    assert.ok(recorded.logs.some((line) => line.includes('"event":"node_key_changed"')));
    await assert.rejects(sdk.voteUpdate(caller, { id: 0 }), { code: "ACCESS_KEY_WRONG_METHOD" });
    await assert.rejects(sdk.submitParticipantInfo(caller, submission, { depositYocto: 1n }), {
      code: "ACCESS_KEY_NO_DEPOSIT",
    });
    const { caller: stranger } = await opened(() => generateEd25519KeyPair());
    await assert.rejects(sdk.voteUpdate(stranger, { id: 0 }), { code: "ACCESS_KEY_NOT_FOUND" });
  });
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail("expected a refusal"),
    (error: unknown) => error,
  );
}
