import { readFileSync } from "node:fs";
import type { FunctionCallOutcome } from "../../sandbox/src/vm/interface.ts";
import { candidateStory } from "./candidate-story.ts";
import { governanceStory } from "./governance-story.ts";
import { benchNetwork } from "./network.ts";
import { recoveryStory } from "./recovery-story.ts";
import { signatureStory } from "./signature-story.ts";
import { startStory } from "./start-story.ts";
import type { Story } from "./step.ts";
import { transparencyStory } from "./transparency-story.ts";
import { updateStory } from "./update-story.ts";
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

/** By number of participants (`n=10`), then by method, with what is special about the call behind its name. */
export type GasTable = Readonly<Record<string, Readonly<Record<string, CallGas>>>>;

export const PARTICIPANT_COUNTS = [3, 10, 40, 100] as const;

/** Measures typical successful calls of every method on the embedded chain's virtual machine, with 2 domains. */
export async function measureGas(wasmFile: string): Promise<GasTable> {
  const code = readFileSync(wasmFile);
  return Object.fromEntries(PARTICIPANT_COUNTS.map((count) => [`n=${count}`, measureNetwork(code, count)]));
}

const STORIES: readonly Story[] = [
  startStory,
  recoveryStory,
  candidateStory,
  updateStory,
  governanceStory,
  signatureStory,
  transparencyStory,
];

function measureNetwork(code: Uint8Array, count: number): Record<string, CallGas> {
  const network = benchNetwork(count);
  const figures: Record<string, CallGas> = {};
  for (const story of STORIES) {
    const contract = wasmContract(code, network.contractId);
    for (const { call, figure } of story(network, count)) {
      const gas = breakdown(call, contract.call(call));
      if (figure !== null) figures[figure] = gas;
    }
  }
  return figures;
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
