import { createHash, createPublicKey, verify } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { instantiate, type WasmInstance } from "../webassembly.ts";

/** Where a call happens; every field has a default. Storage maps latin1 keys to bytes and is changed by calls. */
export interface CallSetup {
  readonly input?: string | Uint8Array;
  readonly storage?: Map<string, Uint8Array>;
  readonly depositYocto?: bigint;
  readonly blockHeight?: bigint;
  readonly signerKey?: Uint8Array;
  readonly accounts?: { readonly current: string; readonly signer: string; readonly predecessor: string };
}

/** What a call did: its result, or the text of its panic. `promises` lists host calls that make receipts. */
export interface CallOutcome {
  readonly result: Uint8Array | null;
  readonly panic: string | null;
  readonly logs: readonly string[];
  readonly promises: readonly (readonly unknown[])[];
  readonly hostCalls: readonly string[];
}

class Panic extends Error {}

const REGISTER_ABSENT = 2n ** 64n - 1n;
const ACCOUNTS = { current: "contract.near", signer: "alice.near", predecessor: "bob.near" };

/** Calls a method on a fresh instance, as NEAR does. Traps of the wasm are thrown. */
export function callContract(wasm: Uint8Array, method: string, setup: CallSetup = {}): CallOutcome {
  const state = new HostState(setup);
  const functions = hostFunctions(state, setup);
  const hostCalls: string[] = [];
  const instance = instantiate(wasm, (name) => (...args: bigint[]) => {
    hostCalls.push(name);
    const hostFunction = functions[name];
    if (!hostFunction) throw new Error(`the test host has no ${name}`);
    return hostFunction(...args.map((a) => BigInt.asUintN(64, a)));
  });
  state.instance = instance;
  // nearcore gives every contract 1,024 pages from the start
  instance.memory.grow(1024 - instance.memory.buffer.byteLength / 65536);
  let panic: string | null = null;
  try {
    (instance.exports[method] as () => void)();
  } catch (error) {
    if (!(error instanceof Panic)) throw error;
    panic = error.message;
  }
  return { result: state.result, panic, logs: state.logs, promises: state.promises, hostCalls };
}

/** The result of a call as text; fails with the panic's text when there was one. */
export function resultText(outcome: CallOutcome): string {
  if (outcome.panic !== null) throw new Error(`the call panicked: ${outcome.panic}`);
  if (outcome.result === null) throw new Error("the call returned nothing");
  return utf8(outcome.result);
}

class HostState {
  readonly registers = new Map<bigint, Uint8Array>();
  readonly storage: Map<string, Uint8Array>;
  readonly logs: string[] = [];
  readonly promises: (readonly unknown[])[] = [];
  result: Uint8Array | null = null;
  instance: WasmInstance | null = null;

  constructor(setup: CallSetup) {
    this.storage = setup.storage ?? new Map();
  }

  memory(): Uint8Array {
    return new Uint8Array(this.instance!.memory.buffer);
  }

  /** Bytes in memory, or those of a register when the length is 2^64 - 1. */
  bytes(length: bigint, pointer: bigint): Uint8Array {
    if (length === REGISTER_ABSENT) {
      const content = this.registers.get(pointer);
      if (!content) throw new Error(`register ${pointer} is empty`);
      return content;
    }
    return this.memory().slice(Number(pointer), Number(pointer + length));
  }

  amount(pointer: bigint): bigint {
    const view = new DataView(this.instance!.memory.buffer);
    return view.getBigUint64(Number(pointer), true) + (view.getBigUint64(Number(pointer) + 8, true) << 64n);
  }

  setAmount(pointer: bigint, value: bigint): void {
    const view = new DataView(this.instance!.memory.buffer);
    view.setBigUint64(Number(pointer), BigInt.asUintN(64, value), true);
    view.setBigUint64(Number(pointer) + 8, value >> 64n, true);
  }

  promise(...call: unknown[]): bigint {
    this.promises.push(call);
    return BigInt(this.promises.length - 1);
  }
}

type HostFunctions = Record<string, (...args: bigint[]) => unknown>;

function hostFunctions(state: HostState, setup: CallSetup): HostFunctions {
  return {
    ...registerFunctions(state),
    ...contextFunctions(state, setup),
    ...storageFunctions(state),
    ...cryptoFunctions(state),
    ...promiseFunctions(state),
    value_return: (length, pointer) => {
      state.result = state.bytes(length!, pointer!);
    },
    log_utf8: (length, pointer) => {
      state.logs.push(utf8(state.bytes(length!, pointer!)));
    },
    panic_utf8: (length, pointer) => {
      throw new Panic(utf8(state.bytes(length!, pointer!)));
    },
  };
}

function registerFunctions(state: HostState): HostFunctions {
  return {
    register_len: (id) => BigInt(state.registers.get(id!)?.length ?? -1),
    read_register: (id, pointer) => state.memory().set(state.registers.get(id!)!, Number(pointer)),
    write_register: (id, length, pointer) => state.registers.set(id!, state.bytes(length!, pointer!)),
  };
}

