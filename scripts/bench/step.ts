import type { BenchNetwork } from "./network.ts";
import type { ContractCall } from "./wasm-contract.ts";

/** One call of a story; `figure` names what is measured of it, null for a call that only leads there. */
export interface Step {
  readonly call: ContractCall;
  readonly figure: string | null;
}

/** A network's life in order, from a contract without state: every step succeeds on what the steps before it left. */
export type Story = (network: BenchNetwork, count: number) => readonly Step[];

/** Measured under the method's name, or under that and what is special about it. */
export function measured(call: ContractCall, special?: string): Step {
  return { call, figure: special === undefined ? call.method : `${call.method} ${special}` };
}

/** Of votes with all others' already there: what the last one starts is part of its figure. */
export function measuredLast(call: ContractCall): Step {
  return { call, figure: `${call.method}, the last` };
}

export function prepared(call: ContractCall): Step {
  return { call, figure: null };
}

export function view(method: string, height: number, args: unknown = {}, special?: string): Step {
  return measured({ method, args, height }, special);
}

export function startCall(network: BenchNetwork): ContractCall {
  return { method: "init_running", args: network.initRunning, caller: network.contractId, height: 10 };
}

/** Who calls and signs: the access key of this role. */
export function by(
  network: BenchNetwork,
  index: number,
  role: string,
): Required<Pick<ContractCall, "caller" | "signerKey">> {
  return { caller: network.account(index), signerKey: network.signer(index, role) };
}

/** The node of this participant makes its key known. */
export function nodeKeyCall(network: BenchNetwork, index: number): ContractCall {
  return {
    method: "submit_participant_info",
    height: 11,
    ...by(network, index, "node"),
    args: {
      participant_info: network.participantInfo(index, "tls"),
      tls_key_proof: network.tlsKeyProof(index, "node", "tls", "node"),
    },
  };
}
