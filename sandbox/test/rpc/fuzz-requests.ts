import assert from "node:assert/strict";
import fc from "fast-check";
import { RPC_METHODS, UNSUPPORTED_METHODS } from "../../src/rpc/methods.ts";
import type { LocalNode } from "./local-node.ts";
import { callAction, signTransaction, transferAction } from "./sign-transaction.ts";

/** What the fuzzed fields and values are taken from, beside arbitrary ones. */
const FIELDS = [
  ...["request_type", "account_id", "finality", "block_id", "sync_checkpoint", "public_key", "method_name"],
  ...["args_base64", "prefix_base64", "tx_hash", "sender_account_id", "wait_until", "signed_tx_base64"],
  ...["records", "delta_height", "receipt_id", "type", "transaction_hash", "light_client_head", "block_hash"],
  ...["last_block_hash", "chunk_id", "shard_id", "__proto__", "constructor"],
];
const VALUES = [
  ...["view_account", "view_state", "view_code", "call_function", "view_access_key", "view_access_key_list"],
  ...["test.near", "nobody", "final", "optimistic", "genesis", "earliest_available", "FINAL", "NONE"],
  ...["transaction", "receipt", "1".repeat(32), "11111111111111111111111111111112", "AAAA", "==", ""],
  ...[0, 1, -1, 2 ** 53, 1e300, null, true, [], {}, [{}], [{ Account: { account_id: "a", account: {} } }]],
];

/**
 * Sends `count` requests, from garbage to nearly right ones. Each must be answered with JSON-RPC and never with an
 * internal error, and the node must serve on. fast-check prints the seed when one isn't.
 */
export async function fuzzRequests(node: LocalNode, count: number): Promise<void> {
  const checked = async (body: string) => {
    const response = await fetch(node.url, { method: "POST", body });
    const answer = (await response.json()) as Answer;
    assert.equal(answer.jsonrpc, "2.0");
    assert.ok("result" in answer !== "error" in answer, "either a result or an error");
    assert.notEqual(answer.error?.name, "INTERNAL_ERROR", JSON.stringify(answer.error));
    assert.ok([200, 400, 408].includes(response.status), `status ${response.status}`);
  };
  await fc.assert(fc.asyncProperty(bodies(node), checked), { numRuns: count });
  const root = node.running.node.chain.state.accounts.get(node.signer.accountId);
  const nonce = root?.keys.get(node.signer.publicKey)?.nonce ?? 0n;
  assert.ok(nonce > 0n, "some transactions must have been good enough to be taken in");
}

interface Answer {
  readonly jsonrpc: string;
  readonly result?: unknown;
  readonly error?: { readonly name: string };
}

function bodies(node: LocalNode): fc.Arbitrary<string> {
  const method = fc.constantFrom(...RPC_METHODS.keys(), ...UNSUPPORTED_METHODS, "toString", "");
  const params = fc.oneof(
    { arbitrary: fc.dictionary(fc.constantFrom(...FIELDS), values(), { maxKeys: 8 }), weight: 6 },
    { arbitrary: fc.array(values(), { maxLength: 4 }), weight: 2 },
    { arbitrary: fc.jsonValue(), weight: 1 },
  );
  return fc.oneof(
    { arbitrary: fc.tuple(method, params).map(([name, value]) => request(name, value)), weight: 6 },
    { arbitrary: transactions(node), weight: 3 },
    { arbitrary: fc.tuple(method, params).chain(([name, value]) => broken(request(name, value))), weight: 1 },
    { arbitrary: fc.oneof(fc.string(), fc.json()), weight: 1 },
  );
}

function values(): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...VALUES), weight: 3 },
    { arbitrary: fc.jsonValue(), weight: 1 },
  );
}

/** Transactions with right and wrong nonces, gas, money and block hashes, some with a changed byte. */
function transactions(node: LocalNode): fc.Arbitrary<string> {
  const method = fc.constantFrom("send_tx", "broadcast_tx_commit", "broadcast_tx_async", "tx");
  const parts = fc.record({
    nonce: fc.oneof(fc.bigInt({ min: 0n, max: 20_000n }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })),
    receiverId: fc.constantFrom("test.near", "near", "nobody.near"),
    money: fc.oneof(fc.bigInt({ min: 0n, max: 10n }), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })),
    gas: fc.oneof(fc.constant(10n ** 13n), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })),
    name: fc.string(),
    isOld: fc.boolean(),
    flip: fc.option(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }))),
  });
  return fc.tuple(method, parts).map(([name, part]) => {
    const { chain } = node.running.node;
    const actions = [transferAction(part.money), callAction(part.name, Uint8Array.of(1), part.gas)];
    const { nonce, receiverId } = part;
    const blockHash = part.isOld ? "1".repeat(32) : chain.head.hash;
    const bytes = Buffer.from(
      signTransaction(node.signer, {
        nonce,
        receiverId,
        blockHash,
        actions: actions.slice(0, 1 + Number(part.gas % 2n)),
      }),
    );
    if (part.flip !== null) bytes[part.flip[0] % bytes.length]! ^= part.flip[1];
    return request(name, { signed_tx_base64: bytes.toString("base64"), wait_until: "EXECUTED" });
  });
}

function broken(body: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(body.length - 1), fc.string({ maxLength: 3 }))
    .map(([at, put]) => body.slice(0, at) + put + body.slice(at + 1));
}

function request(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
}
