import assert from "node:assert/strict";
import { test } from "node:test";
import { fastForward } from "../../src/chain/fast-forward.ts";
import type { Action } from "../../src/transaction/actions.ts";
import {
  balance,
  call,
  NEAR,
  refusal,
  send,
  type TestChain,
  testChain,
  testKey,
  transfer,
} from "./test-chain.ts";

/** Of one byte of storage. */
const BYTE_YOCTO = 10n ** 19n;
const CREATE: Action = { kind: "CreateAccount" };

test("only a parent makes sub-accounts, only the registrar short top-level accounts", () => {
  const chain = testChain({ alice: 10n * NEAR, registrar: 10n * NEAR });
  assert.deepEqual(failure(chain, "alice", "x.bob", [CREATE]), {
    CreateAccountNotAllowed: { account_id: "x.bob", predecessor_id: "alice" },
  });
  assert.deepEqual(failure(chain, "alice", "x.y.alice", [CREATE]), {
    CreateAccountNotAllowed: { account_id: "x.y.alice", predecessor_id: "alice" },
  });
  assert.deepEqual(failure(chain, "alice", "bob", [CREATE]), {
    CreateAccountOnlyByRegistrar: {
      account_id: "bob",
      registrar_account_id: "registrar",
      predecessor_id: "alice",
    },
  });
  assert.equal(send(chain, "registrar", "bob", [CREATE]).status.kind, "SuccessValue");
  assert.deepEqual(failure(chain, "registrar", "bob", [CREATE]), {
    AccountAlreadyExists: { account_id: "bob" },
  });
  const implicit = "a".repeat(64);
  assert.deepEqual(failure(chain, "registrar", implicit, [CREATE]), {
    OnlyImplicitAccountCreationAllowed: { account_id: implicit },
  });
});

test("actions on accounts that don't exist fail, and the deposit comes back", () => {
  const chain = testChain({ alice: 10n * NEAR });
  assert.deepEqual(failure(chain, "alice", "nobody.alice", [transfer(3n * NEAR)]), {
    AccountDoesNotExist: { account_id: "nobody.alice" },
  });
  assert.ok(balance(chain, "alice") > 9n * NEAR);
  const implicit = "b".repeat(64);
  assert.deepEqual(failure(chain, "alice", implicit, [transfer(1n), transfer(1n)]), {
    AccountDoesNotExist: { account_id: implicit },
  });
});

test("up to 770 bytes of storage need no balance, one more needs all to be backed", () => {
  const chain = testChain({ alice: 10n * NEAR });
  const deploy = (size: number): Action[] => [CREATE, { kind: "DeployContract", code: new Uint8Array(size) }];
  assert.equal(send(chain, "alice", "small.alice", deploy(670)).status.kind, "SuccessValue");
  assert.deepEqual(failure(chain, "alice", "large.alice", deploy(671)), {
    LackBalanceForState: { account_id: "large.alice", amount: String(771n * BYTE_YOCTO) },
  });
  assert.equal(chain.chain.state.accounts.has("large.alice"), false);
  const backed = [...deploy(671), transfer(771n * BYTE_YOCTO)];
  assert.equal(send(chain, "alice", "large.alice", backed).status.kind, "SuccessValue");
});

test("a signer can't spend what backs its storage", () => {
  const chain = testChain({ alice: NEAR / 100n + 10n * NEAR, bob: NEAR });
  const code = new Uint8Array(500_000);
  send(chain, "alice", "alice", [{ kind: "DeployContract", code }]);
  const error = refusal(chain, "alice", "bob", [transfer(6n * NEAR)]) as {
    LackBalanceForState: { signer_id: string };
  };
  assert.equal(error.LackBalanceForState.signer_id, "alice");
});

