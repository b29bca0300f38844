import { readFileSync } from "node:fs";
import type { FunctionCallOutcome } from "../../sandbox/src/vm/interface.ts";
import { keysetHash } from "../../sdk/src/crypto/keyset-hash.ts";
import { type BenchNetwork, benchNetwork } from "./network.ts";
import { type ContractCall, wasmContract } from "./wasm-contract.ts";

/** Gas of one call by cause, in gas units. `total` is what the contract's execution burns, receipt fees apart. */
export interface CallGas {
  readonly total: number;
  /** Loading the code: grows with the size of the wasm. */
  readonly loading: number;
  /** WebAssembly instructions. */
  readonly instructions: number;
  readonly storage: number;
  /** Checks of signatures, which the Rust contract doesn't make. */
  readonly signatures: number;
  readonly other_host: number;
}

/** By number of participants (`n=10`), then by method. */
export type GasTable = Readonly<Record<string, Readonly<Record<string, CallGas>>>>;

export const PARTICIPANT_COUNTS = [3, 10, 40, 100] as const;

/** Measures one typical successful call of every method on the embedded chain's virtual machine, with 2 domains. */
export async function measureGas(wasmFile: string): Promise<GasTable> {
  const code = readFileSync(wasmFile);
  return Object.fromEntries(PARTICIPANT_COUNTS.map((count) => [`n=${count}`, measureNetwork(code, count)]));
}

function measureNetwork(code: Uint8Array, count: number): Record<string, CallGas> {
  const network = benchNetwork(count);
  const contract = wasmContract(code, network.contractId);
  const figures: Record<string, CallGas> = {};
  const measure = (call: ContractCall, name: string = call.method) => {
    figures[name] = breakdown(call, contract.call(call));
  };
  for (const call of story(network, count)) measure(call.call, call.name);
  return figures;
}

interface Step {
  readonly call: ContractCall;
  readonly name?: string;
}

/** A network's life in order: every step succeeds on what the steps before it left. The last participant recovers. */
function story(network: BenchNetwork, count: number): readonly Step[] {
  const last = count - 1;
  const caller = network.account(last);
  const by = (role: string) => ({ caller, signerKey: network.signer(last, role) });
  const keyset = network.initRunning.keyset as Parameters<typeof keysetHash>[0];
  const recovery = (tlsRole: string, signerRole: string) => ({
    participant_info: { ...network.participantInfo(last, tlsRole), url: "https://mpc-node-new.example.org" },
    tls_key_proof: network.tlsKeyProof(last, "node", tlsRole, signerRole),
  });
  const view = (method: string, args: unknown = {}, height = 20): Step => ({
    call: { method, args, height },
  });
  return [
    { call: { method: "init_running", args: network.initRunning, caller: network.contractId, height: 10 } },
    {
      call: {
        method: "submit_participant_info",
        height: 11,
        ...by("node"),
        args: {
          participant_info: network.participantInfo(last, "tls"),
          tls_key_proof: network.tlsKeyProof(last, "node", "tls", "node"),
        },
      },
    },
    {
      call: {
        method: "register_backup_service",
        height: 12,
        ...by("service"),
        args: {
          backup_service_info: {
            public_key: network.keyPair(last, "service tls").publicKey,
            signer_account_pk: network.keyPair(last, "service").publicKey,
          },
          tls_key_proof: network.tlsKeyProof(last, "backup_service", "service tls", "service"),
        },
      },
    },
    {
      call: {
        method: "confirm_backup",
        height: 13,
        ...by("service"),
        args: { epoch_id: 4, keyset_hash: keysetHash(keyset), digest: "00".repeat(32) },
      },
    },
    view("state"),
    view("config"),
    view("version"),
    view("node_methods"),
    view("backup_service_methods"),
    view("public_key", { domain_id: 1 }),
    view("accepts_requests", { domain_id: 1 }),
    view("participant_info", { account_id: caller }),
    view("backup_service_info", { account_id: caller }),
    view("backup_receipt", { account_id: caller }),
    {
      call: {
        method: "submit_participant_recovery_info",
        height: 21,
        ...by("recovering"),
        args: recovery("recovering tls", "recovering"),
      },
    },
    { ...view("state", {}, 22), name: "state in Recovery" },
    view("recovery_info", {}, 22),
    { call: { method: "confirm_recovery", height: 23, ...by("service"), args: { recovery_id: 0 } } },
    { call: { method: "conclude_recovery", height: 24, ...by("recovering"), args: { keyset } } },
    {
      call: {
        method: "approve_recovery",
        height: 25,
        ...by("full"),
        depositYocto: 1n,
        args: {
          tls_public_key: network.keyPair(last, "next tls").publicKey,
          signer_account_pk: network.keyPair(last, "next").publicKey,
        },
      },
    },
    {
      call: {
        method: "submit_participant_recovery_info",
        height: 26,
        ...by("next"),
        args: recovery("next tls", "next"),
      },
      name: "submit_participant_recovery_info approved",
    },
    { call: { method: "cancel_recovery", height: 27, ...by("full"), depositYocto: 1n, args: {} } },
    ...governance(network, count, by("full")),
  ];
}

/** First votes of a member on whole proposals, after its recovery. */
function governance(
  network: BenchNetwork,
  count: number,
  by: { readonly caller: string; readonly signerKey: Uint8Array },
): readonly Step[] {
  const last = count - 1;
  const url = "https://mpc-node-moved.example.org";
  const parameters = network.initRunning.parameters as {
    readonly participants: { readonly participants: readonly (readonly [string, number, object])[] };
  };
  const participants = parameters.participants.participants.map((entry) =>
    entry[1] === last ? [entry[0], last, { ...network.participantInfo(last, "recovering tls"), url }] : entry,
  );
  const proposed = { ...parameters, participants: { ...parameters.participants, participants } };
  const proposal = { parameters: proposed, per_domain_thresholds: {} };
  const domains = [{ id: 2, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" }];
  return [
    { call: { method: "update_participant_url", height: 28, ...by, depositYocto: 1n, args: { url } } },
    { call: { method: "vote_add_domains", height: 29, ...by, args: { domains } } },
    {
      call: {
        method: "vote_new_parameters",
        height: 30,
        ...by,
        args: { prospective_epoch_id: 5, proposal },
      },
    },
    { call: { method: "state", args: {}, height: 31 }, name: "state with votes" },
  ];
}

const SIGNATURE_COSTS = ["ed25519_verify_base", "ed25519_verify_byte", "ecrecover_base"];
const LOADING_COSTS = ["contract_loading_base", "contract_loading_bytes"];

function breakdown(call: ContractCall, outcome: FunctionCallOutcome): CallGas {
  if (outcome.error !== null) {
    const found = JSON.stringify(outcome.error, (_, value) =>
      typeof value === "bigint" ? String(value) : value,
    );
    throw new Error(`${call.method}: expected a successful call, found ${found}`);
  }
  const sum = (matches: (cost: string) => boolean) =>
    [...outcome.gasProfile].reduce((total, [cost, gas]) => (matches(cost) ? total + Number(gas) : total), 0);
  const total = Number(outcome.burntGas);
  const loading = sum((cost) => LOADING_COSTS.includes(cost));
  const storage = sum((cost) => cost.startsWith("storage_") || cost.endsWith("_trie_node"));
  const signatures = sum((cost) => SIGNATURE_COSTS.includes(cost));
  const instructions = Number(outcome.wasmInstructionGas);
  return {
    total,
    loading,
    instructions,
    storage,
    signatures,
    other_host: total - loading - storage - signatures - instructions,
  };
}
