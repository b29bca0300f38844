/// <reference path="../../engine/env.d.ts" />
/** What `state()` answers: the same bytes as `JSON.stringify(encodeState(state))`, put together from stored text. */
import { encodeKeyEvent, encodeKeys } from "../interface/state-codec.ts";
import type { BlockHeight } from "../protocol/brand.ts";
import { refuse, unreachable } from "../protocol/errors.ts";
import { normalize } from "../protocol/normalize.ts";
import type {
  InitializedState,
  InitializingState,
  KeyEvent,
  RecoveryState,
  ResharingState,
} from "../protocol/state.ts";
import { type Head, PLAIN_RUNNING } from "./head-codec.ts";
import { base58DecodeInHost } from "./host-functions.ts";
import { innerRunning, participantsWith, runningAnswer } from "./running-text.ts";
import { membersText, proposedText, storedMoves, storedRunningText, storedVotes } from "./state-parts.ts";
import { HEAD_KEY, RUNNING_KEY, readText } from "./storage-layout.ts";
import { parseContract } from "./stored-contract.ts";
import { votesAnswer } from "./stored-votes.ts";

/** The answer as text; where it is stored as it is, `register` holds it and is returned. */
export function stateAnswer(register: number): string | number {
  const text = readText(HEAD_KEY);
  if (text?.startsWith(PLAIN_RUNNING)) {
    if (env.storage_read(RUNNING_KEY, register) === 0n) refuse("UNREADABLE_STATE", { part: RUNNING_KEY });
    return register;
  }
  const { state, head } = parseContract(text);
  const now = normalize(state, env.block_height() as BlockHeight);
  return head === null || now.kind === "NotInitialized" ? '"NotInitialized"' : answerOf(now, head);
}

function answerOf(state: InitializedState, head: Head): string {
  switch (state.kind) {
    case "Running":
      return runningText(head);
    case "Recovery":
      return recoveryText(state, head);
    case "Initializing":
      return initializingText(state);
    case "Resharing":
      return resharingText(state, head);
    default:
      return unreachable(state);
  }
}

function runningText({ tail, has_votes }: Head): string {
  const votes = has_votes === 1 ? votesAnswer(storedVotes()) : null;
  return runningAnswer(storedRunningText(), storedMoves(), tail, votes);
}

function recoveryText(state: RecoveryState, head: Head): string {
  const { account_id, participant_id, prospective_info } = state.recovering;
  const participants = participantsWith(membersText(), [account_id, participant_id, prospective_info]);
  return (
    `{"Recovery":{"previous_running_state":${innerRunning(runningText(head))}` +
    `,"recovery_id":${state.recovery_id},"prospective_participants":${participants}` +
    `,"recovering":${JSON.stringify(state.recovering)},"cancel_votes":${JSON.stringify(state.cancel_votes)}}}`
  );
}

function initializingText(state: InitializingState): string {
  const generated = JSON.stringify(encodeKeys(state.generated_keys, base58DecodeInHost));
  return (
    `{"Initializing":{"domains":${JSON.stringify(state.domains)},"epoch_id":${state.epoch_id}` +
    `,"generated_keys":${generated},"generating_key":${keyEventText(state.generating_key, membersText())}` +
    `,"cancel_votes":${JSON.stringify(state.cancel_votes)}}}`
  );
}

function resharingText(state: ResharingState, head: Head): string {
  const reshared = JSON.stringify(encodeKeys(state.reshared_keys, base58DecodeInHost));
  return (
    `{"Resharing":{"previous_running_state":${innerRunning(runningText(head))}` +
    `,"reshared_keys":${reshared},"resharing_key":${keyEventText(state.resharing_key, proposedText())}` +
    `,"cancellation_requests":${JSON.stringify(state.cancellation_requests)}` +
    `,"per_domain_thresholds":${JSON.stringify(state.per_domain_thresholds)}}}`
  );
}

/** Takes the place of parameters; nothing else in a key event is a text that begins so. */
const PLACE = "@parameters";

function keyEventText(event: KeyEvent, parameters: string): string {
  const { epoch_id, domain, instance, next_attempt_id } = event;
  const placed = { epoch_id, domain, parameters: PLACE as never, instance, next_attempt_id };
  const [before = "", after = ""] = JSON.stringify(encodeKeyEvent(placed, base58DecodeInHost)).split(
    `"${PLACE}"`,
  );
  return before + parameters + after;
}
