import { runtimeParameters } from "../../sandbox/src/parameters/runtime-parameters.ts";
import {
  type CountingTrie,
  EMPTY_TRIE,
  insertKey,
  nodesOnPath,
  removeKey,
} from "../../sandbox/src/trie/counting-trie.ts";
import { accountKey, contractCodeKey, contractDataKey } from "../../sandbox/src/trie/trie-keys.ts";
import type {
  FunctionCallOutcome,
  PromiseResult,
  RuntimeParameters,
} from "../../sandbox/src/vm/interface.ts";
import { runFunctionCall } from "../../sandbox/src/vm/run-function-call.ts";

/** Who calls, when and with what; a view when `caller` is left out. */
export interface ContractCall {
  readonly method: string;
  /** JSON, or the bytes of arguments in another form. */
  readonly args: unknown;
  readonly caller?: string;
  /** 32 raw bytes of the ed25519 access key that signs. */
  readonly signerKey?: Uint8Array;
  readonly depositYocto?: bigint;
  readonly height: number;
  /** What a callback's promises gave. */
  readonly promiseResults?: readonly PromiseResult[];
}

/** A contract on the embedded chain's virtual machine: one call a chunk, storage and trie kept between calls. */
export interface WasmContract {
  /** Runs a call and keeps its changes if it succeeds. */
  call(call: ContractCall): FunctionCallOutcome;
  /** Runs a call and forgets its changes. */
  probe(call: ContractCall): FunctionCallOutcome;
}

const PREPAID_GAS = 300_000_000_000_000n;
const NO_KEY = new Uint8Array(32);

export function wasmContract(code: Uint8Array, contractId: string): WasmContract {
  const parameters = runtimeParameters();
  const storage = new Map<string, Uint8Array>();
  let trie = [accountKey(contractId), contractCodeKey(contractId)].reduce(insertKey, EMPTY_TRIE);
  const probe = (call: ContractCall) => runOnce(code, contractId, parameters, storage, trie, call);
  return {
    probe,
    call(call) {
      const outcome = probe(call);
      for (const [key, value] of outcome.storageChanges) {
        const trieKey = contractDataKey(contractId, Buffer.from(key, "latin1"));
        trie = value === null ? removeKey(trie, trieKey) : insertKey(trie, trieKey);
        if (value === null) storage.delete(key);
        else storage.set(key, value);
      }
      return outcome;
    },
  };
}

function runOnce(
  code: Uint8Array,
  contractId: string,
  parameters: RuntimeParameters,
  storage: ReadonlyMap<string, Uint8Array>,
  trie: CountingTrie,
  call: ContractCall,
): FunctionCallOutcome {
  const caller = call.caller ?? contractId;
  return runFunctionCall({
    code,
    methodName: call.method,
    parameters,
    isYieldPending: () => false,
    storage: {
      get: (key) => storage.get(Buffer.from(key).toString("latin1")),
      chargeableNodes: (key) => nodesOnPath(trie, contractDataKey(contractId, key)),
    },
    context: {
      currentAccountId: contractId,
      signerAccountId: caller,
      signerPublicKey: Uint8Array.from([0, ...(call.signerKey ?? NO_KEY)]),
      predecessorAccountId: caller,
      refundToAccountId: caller,
      input: call.args instanceof Uint8Array ? call.args : Buffer.from(JSON.stringify(call.args)),
      blockHeight: BigInt(call.height),
      blockTimestampNanos: 1_700_000_000_000_000_000n,
      epochHeight: 1n,
      accountBalanceYocto: 10n ** 26n,
      accountLockedYocto: 0n,
      storageUsageBytes: 500_000n,
      attachedDepositYocto: call.depositYocto ?? 0n,
      prepaidGas: PREPAID_GAS,
      randomSeed: new Uint8Array(32),
      isView: call.caller === undefined,
      outputDataReceivers: [],
      promiseResults: call.promiseResults ?? [],
      chainId: "localnet",
    },
  });
}
