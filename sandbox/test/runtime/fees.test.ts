import assert from "node:assert/strict";
import { test } from "node:test";
import { balance, call, NEAR, PRICE, send, TGAS, testChain, testKey, transfer } from "./test-chain.ts";

/** Fees of protocol version 86 in gas, from nearcore's tables. */
const RECEIPT = 108_059_500_000n;
const TRANSFER = 115_123_062_500n;
const CREATE_SEND = 500_000_000_000n;
const CREATE_EXECUTION = 7_200_000_000_000n;
const FULL_KEY = 101_765_125_000n;
const CALL_SEND = 200_000_000_000n;
const CALL_EXECUTION = 780_000_000_000n;
/** To send a byte of method name or arguments to another account, and to execute it. */
const BYTE_SEND = 47_683_715n;
const BYTE_EXECUTION = 2_235_934n;

test("a transfer burns its send fee at once and its execution fee with the receipt, both at the block's price", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  const { receipts, transaction } = send(chain, "alice", "bob", [transfer(2n * NEAR)]);
  assert.equal(transaction.burntGas, RECEIPT + TRANSFER);
  assert.equal(transaction.tokensBurntYocto, (RECEIPT + TRANSFER) * PRICE);
  assert.equal(receipts[0]!.burntGas, RECEIPT + TRANSFER);
  assert.equal(receipts[0]!.tokensBurntYocto, (RECEIPT + TRANSFER) * PRICE);
  assert.equal(balance(chain, "alice"), 8n * NEAR - 2n * (RECEIPT + TRANSFER) * PRICE);
  assert.equal(balance(chain, "bob"), 3n * NEAR);
});

test("gas is bought at ten times the price, and the surplus comes back in a refund that burns no tokens", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  const { receipts } = send(chain, "alice", "bob", [transfer(1n)]);
  assert.equal(receipts.length, 2);
  const refund = receipts[1]!;
  assert.equal(refund.executorId, "alice");
  assert.equal(refund.burntGas, 223_182_562_500n);
  assert.equal(refund.tokensBurntYocto, 0n);
  const receipt = chain.chain.receipts.get(refund.id)!;
  assert.ok(receipt.kind === "Action");
  assert.equal(receipt.predecessorId, "system");
  const surplus = (RECEIPT + TRANSFER) * 9n * PRICE;
  assert.deepEqual(receipt.actions, [{ kind: "Transfer", depositYocto: surplus }]);
});

test("a call pays for what it burns, and the contract gets 30 % of that", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  chain.methods.set("work", () => ({ burntGas: 3n * TGAS }));
  const { receipts, transaction } = send(chain, "alice", "bob", [call("work", 10n * TGAS)]);
  const sent = RECEIPT + CALL_SEND + 4n * BYTE_SEND;
  const executed = RECEIPT + CALL_EXECUTION + 4n * BYTE_EXECUTION + 3n * TGAS;
  assert.equal(transaction.burntGas, sent);
  assert.equal(receipts[0]!.burntGas, executed);
  assert.equal(receipts[0]!.tokensBurntYocto, executed * PRICE);
  assert.equal(balance(chain, "alice"), 10n * NEAR - (sent + executed) * PRICE);
  assert.equal(balance(chain, "bob"), NEAR + ((3n * TGAS * 3n) / 10n) * PRICE);
});

test("protocol version 87 gives contracts nothing", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR }, 87);
  chain.methods.set("work", () => ({ burntGas: 3n * TGAS }));
  send(chain, "alice", "bob", [call("work")]);
  assert.equal(balance(chain, "bob"), NEAR);
});

test("a failed call returns the deposit to the caller and keeps what was burnt", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  chain.methods.set("fail", () => ({
    burntGas: TGAS,
    error: { kind: "HostError", name: "GuestPanic", fields: { panic_msg: "no" } },
  }));
  const { receipts, status } = send(chain, "alice", "bob", [call("fail", 5n * TGAS, 2n * NEAR)]);
  const sent = RECEIPT + CALL_SEND + 4n * BYTE_SEND;
  const executed = RECEIPT + CALL_EXECUTION + 4n * BYTE_EXECUTION + TGAS;
  assert.equal(balance(chain, "alice"), 10n * NEAR - (sent + executed) * PRICE);
  assert.equal(balance(chain, "bob"), NEAR + ((TGAS * 3n) / 10n) * PRICE);
  assert.equal(receipts.length, 3, "the call, the deposit's refund, the gas refund");
  assert.deepEqual(status, {
    kind: "Failure",
    actionIndex: 0,
    error: { FunctionCallError: { ExecutionError: "Smart contract panicked: no" } },
  });
});

test("creating an account costs 0.007 NEAR in all, gas of the action included", () => {
  const chain = testChain({ alice: 10n * NEAR });
  const { publicKey } = testKey("new");
  const accessKey = { nonce: 0n, permission: { kind: "FullAccess" } } as const;
  const { receipts } = send(chain, "alice", "new.alice", [
    { kind: "CreateAccount" },
    transfer(NEAR),
    { kind: "AddKey", publicKey, accessKey },
  ]);
  const sent = RECEIPT + CREATE_SEND + TRANSFER + FULL_KEY;
  const executed = RECEIPT + CREATE_EXECUTION + TRANSFER + FULL_KEY;
  const charge = 7n * 10n ** 21n - CREATE_EXECUTION * PRICE;
  assert.equal(receipts[0]!.tokensBurntYocto, executed * PRICE + charge);
  assert.equal(balance(chain, "alice"), 9n * NEAR - (sent + executed) * PRICE - charge);
  assert.equal(balance(chain, "new.alice"), NEAR);
});

test("protocol version 84 burns at the buying price: no surplus, no creation charge", () => {
  const chain = testChain({ alice: 10n * NEAR }, 84);
  const { receipts } = send(chain, "alice", "new.alice", [{ kind: "CreateAccount" }, transfer(NEAR)]);
  const oldCreate = 3_850_000_000_000n;
  assert.equal(receipts.length, 1, "no refund receipt");
  assert.equal(balance(chain, "alice"), 9n * NEAR - (2n * RECEIPT + 2n * TRANSFER + 2n * oldCreate) * PRICE);
});

test("a transfer to an implicit account pays for making it, whether it exists or not", () => {
  const chain = testChain({ alice: 10n * NEAR });
  const implicit = "0".repeat(64);
  const fees = [1, 2].map(() => {
    const before = balance(chain, "alice");
    send(chain, "alice", implicit, [transfer(NEAR)]);
    return before - balance(chain, "alice") - NEAR;
  });
  const gas = 2n * RECEIPT + 2n * TRANSFER + CREATE_SEND + CREATE_EXECUTION + 2n * FULL_KEY;
  assert.deepEqual(fees, [gas * PRICE + (7n * 10n ** 21n - CREATE_EXECUTION * PRICE), gas * PRICE]);
  assert.equal(balance(chain, implicit), 2n * NEAR);
});

test("nothing is lost: balances and what outcomes burnt add up, but for the contract's reward", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: 5n * NEAR });
  chain.methods.set("work", () => ({ burntGas: 7n * TGAS }));
  const { receipts, transaction } = send(chain, "alice", "bob", [call("work", 20n * TGAS, NEAR)]);
  const burnt = [transaction, ...receipts].reduce((sum, outcome) => sum + outcome.tokensBurntYocto, 0n);
  const reward = ((7n * TGAS * 3n) / 10n) * PRICE;
  assert.equal(balance(chain, "alice") + balance(chain, "bob"), 15n * NEAR - burnt + reward);
});
