/// <reference path="../../engine/env.d.ts" />
/** The views: each answers JSON; `state` and `config` hand out stored bytes where those are the answer. */
import * as answers from "../interface/answers.ts";
import { VIEW_ARGUMENTS, type ViewName } from "../interface/arguments.ts";
import { readArguments } from "../interface/decode.ts";
import { BACKUP_SERVICE_METHODS, NODE_METHODS } from "../interface/method-rules.ts";
import type { Decoded } from "../interface/schema.ts";
import { VERSION } from "../interface/version.ts";
import { storageBalance } from "../protocol/accounts/storage-balance.ts";
import type { AccountId, BlockHeight, SeedVersion } from "../protocol/brand.ts";
import { attempt, refuse, unreachable } from "../protocol/errors.ts";
import { normalize, settledRecord } from "../protocol/normalize.ts";
import type { AccountRecord } from "../protocol/records.ts";
import { acceptsRequests } from "../protocol/rules/requests.ts";
import type { ProtocolState } from "../protocol/state.ts";
import { openProposals } from "../protocol/transparency/ballots.ts";
import { base58DecodeInHost } from "./host-functions.ts";
import { REQUEST_PORTS } from "./request-ports.ts";
import { readInput, unwrap } from "./run-call.ts";
import { stateAnswer } from "./state-answer.ts";
import { CONFIG_KEY } from "./storage-layout.ts";
import { STORED_CONFIG } from "./stored-config.ts";
import { loadContract, STORED } from "./stored-contract.ts";
import { pendingYield, readQueue, readRequest } from "./stored-requests.ts";
import { STORED_TRANSPARENCY, seedBackupKey } from "./stored-transparency.ts";

/** Answers the view of this name. */
export function runView(name: ViewName): void {
  env.value_return(unwrap(attempt(() => answer(name))));
}

/** The answer as text, or the register that holds it: stored bytes need not pass through memory. */
function answer(name: ViewName): string | number {
  switch (name) {
    case "state":
      noArguments(name);
      return stateAnswer(ANSWER_REGISTER);
    case "config":
      noArguments(name);
      return configAnswer();
    case "participant_info": {
      const { account_id } = viewArguments(name);
      const now = load();
      const member = STORED.member(account_id);
      return JSON.stringify(answers.participantInfo(account_id, member, recordOf(now, account_id)));
    }
    case "share_keys":
      noArguments(name);
      return STORED_TRANSPARENCY.shareKeys();
    case "seed_backup":
      return seedBackupAnswer(viewArguments(name).version);
    default:
      return JSON.stringify(value(name));
  }
}

type ValueView = Exclude<ViewName, "state" | "config" | "participant_info" | "share_keys" | "seed_backup">;

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
    case "derived_public_key": {
      const { path, predecessor, domain_id } = viewArguments(name);
      const tweak = REQUEST_PORTS.tweak(predecessor, path);
      return answers.derivedPublicKey(load().state, domain_id, (key) => REQUEST_PORTS.derivedKey(key, tweak));
    }
    case "get_pending_request":
      return pendingYield(REQUEST_PORTS.requestId(viewArguments(name).request));
    case "pending_requests":
      return answers.pendingRequests(readQueue(), viewArguments(name).limit, readRequest);
    case "ephemeral_key": {
      const asked = viewArguments(name);
      const now = load();
      return answers.ephemeralKey(recordOf(now, asked.account_id), asked, now.height);
    }
    case "proposed_updates":
      noArguments(name);
      load();
      return STORED.updates().proposals;
    case "storage_balance_of":
      return storageBalance(recordOf(load(), viewArguments(name).account_id));
    case "storage_balance_bounds":
      noArguments(name);
      return answers.storageBounds();
    case "contract_source_metadata":
      noArguments(name);
      return answers.SOURCE_METADATA;
    case "allowed_code_hashes":
      noArguments(name);
      return STORED_TRANSPARENCY.votes().allowed;
    case "proposed_code_hashes":
      noArguments(name);
      return openProposals(STORED_TRANSPARENCY.votes(), env.block_height() as BlockHeight);
    case "rollout_policy":
      noArguments(name);
      return STORED_TRANSPARENCY.votes().rollout;
    case "handover":
      return STORED_TRANSPARENCY.handover(viewArguments(name)) ?? null;
    default:
      return unreachable(name);
  }
}

/** The contract and its state as it is at this height. */
interface Now {
  readonly stored: ProtocolState;
  readonly state: ProtocolState;
  readonly height: BlockHeight;
}

function load(): Now {
  const stored = loadContract().state;
  const height = env.block_height() as BlockHeight;
  return { stored, height, state: normalize(stored, height) };
}

function recordOf({ stored, height }: Now, account: AccountId): AccountRecord | undefined {
  return settledRecord(stored, account, { height, lookup: STORED, config: STORED_CONFIG });
}

const ANSWER_REGISTER = 0;

function configAnswer(): number {
  if (env.storage_read(CONFIG_KEY, ANSWER_REGISTER) !== 0n) return ANSWER_REGISTER;
  return refuse("UNEXPECTED_STATE", { current: "NotInitialized", expected: ["Running"] });
}

function seedBackupAnswer(version: SeedVersion): string | number {
  return env.storage_read(seedBackupKey(version), ANSWER_REGISTER) === 0n ? "null" : ANSWER_REGISTER;
}

function noArguments(name: ViewName): void {
  viewArguments(name);
}

function viewArguments<Name extends ViewName>(name: Name): Decoded<(typeof VIEW_ARGUMENTS)[Name]> {
  return readArguments(VIEW_ARGUMENTS[name], readInput(), base58DecodeInHost);
}