test("keys and code count as storage, and count no more when they are gone", () => {
  const chain = testChain({ alice: 10n * NEAR });
  const usage = () => chain.chain.state.accounts.get("alice")!.storageUsageBytes;
  const before = usage();
  const { publicKey } = testKey("another");
  const permission = {
    kind: "FunctionCall",
    allowanceYocto: 5n,
    receiverId: "bob",
    methodNames: ["one", "three"],
  } as const;
  send(chain, "alice", "alice", [{ kind: "AddKey", publicKey, accessKey: { nonce: 0n, permission } }]);
  // Key 33, nonce 8, tag 1, allowance 17, receiver 4 + 3, methods 4 + (4 + 3) + (4 + 5), record 40.
  assert.equal(usage() - before, 33n + 8n + 1n + 17n + 7n + 20n + 40n);
  send(chain, "alice", "alice", [{ kind: "DeleteKey", publicKey }]);
  assert.equal(usage(), before);
  send(chain, "alice", "alice", [{ kind: "DeployContract", code: new Uint8Array(100) }]);
  assert.equal(usage() - before, 100n - BigInt("code of alice".length));
});

test("a deleted account's balance goes to the beneficiary in the same block", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  const { receipts } = send(chain, "alice", "alice", [{ kind: "DeleteAccount", beneficiaryId: "bob" }]);
  assert.equal(chain.chain.state.accounts.has("alice"), false);
  const given = balance(chain, "bob") - NEAR;
  const inheritance = chain.chain.receipts.get(receipts[1]!.id)!;
  assert.ok(inheritance.kind === "Action");
  assert.deepEqual(inheritance.actions, [transfer(given)]);
  assert.ok(given > 9n * NEAR);
});

test("an account with much state can't be deleted", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  chain.methods.set("grow", () => ({ storageUsageBytes: 20_000n }));
  send(chain, "bob", "alice", [call("grow")]);
  assert.deepEqual(failure(chain, "alice", "alice", [{ kind: "DeleteAccount", beneficiaryId: "bob" }]), {
    DeleteAccountWithLargeState: { account_id: "alice" },
  });
});

test("malformed action lists are refused before anything is paid", () => {
  const chain = testChain({ alice: 10n * NEAR, bob: NEAR });
  const refused = (actions: readonly Action[]) => refusal(chain, "alice", "bob", actions);
  const doomed: Action = { kind: "DeleteAccount", beneficiaryId: "bob" };
  assert.deepEqual(refused([doomed, transfer(1n)]), { ActionsValidation: "DeleteActionMustBeFinal" });
  assert.deepEqual(refused([call("work", 0n)]), { ActionsValidation: "FunctionCallZeroAttachedGas" });
  assert.deepEqual(refused(Array.from({ length: 101 }, () => transfer(1n))), {
    ActionsValidation: { TotalNumberOfActionsExceeded: { total_number_of_actions: 101, limit: 100 } },
  });
  assert.deepEqual(refused([call("work", 10n ** 15n), call("work", 1n)]), {
    ActionsValidation: { TotalPrepaidGasExceeded: { total_prepaid_gas: 10 ** 15 + 1, limit: 10 ** 15 } },
  });
  assert.deepEqual(refused([call("m".repeat(257))]), {
    ActionsValidation: { FunctionCallMethodNameLengthExceeded: { length: 257, limit: 256 } },
  });
  assert.equal(balance(chain, "alice"), 10n * NEAR);
});

test("fast-forwarding makes one block whose height and time have jumped", () => {
  const chain = testChain({ alice: 10n * NEAR });
  const before = chain.chain.head;
  fastForward(chain.chain, 1_000_000n);
  const after = chain.chain.head;
  assert.equal(after.height - before.height, 1_000_000n);
  assert.equal(after.prevHash, before.hash);
  assert.equal(after.timestampNanos - before.timestampNanos, 1_000_000n * 1_300_000_000n);
  assert.equal(after.epochHeight, 2001n);
});

function failure(chain: TestChain, signer: string, receiver: string, actions: readonly Action[]): unknown {
  const { status } = send(chain, signer, receiver, actions);
  assert.ok(status.kind === "Failure", `expected a failure, found ${status.kind}`);
  return status.error;
}
