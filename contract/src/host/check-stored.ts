/// <reference path="../../engine/env.d.ts" />
/** Whether this code can read what the code before it stored. Refusing in time leaves that code in place. */
import { encodeState } from "../interface/state-codec.ts";
import { Refusal, refuse, unreachable } from "../protocol/errors.ts";
import {
  type KeyEvent,
  NO_VOTES,
  type ProtocolState,
  type RunningState,
  type ThresholdParameters,
} from "../protocol/state.ts";
import { base58DecodeInHost } from "./host-functions.ts";
import { HEAD_KEY, LAYOUT, LAYOUT_KEY, QUEUE_KEY, requireText, UPDATES_KEY } from "./storage-layout.ts";
import { STORED_CONFIG } from "./stored-config.ts";
import { loadContract, STORED, type StoredContract } from "./stored-contract.ts";
import { checkRequests } from "./stored-requests.ts";

/** The stored contract, read as a whole; refuses with UNREADABLE_STATE. Accounts are read when they call. */
export function loadChecked(): StoredContract {
  const stored = checked(HEAD_KEY, loadContract);
  if (stored.state.kind === "NotInitialized") return stored;
  if (requireText(LAYOUT_KEY) !== LAYOUT) refuse("UNREADABLE_STATE", { part: LAYOUT_KEY });
  checked(HEAD_KEY, () =>
    JSON.stringify([encodeState(readLists(stored.state), base58DecodeInHost), STORED_CONFIG]),
  );
  checked(QUEUE_KEY, checkRequests);
  checked(UPDATES_KEY, () => STORED.updates().proposals.length);
  return stored;
}

/** The state without its votes and participants, each of which was read once: both may be long. */
function readLists(state: ProtocolState): ProtocolState {
  switch (state.kind) {
    case "NotInitialized":
      return state;
    case "Initializing":
      return { ...state, generating_key: readKeyEvent(state.generating_key) };
    case "Running":
      return readRunning(state);
    case "Recovery":
      return { ...state, previous_running_state: readRunning(state.previous_running_state) };
    case "Resharing":
      return {
        ...state,
        previous_running_state: readRunning(state.previous_running_state),
        resharing_key: readKeyEvent(state.resharing_key),
      };
    default:
      return unreachable(state);
  }
}

/** `state()` shows a proposal for every voter. */
function readRunning(running: RunningState): RunningState {
  for (const { proposals } of [running.parameters_votes, running.add_domains_votes]) {
    for (const key of Object.keys(proposals))
      if (typeof proposals[key] !== "object") refuse("UNREADABLE_STATE", { part: key });
  }
  const parameters = readParameters(running.parameters);
  return { ...running, parameters, parameters_votes: NO_VOTES, add_domains_votes: NO_VOTES };
}

function readKeyEvent(event: KeyEvent): KeyEvent {
  return { ...event, parameters: readParameters(event.parameters) };
}

function readParameters({ participants, threshold }: ThresholdParameters): ThresholdParameters {
  const { next_id, participants: entries } = participants;
  if (!Array.isArray(entries)) refuse("UNREADABLE_STATE", { part: "participants" });
  return { participants: { next_id, participants: [] }, threshold };
}

function checked<Value>(part: string, read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.error.name === "UNREADABLE_STATE") throw thrown;
    return refuse("UNREADABLE_STATE", { part });
  }
}
