import { createHash, createPrivateKey, sign } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { base58 } from "@scure/base";
import { type Chain, createChain } from "../../src/chain/chain.ts";
import { submitTransaction } from "../../src/chain/submit.ts";
import { finalStatus, receiptOutcomes } from "../../src/chain/transaction-status.ts";
import type { Genesis } from "../../src/genesis/genesis.ts";
import type { StateRecord } from "../../src/genesis/records.ts";
import { runtimeParameters } from "../../src/parameters/runtime-parameters.ts";
import type { ErrorJson } from "../../src/runtime/errors.ts";
import type { Outcome } from "../../src/runtime/outcome.ts";
import type { Action, SignedTransaction } from "../../src/transaction/actions.ts";
import type { FunctionCallOutcome, FunctionCallRequest } from "../../src/vm/interface.ts";

export const NEAR = 10n ** 24n;
export const TGAS = 10n ** 12n;
/** yoctoNEAR per gas at which the test chain burns; gas for receipts is bought at ten times that. */
export const PRICE = 100_000_000n;

const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

export interface TestKey {
  readonly publicKey: string;
  readonly seed: Uint8Array;
}

/** What a method of the fake contract does. */
export type Method = (request: FunctionCallRequest) => Partial<FunctionCallOutcome>;

export interface TestChain {
  readonly chain: Chain;
  readonly methods: Map<string, Method>;
}

/** A key that is the same in every run. */
export function testKey(name: string): TestKey {
  const seed = createHash("sha256").update(name).digest();
  return { publicKey: `ed25519:${base58.encode(ed25519.getPublicKey(seed))}`, seed };
}

/**
 * A chain with the accounts given (yoctoNEAR each), each with a full-access key named like it, and code on all of
 * them whose methods tests put into `methods`. The clock stands still.
 */
export function testChain(
  balances: Readonly<Record<string, bigint>>,
  protocolVersion = 86,
  epochLength = 500,
): TestChain {
  const methods = new Map<string, Method>();
  const genesis: Genesis = {
    chainId: "test-chain",
    protocolVersion,
    height: 0n,
    timeNanos: 1_700_000_000_000_000_000n,
    epochLength,
    gasLimit: 1000n * TGAS,
    minGasPriceYocto: PRICE,
    totalSupplyYocto: 10n ** 33n,
    transactionValidityPeriod: 1000,
    validator: { accountId: "test.near", publicKey: testKey("test.near").publicKey, stakeYocto: NEAR },
    records: Object.entries(balances).flatMap(([accountId, amount]) => records(accountId, amount)),
  };
  const chain = createChain(genesis, {
    parameters: runtimeParameters(protocolVersion),
    runFunctionCall: (request) => fakeCall(methods, request),
    nowNanos: () => 1_700_000_000_000_000_000n,
    meanBlockDelayNanos: 1_300_000_000n,
    signAsValidator: (message) => ed25519.sign(message, testKey("test.near").seed),
  });
  return { chain, methods };
}

export interface Sent {
  readonly hash: string;
  readonly transaction: Outcome;
  /** In nearcore's order. */
  readonly receipts: readonly Outcome[];
  readonly status: ReturnType<typeof finalStatus>;
}

export interface SendOptions {
  readonly key?: TestKey;
  readonly nonce?: bigint;
}

/** Signs and submits a transaction and returns all that came of it. Throws when it's refused. */
export function send(
  { chain }: TestChain,
  signerId: string,
  receiverId: string,
  actions: readonly Action[],
  options: SendOptions = {},
): Sent {
  const submitted = submitTransaction(chain, signed(chain, signerId, receiverId, actions, options));
  if (!submitted.ok) throw new Error(`refused: ${JSON.stringify(submitted.error)}`);
  const hash = submitted.value;
  return {
    hash,
    transaction: chain.outcomes.get(hash)!.outcome,
    receipts: receiptOutcomes(chain, hash).map(({ outcome }) => outcome),
    status: finalStatus(chain, hash),
  };
}

/** Why a transaction is refused. Throws when it isn't. */
export function refusal(
  { chain }: TestChain,
  signerId: string,
  receiverId: string,
  actions: readonly Action[],
  options: SendOptions = {},
): ErrorJson {
  const submitted = submitTransaction(chain, signed(chain, signerId, receiverId, actions, options));
  if (submitted.ok) throw new Error("expected the transaction to be refused, but it was taken in");
  return submitted.error;
}

export function signed(
  chain: Chain,
  signerId: string,
  receiverId: string,
  actions: readonly Action[],
  options: SendOptions = {},
): SignedTransaction {
  const key = options.key ?? testKey(signerId);
  const accessKey = chain.state.accounts.get(signerId)?.keys.get(key.publicKey);
  const nonce = options.nonce ?? (accessKey?.nonce ?? 0n) + 1n;
  const blockHash = base58.decode(chain.head.hash);
  const fields = { signerId, publicKey: key.publicKey, nonce, receiverId, blockHash, actions };
  const text = JSON.stringify(fields, (_, value) => (typeof value === "bigint" ? String(value) : value));
  const hash = createHash("sha256").update(text).digest();
  const secret = Buffer.concat([PKCS8_ED25519, key.seed]);
  const signature = sign(null, hash, createPrivateKey({ key: secret, format: "der", type: "pkcs8" }));
  return { ...fields, hash, signature: Uint8Array.of(0, ...signature), sizeBytes: 500 };
}

export function balance({ chain }: TestChain, accountId: string): bigint {
  const account = chain.state.accounts.get(accountId);
  if (account === undefined) throw new Error(`there is no account ${accountId}`);
  return account.amountYocto;
}

export function call(methodName: string, gas = 10n * TGAS, depositYocto = 0n): Action {
  return { kind: "FunctionCall", methodName, args: new Uint8Array(), gas, depositYocto };
}

export function transfer(depositYocto: bigint): Action {
  return { kind: "Transfer", depositYocto };
}

function records(accountId: string, amount: bigint): StateRecord[] {
  const { publicKey } = testKey(accountId);
  const access_key = { nonce: 0, permission: "FullAccess" } as const;
  const code = Buffer.from(`code of ${accountId}`);
  const code_hash = base58.encode(createHash("sha256").update(code).digest());
  const account = { amount: String(amount), locked: "0", code_hash, storage_usage: 0 };
  return [
    { Account: { account_id: accountId, account } },
    { AccessKey: { account_id: accountId, public_key: publicKey, access_key } },
    { Contract: { account_id: accountId, code: code.toString("base64") } },
  ];
}

function fakeCall(methods: Map<string, Method>, request: FunctionCallRequest): FunctionCallOutcome {
  const { context } = request;
  const outcome = methods.get(request.methodName)?.(request) ?? {
    error: { kind: "MethodResolveError", cause: "MethodNotFound" } as const,
  };
  const burntGas = outcome.burntGas ?? 0n;
  return {
    error: null,
    burntGas,
    usedGas: burntGas,
    wasmInstructionGas: 0n,
    gasProfile: new Map(),
    logs: [],
    returnValue: { kind: "None" },
    balanceYocto: context.accountBalanceYocto + context.attachedDepositYocto,
    subsidizedYocto: 0n,
    storageUsageBytes: context.storageUsageBytes,
    receipts: [],
    resumedYields: [],
    storageChanges: new Map(),
    ...outcome,
  };
}