function contextFunctions(state: HostState, setup: CallSetup): HostFunctions {
  const accounts = setup.accounts ?? ACCOUNTS;
  const fill = (content: string | Uint8Array) => (id?: bigint) => {
    state.registers.set(id!, typeof content === "string" ? new TextEncoder().encode(content) : content);
  };
  return {
    input: fill(setup.input ?? ""),
    current_account_id: fill(accounts.current),
    signer_account_id: fill(accounts.signer),
    predecessor_account_id: fill(accounts.predecessor),
    signer_account_pk: fill(setup.signerKey ?? new Uint8Array(33)),
    random_seed: fill(new Uint8Array(32).fill(7)),
    block_index: () => setup.blockHeight ?? 100n,
    block_timestamp: () => 1_700_000_000_123_456_789n,
    epoch_height: () => 5n,
    storage_usage: () => 1_000n,
    prepaid_gas: () => 300_000_000_000_000n,
    used_gas: () => 2n ** 63n + 1n,
    attached_deposit: (pointer) => state.setAmount(pointer!, setup.depositYocto ?? 0n),
    account_balance: (pointer) => state.setAmount(pointer!, 2n ** 128n - 1n),
  };
}

function storageFunctions(state: HostState): HostFunctions {
  const keyOf = (length: bigint, pointer: bigint) =>
    Buffer.from(state.bytes(length, pointer)).toString("latin1");
  const keep = (id: bigint, old: Uint8Array | undefined) => {
    if (old) state.registers.set(id, old);
    return old ? 1n : 0n;
  };
  return {
    storage_read: (length, pointer, id) => keep(id!, state.storage.get(keyOf(length!, pointer!))),
    storage_has_key: (length, pointer) => (state.storage.has(keyOf(length!, pointer!)) ? 1n : 0n),
    storage_write: (keyLength, keyPointer, length, pointer, id) => {
      const key = keyOf(keyLength!, keyPointer!);
      const value = state.bytes(length!, pointer!);
      const replaced = keep(id!, state.storage.get(key));
      state.storage.set(key, value);
      return replaced;
    },
    storage_remove: (length, pointer, id) => {
      const key = keyOf(length!, pointer!);
      const removed = keep(id!, state.storage.get(key));
      state.storage.delete(key);
      return removed;
    },
  };
}

const ED25519_SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

function cryptoFunctions(state: HostState): HostFunctions {
  return {
    sha256: (length, pointer, id) => {
      const digest = createHash("sha256").update(state.bytes(length!, pointer!)).digest();
      state.registers.set(id!, new Uint8Array(digest));
    },
    ed25519_verify: (sigLength, sig, length, pointer, keyLength, key) => {
      const der = Buffer.concat([ED25519_SPKI_PREFIX, state.bytes(keyLength!, key!)]);
      const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
      const valid = verify(null, state.bytes(length!, pointer!), publicKey, state.bytes(sigLength!, sig!));
      return valid ? 1n : 0n;
    },
    ecrecover: (hashLength, hash, sigLength, sig, v, _malleability, register) => {
      try {
        const signature = secp256k1.Signature.fromBytes(state.bytes(sigLength!, sig!), "compact");
        const key = signature.addRecoveryBit(Number(v)).recoverPublicKey(state.bytes(hashLength!, hash!));
        state.registers.set(register!, key.toBytes(false).slice(1));
        return 1n;
      } catch {
        return 0n;
      }
    },
  };
}

function promiseFunctions(state: HostState): HostFunctions {
  const text = (length: bigint, pointer: bigint) => utf8(state.bytes(length, pointer));
  return {
    promise_batch_create: (length, pointer) => state.promise("create", text(length!, pointer!)),
    promise_batch_then: (promise, length, pointer) => state.promise("then", promise, text(length!, pointer!)),
    promise_batch_action_transfer: (promise, pointer) => {
      state.promise("transfer", promise, state.amount(pointer!));
    },
    promise_batch_action_deploy_contract: (promise, length, pointer) => {
      state.promise("deploy", promise, state.bytes(length!, pointer!).length);
    },
    promise_batch_action_function_call: (promise, methodLength, method, length, pointer, amount, gas) => {
      const args = text(length!, pointer!);
      state.promise("call", promise, text(methodLength!, method!), args, state.amount(amount!), gas);
    },
    promise_yield_create: (methodLength, method, length, pointer, gas, weight, id) => {
      state.registers.set(id!, new Uint8Array(32).fill(9));
      return state.promise("yield", text(methodLength!, method!), text(length!, pointer!), gas, weight);
    },
    promise_yield_resume: (idLength, id, length, pointer) => {
      state.promise("resume", state.bytes(idLength!, id!).length, text(length!, pointer!));
      return 1;
    },
  };
}

/** The host refuses what is not UTF-8. */
function utf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}
