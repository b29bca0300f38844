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
import { answerEnd, OPEN, participantsWith } from "./running-text.ts";
import { membersFront, membersText, proposedText, storedVotes } from "./state-parts.ts";
import { HEAD_KEY, readText } from "./storage-layout.ts";
import { parseContract } from "./stored-contract.ts";
import { votesAnswer } from "./stored-votes.ts";

/** The answer as text; where it is stored as it is, `register` holds it and is returned. */
export function stateAnswer(register: number): string | number {
  const text = readText(HEAD_KEY);
  if (text?.startsWith(PLAIN_RUNNING)) {
    const part = text.charAt(PLAIN_RUNNING.length);
    if (env.storage_read(part, register) === 0n) refuse("UNREADABLE_STATE", { part });
    return register;
  }
  const { state, head } = parseContract(text);
  const now = normalize(state, env.block_height() as BlockHeight);
  return head === null || now.kind === "NotInitialized" ? '"NotInitialized"' : answerOf(now, head);
}

function answerOf(state: InitializedState, head: Head): string {
  switch (state.kind) {
    case "Running":
      return runningText(head, OPEN, "}");
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

/** `before` goes up to its opening bracket; `behind` is what follows it. */
function runningText(head: Head, before: string, behind: string): string {
  const votes = head.has_votes === 1 ? votesAnswer(storedVotes()) : null;
  return membersText(before + membersFront(), answerEnd(head.tail, votes, behind));
}

function recoveryText(state: RecoveryState, head: Head): string {
  const { account_id, participant_id, prospective_info } = state.recovering;
  const participants = participantsWith(membersText("", ""), [account_id, participant_id, prospective_info]);
  const end = `,"recovering":${JSON.stringify(state.recovering)},"cancel_votes":${JSON.stringify(state.cancel_votes)}}}`;
  return runningText(
    head,
    '{"Recovery":{"previous_running_state":{',
    `,"recovery_id":${state.recovery_id},"prospective_participants":${participants + end}`,
  );
}

function initializingText(state: InitializingState): string {
  const generated = JSON.stringify(encodeKeys(state.generated_keys, base58DecodeInHost));
  return keyEventText(
    state.generating_key,
    membersText("", ""),
    `{"Initializing":{"domains":${JSON.stringify(state.domains)},"epoch_id":${state.epoch_id}` +
      `,"generated_keys":${generated},"generating_key":`,
    `,"cancel_votes":${JSON.stringify(state.cancel_votes)}}}`,
  );
}

function resharingText(state: ResharingState, head: Head): string {
  const reshared = JSON.stringify(encodeKeys(state.reshared_keys, base58DecodeInHost));
  const behind = keyEventText(
    state.resharing_key,
    proposedText(),
    `,"reshared_keys":${reshared},"resharing_key":`,
    `,"cancellation_requests":${JSON.stringify(state.cancellation_requests)}` +
      `,"per_domain_thresholds":${JSON.stringify(state.per_domain_thresholds)}}}`,
  );
  return runningText(head, '{"Resharing":{"previous_running_state":{', behind);
}

/** Takes the place of parameters; nothing else in a key event is a text that begins so. */
const PLACE = "@parameters";

function keyEventText(event: KeyEvent, parameters: string, before: string, behind: string): string {
  const { epoch_id, domain, instance, next_attempt_id } = event;
  const placed = { epoch_id, domain, parameters: PLACE as never, instance, next_attempt_id };
  const [start = "", end = ""] = JSON.stringify(encodeKeyEvent(placed, base58DecodeInHost)).split(
    `"${PLACE}"`,
  );
  return before + start + (parameters + (end + behind));
}
