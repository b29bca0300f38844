import { provenViews } from "../../sdk/src/actions/proven-views.ts";
import type { ReadProvenContract } from "../../sdk/src/client/proven-reader.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import type { CommonConfig } from "./common-config.ts";
import { type ContractView, memberEntry, type StateProof } from "./contract-view.ts";
import { usageError } from "./program-error.ts";
import type { ReadContractView } from "./view-source.ts";

/**
 * Reads state and the account's records at one block that the reader vouches for; never an older one than before, for
 * which the view read earlier is given again.
 */
export function contractViewReader(
  reader: ReadProvenContract,
  proof: StateProof,
  accountId: string,
): ReadContractView {
  const account = { account_id: accountId };
  const requests = {
    state: {},
    participant_info: account,
    backup_service_info: account,
    backup_receipt: account,
  };
  const isWithoutDeposit = async (signal: AbortSignal): Promise<boolean> => {
    const { values } = await provenViews(reader, { storage_balance_of: account }, signal);
    return values.storage_balance_of === null;
  };
  let newest: ContractView | undefined;
  return async (signal) => {
    const { values, proven } = await provenViews(reader, requests, signal);
    const { state, participant_info: participant } = values;
    const isInitialized = state.kind !== "NotInitialized";
    const isMember = isInitialized && memberEntry(state, accountId) !== undefined;
    const candidate_info = isMember ? null : (participant?.participant_info ?? null);
    const isUnknown = isInitialized && !isMember && candidate_info === null;
    const view: ContractView = {
      height: proven.blockHeight,
      proof,
      state,
      node_key: participant?.node_key ?? null,
      candidate_info,
      needs_storage_deposit: isUnknown && (await isWithoutDeposit(signal)),
      backup_service: values.backup_service_info,
      receipt: values.backup_receipt,
    };
    // Endpoints that agree do so on the older of their heads: one that lags, or says so, must not turn back time.
    if (newest === undefined || view.height >= newest.height) newest = view;
    return newest;
  };
}

/**
 * Reads the contract once at start, so that a wrong contract id or network is told at once and in one line.
 *
 * @throws ProgramError of exit code 2 `WRONG_CONTRACT` or `WRONG_NETWORK`; otherwise what the reader throws
 */
export async function requireContract(
  reader: ReadProvenContract,
  config: CommonConfig,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { state } = (await provenViews(reader, { state: {} }, signal)).values;
    if (state.kind === "NotInitialized") return;
    const { network_id } = (await provenViews(reader, { config: {} }, signal)).values.config;
    if (network_id === config.network_id) return;
    throw usageError(
      "WRONG_NETWORK",
      `the contract ${config.contract_id} belongs to network ${network_id}, the config says ${config.network_id}`,
    );
  } catch (error) {
    const sign = error instanceof BaseError ? error.walk(isWrongContract) : undefined;
    if (!(sign instanceof BaseError)) throw error;
    throw usageError(
      "WRONG_CONTRACT",
      `there is no recovery contract at "contract_id" ${config.contract_id} (${sign.code}): correct it, or the endpoints in "rpc.urls"`,
      error,
    );
  }
}

const WRONG_CONTRACT_CODES = new Set([
  "UNKNOWN_ACCOUNT",
  "NO_CONTRACT_CODE",
  "CONTRACT_NOT_DEPLOYED",
  "METHOD_NOT_FOUND",
  "RESULT_INVALID",
]);

function isWrongContract(link: unknown): boolean {
  return link instanceof BaseError && WRONG_CONTRACT_CODES.has(link.code);
}
