/// <reference path="../../engine/env.d.ts" />
/** The views: each answers JSON; `state` and `config` hand out stored bytes where those are the answer. */
import * as answers from "../interface/answers.ts";
import { VIEW_ARGUMENTS, type ViewName } from "../interface/arguments.ts";
import { readArguments } from "../interface/decode.ts";
import { BACKUP_SERVICE_METHODS, NODE_METHODS } from "../interface/method-rules.ts";
import type { Decoded } from "../interface/schema.ts";
import { encodeState } from "../interface/state-codec.ts";
import { VERSION } from "../interface/version.ts";
import { storageBalance } from "../protocol/accounts/storage-balance.ts";
import type { AccountId, BlockHeight } from "../protocol/brand.ts";
import { attempt, refuse, unreachable } from "../protocol/errors.ts";
import { normalize, settledRecord } from "../protocol/normalize.ts";
import type { AccountRecord } from "../protocol/records.ts";
import { acceptsRequests } from "../protocol/rules/requests.ts";
import type { ProtocolState, RecoveryState } from "../protocol/state.ts";
import { decodeHead, PLAIN_RUNNING, RUNNING_HEAD } from "./head-codec.ts";
import { base58DecodeInHost } from "./host-functions.ts";
import { readInput, unwrap } from "./run-call.ts";
import { innerRunning, participantsWith, runningAnswer } from "./running-text.ts";
import { readRunningText } from "./state-parts.ts";
import { CONFIG_KEY, HEAD_KEY, RUNNING_KEY, readText } from "./storage-layout.ts";
import { loadContract, type StoredContract } from "./stored-contract.ts";
import { votesAnswer } from "./stored-votes.ts";

/** Answers the view of this name. */
export function runView(name: ViewName): void {
  env.value_return(unwrap(attempt(() => answer(name))));
}

/** The answer as text, or the register that holds it: stored bytes need not pass through memory. */
function answer(name: ViewName): string | number {
  switch (name) {
    case "state":
      noArguments(name);
      return storedState() ?? stateAnswer(load());
    case "config":
      noArguments(name);
      return configAnswer();
    case "participant_info": {
      const { account_id } = viewArguments(name);
      const now = load();
      const member = now.stored.lookup.member(account_id);
      return JSON.stringify(answers.participantInfo(account_id, member, recordOf(now, account_id)));
    }
    default:
      return JSON.stringify(value(name));
  }
}

type ValueView = Exclude<ViewName, "state" | "config" | "participant_info">;

function value(name: ValueView): unknown {
  switch (name) {
    case "version":
      noArguments(name);
      return VERSION;
    case "node_methods":
      noArguments(name);
      return NODE_METHODS;
    case "backup_service_methods":
      noArguments(name);
      return BACKUP_SERVICE_METHODS;
    case "recovery_info":
      noArguments(name);
      return answers.recoveryInfo(load().state);
    case "backup_service_info":
      return recordOf(load(), viewArguments(name).account_id)?.backup_service ?? null;
    case "backup_receipt":
      return recordOf(load(), viewArguments(name).account_id)?.receipt ?? null;
    case "public_key":
      return answers.publicKey(load().state, viewArguments(name).domain_id);
    case "accepts_requests":
      return acceptsRequests(load().state, viewArguments(name).domain_id);
    case "ephemeral_key": {
      const asked = viewArguments(name);
      const now = load();
      return answers.ephemeralKey(recordOf(now, asked.account_id), asked, now.height);
    }
    case "proposed_updates":
      noArguments(name);
      return load().stored.lookup.updates().proposals;
    case "storage_balance_of":
      return storageBalance(recordOf(load(), viewArguments(name).account_id));
    case "storage_balance_bounds":
      noArguments(name);
      return answers.storageBounds();
    case "contract_source_metadata":
      noArguments(name);
      return answers.SOURCE_METADATA;
    default:
      return unreachable(name);
  }
}

/** The contract and its state as it is at this height. */
interface Now {
  readonly stored: StoredContract;
  readonly state: ProtocolState;
  readonly height: BlockHeight;
}

function load(): Now {
  const stored = loadContract();
  const height = env.block_height() as BlockHeight;
  return { stored, height, state: normalize(stored.state, height) };
}

function recordOf({ stored, height }: Now, account: AccountId): AccountRecord | undefined {
  const context = {
    height,
    lookup: stored.lookup,
    get config() {
      return stored.config();
    },
  };
  return settledRecord(stored.state, account, context);
}

const ANSWER_REGISTER = 0;

/** While Running without votes the answer is stored, in one piece or in pages; no other state needs so little. */
function storedState(): string | number | null {
  const head = readText(HEAD_KEY);
  if (!head?.startsWith(RUNNING_HEAD)) return null;
  if (!head.startsWith(PLAIN_RUNNING)) {
    const { offsets, hasVotes } = decodeHead(head);
    return hasVotes ? null : runningAnswer(readRunningText(offsets), null);
  }
  if (env.storage_read(RUNNING_KEY, ANSWER_REGISTER) === 0n) {
    refuse("UNREADABLE_STATE", { part: RUNNING_KEY });
  }
  return ANSWER_REGISTER;
}

function stateAnswer({ stored, state }: Now): string {
  switch (state.kind) {
    case "Running":
      return runningText(stored);
    case "Recovery":
      return recoveryAnswer(state, stored);
    default:
      return JSON.stringify(encodeState(state, base58DecodeInHost));
  }
}

function runningText({ parts }: StoredContract): string {
  return runningAnswer(parts.runningText(), parts.hasVotes ? votesAnswer(parts.votes()) : null);
}

/** The same bytes as `JSON.stringify(encodeState(state))`, without parsing the running state. */
function recoveryAnswer(state: RecoveryState, stored: StoredContract): string {
  const { account_id, participant_id, prospective_info } = state.recovering;
  const entry = [account_id, participant_id, prospective_info] as const;
  const participants = participantsWith(stored.parts.runningText(), entry);
  return (
    `{"Recovery":{"previous_running_state":${innerRunning(runningText(stored))}` +
    `,"recovery_id":${state.recovery_id},"prospective_participants":${participants}` +
    `,"recovering":${JSON.stringify(state.recovering)},"cancel_votes":${JSON.stringify(state.cancel_votes)}}}`
  );
}

function configAnswer(): number {
  if (env.storage_read(CONFIG_KEY, ANSWER_REGISTER) !== 0n) return ANSWER_REGISTER;
  return refuse("UNEXPECTED_STATE", { current: "NotInitialized", expected: ["Running"] });
}

function noArguments(name: ViewName): void {
  viewArguments(name);
}

function viewArguments<Name extends ViewName>(name: Name): Decoded<(typeof VIEW_ARGUMENTS)[Name]> {
  return readArguments(VIEW_ARGUMENTS[name], readInput(), base58DecodeInHost);
}
