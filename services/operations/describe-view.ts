import type { ViewResult } from "../../contract/src/interface/methods.ts";
import { provenViews } from "../../sdk/src/actions/proven-views.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import { type ContractView, currentKeyset } from "./contract-view.ts";
import type { OpenedProgram } from "./open-program.ts";

/** The contract's state in one line, for `status`. */
export function describeContract({ state, height }: ContractView): string {
  if (state.kind === "NotInitialized") return `not initialized, block ${height}`;
  const keyset = currentKeyset(state);
  return `${state.kind}, block ${height}, keyset epoch ${keyset.epoch_id} ${keysetHash(keyset)}`;
}

/** The receipt on chain in one line, for `status`. */
export function describeReceipt({ receipt }: ContractView): string {
  if (receipt === null) return "none";
  return `epoch ${receipt.epoch_id} ${receipt.keyset_hash} in block ${receipt.confirmed_in}`;
}

/** Who attested node and backup service according to the contract, in one line, for `status`. */
export async function describeAttestations(program: OpenedProgram, signal: AbortSignal): Promise<string> {
  const account = { account_id: program.owner.account };
  const requests = { participant_info: account, backup_service_info: account };
  const { values } = await provenViews(program.reader, requests, signal);
  const { participant_info, backup_service_info } = values;
  return `node ${describe(participant_info)}, backup service ${describe(backup_service_info)}`;
}

function describe(record: ViewResult<"participant_info"> | ViewResult<"backup_service_info">): string {
  const attestation = record?.attestation ?? null;
  if (attestation === null) return "by nobody";
  const insecure = attestation.kind === "dev" ? " (INSECURE-DEV)" : "";
  return `by ${attestation.kind}${insecure} in block ${attestation.height}`;
}
