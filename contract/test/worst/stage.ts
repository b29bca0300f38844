/** The built contract with a trie that counts nodes as nearcore does, and the gas that each call burns. */
import assert from "node:assert/strict";
import { runtimeParameters } from "../../../sandbox/src/parameters/runtime-parameters.ts";
import { EMPTY_TRIE, insertKey, nodesOnPath, removeKey } from "../../../sandbox/src/trie/counting-trie.ts";
import { accountKey, contractCodeKey, contractDataKey } from "../../../sandbox/src/trie/trie-keys.ts";
import type { FunctionCallOutcome } from "../../../sandbox/src/vm/interface.ts";
import { runFunctionCall } from "../../../sandbox/src/vm/run-function-call.ts";
import { encodeProposeUpdate } from "../../src/interface/propose-update.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { signerKeyBytes } from "../support/keys.ts";
import { account } from "../support/network.ts";
import { CONTRACT } from "../support/world.ts";

export interface StageCall {
  readonly name: string;
  readonly signer: string;
  readonly command: Command;
  readonly depositYocto?: bigint;
  readonly code?: Uint8Array;
}

export interface Stage {
  height: number;
  /** Runs a call that must succeed and keeps its changes; returns the gas it burnt. */
  call(call: StageCall): bigint;
  /** Runs a view that must succeed; returns the gas it burnt. */
  view(method: string, args?: object): bigint;
  /** What lies in storage now; give it back to `rewind`. */
  save(): unknown;
  rewind(saved: unknown): void;
}

const PREPAID_GAS = 300_000_000_000_000n;

export function stageOf(wasm: Uint8Array): Stage {
  const parameters = runtimeParameters();
  const start = [accountKey(CONTRACT), contractCodeKey(CONTRACT)].reduce(insertKey, EMPTY_TRIE);
  let now = { trie: start, storage: new Map<string, Uint8Array>() };
  const run = (call: Omit<Run, "height">): FunctionCallOutcome =>
    runFunctionCall({
      code: wasm,
      methodName: call.method,
      parameters,
      isYieldPending: () => false,
      storage: {
        get: (key) => now.storage.get(Buffer.from(key).toString("latin1")),
        chargeableNodes: (key) => nodesOnPath(now.trie, contractDataKey(CONTRACT, key)),
      },
      context: contextOf({ ...call, height: stage.height }),
    });
  const stage: Stage = {
    height: 100,
    call: ({ name, signer, command, depositYocto, code }) => {
      const outcome = run({
        method: command.type,
        input: inputOf(command, code),
        caller: account(name),
        signerKey: signerKeyBytes(signer),
        depositYocto: depositYocto ?? 0n,
        isView: false,
      });
      requireSuccess(command.type, outcome);
      let { trie } = now;
      const storage = new Map(now.storage);
      for (const [key, value] of outcome.storageChanges) {
        const trieKey = contractDataKey(CONTRACT, Buffer.from(key, "latin1"));
        trie = value === null ? removeKey(trie, trieKey) : insertKey(trie, trieKey);
        if (value === null) storage.delete(key);
        else storage.set(key, value);
      }
      now = { trie, storage };
      return outcome.burntGas;
    },
    view: (method, args = {}) => {
      const input = Buffer.from(JSON.stringify(args));
      const viewer = {
        caller: CONTRACT,
        signerKey: signerKeyBytes("viewer"),
        depositYocto: 0n,
        isView: true,
      };
      const outcome = run({ method, input, ...viewer });
      requireSuccess(method, outcome);
      return outcome.burntGas;
    },
    save: () => now,
    rewind: (saved) => {
      now = saved as typeof now;
    },
  };
  return stage;
}

interface Run {
  readonly method: string;
  readonly input: Uint8Array;
  readonly caller: string;
  readonly signerKey: Uint8Array;
  readonly depositYocto: bigint;
  readonly isView: boolean;
  readonly height: number;
}

function contextOf(call: Run): Parameters<typeof runFunctionCall>[0]["context"] {
  return {
    currentAccountId: CONTRACT,
    signerAccountId: call.caller,
    signerPublicKey: call.signerKey,
    predecessorAccountId: call.caller,
    refundToAccountId: call.caller,
    input: call.input,
    blockHeight: BigInt(call.height),
    blockTimestampNanos: 0n,
    epochHeight: 1n,
    accountBalanceYocto: 10n ** 27n,
    accountLockedYocto: 0n,
    storageUsageBytes: 5_000_000n,
    attachedDepositYocto: call.depositYocto,
    prepaidGas: PREPAID_GAS,
    randomSeed: new Uint8Array(32),
    isView: call.isView,
    outputDataReceivers: [],
    promiseResults: [],
    chainId: "localnet",
  };
}

function inputOf(command: Command, code: Uint8Array | undefined): Uint8Array {
  const { type, ...args } = command;
  if (command.type !== "propose_update") return Buffer.from(JSON.stringify(args));
  return encodeProposeUpdate({ code: code ?? null, config: command.config });
}

function requireSuccess(method: string, { error, burntGas }: FunctionCallOutcome): void {
  const found = JSON.stringify(error, (_, value) => (typeof value === "bigint" ? `${value}` : value));
  const isOutOfGas = error?.kind === "HostError" && error.name === "GasExceeded";
  // Too much gas is what the figures tell; all else is a mistake in the story.
  if (!isOutOfGas) assert.equal(error, null, `${method} fails after ${burntGas} gas: ${found}`);
}
