import {
  ephemeralKey,
  participantInfo,
  pendingRequests,
  recoveryInfo,
  SOURCE_METADATA,
} from "../../contract/src/interface/answers.ts";
import type { ViewName } from "../../contract/src/interface/arguments.ts";
import { base58Decode } from "../../contract/src/interface/base58.ts";
import { encodeState } from "../../contract/src/interface/state-codec.ts";
import type { AccountId, BlockHeight, DomainId } from "../../contract/src/protocol/brand.ts";
import { normalize, settledRecord } from "../../contract/src/protocol/normalize.ts";
import { acceptsRequests } from "../../contract/src/protocol/rules/requests.ts";
import type { ProtocolState } from "../../contract/src/protocol/state.ts";
import { openProposals } from "../../contract/src/protocol/transparency/ballots.ts";
import type { Scenario } from "../../contract/test/support/network.ts";
import { CONTRACT, lookupOf } from "../../contract/test/support/world.ts";
import { state as readState } from "../src/actions/views.ts";
import { errorFromExecution } from "../src/errors/contract-error.ts";
import { type AccountView, readAccounts } from "../src/inspect/account-views.ts";
import type { Inspected } from "../src/inspect/inspected.ts";
import type { PinnedContract } from "../src/inspect/pinned-contract.ts";

const HASH = "4BxU427eGzYvyHJPihxcmgqQyynfcjWfTqxyKtRAzUnb";
/** When the block was made. */
export const BLOCK_MILLIS = Date.UTC(2026, 10, 21, 3, 0, 0);

/** The contract of a scenario as an inspector finds it, without a chain. */
export function pinnedScenario(scenario: Scenario): PinnedContract {
  const { height } = scenario;
  return {
    contractId: CONTRACT,
    block: { height: height as BlockHeight, hash: HASH, timeMillis: BLOCK_MILLIS, blockMillis: 600 },
    endpoints: ["https://rpc.one.example", "https://rpc.two.example"],
    nodes: [],
    reader: {
      view: async (method, args) => ({
        value: answer(scenario, method as ViewName, args as Args),
        blockHeight: height as BlockHeight,
        blockHash: HASH,
      }),
    },
  };
}

/** A report that holds at the scenario's block. */
export function inspected<Value>(scenario: Scenario, value: Value): Inspected<Value> {
  const { block, contractId, endpoints } = pinnedScenario(scenario);
  return { contractId, block, endpoints, value };
}

/** The state and the accounts as they are read from the views. */
export async function readScenario(
  scenario: Scenario,
): Promise<{ readonly state: ProtocolState; readonly accounts: readonly AccountView[] }> {
  const { reader } = pinnedScenario(scenario);
  const { value: state } = await readState(reader);
  return { state, accounts: await readAccounts(reader, state) };
}

interface Args {
  readonly account_id: AccountId;
  readonly domain_id: DomainId;
  readonly limit: number | null;
}

function answer(scenario: Scenario, method: ViewName, args: Args): unknown {
  const { world } = scenario;
  const height = scenario.height as BlockHeight;
  const lookup = lookupOf(world);
  const state = normalize(world.state, height);
  const record = () => settledRecord(world.state, args.account_id, { height, config: world.config, lookup });
  switch (method) {
    case "state":
      return encodeState(state, base58Decode);
    case "config":
      if (state.kind !== "NotInitialized") return world.config;
      throw errorFromExecution(`Smart contract panicked: ${NOT_STARTED}`);
    case "accepts_requests":
      return acceptsRequests(state, args.domain_id);
    case "pending_requests":
      return pendingRequests(world.queue, args.limit, lookup.request);
    case "recovery_info":
      return recoveryInfo(state);
    case "participant_info":
      return participantInfo(args.account_id, lookup.member(args.account_id), record());
    case "backup_service_info":
      return record()?.backup_service ?? null;
    case "backup_receipt":
      return record()?.receipt ?? null;
    case "proposed_updates":
      return world.updates.proposals;
    case "allowed_code_hashes":
      return world.transparency.votes.allowed;
    case "proposed_code_hashes":
      return openProposals(world.transparency.votes, height);
    case "rollout_policy":
      return world.transparency.votes.rollout;
    case "share_keys":
      return JSON.parse(world.transparency.shareKeys);
    case "ephemeral_key":
      return ephemeralKey(record(), args as never, height);
    case "contract_source_metadata":
      return SOURCE_METADATA;
    case "storage_balance_of": {
      const total = record()?.storage_deposit_yocto;
      return total == null ? null : { total, available: "0" };
    }
    default:
      throw new Error(`the scenario has no view ${method}`);
  }
}

const NOT_STARTED =
  '{"error":{"name":"CUSTOM_CONTRACT_ERROR","cause":{"name":"UNEXPECTED_STATE","info":{"current":"NotInitialized","expected":["Running"]}}}}';
