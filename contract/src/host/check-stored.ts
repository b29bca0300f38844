/// <reference path="../../engine/env.d.ts" />
/** Whether this code can read what the code before it stored. Refusing in time leaves that code in place. */
import { encodeState } from "../interface/state-codec.ts";
import { Refusal, refuse } from "../protocol/errors.ts";
import { NO_VOTES, type ProtocolState } from "../protocol/state.ts";
import { base58DecodeInHost } from "./host-functions.ts";
import { runningOf } from "./state-parts.ts";
import { HEAD_KEY, LAYOUT, LAYOUT_KEY, requireText, UPDATES_KEY } from "./storage-layout.ts";
import { STORED_CONFIG } from "./stored-config.ts";
import { loadContract, STORED, type StoredContract } from "./stored-contract.ts";

/** The stored contract, read as a whole; refuses with UNREADABLE_STATE. Accounts are read when they call. */
export function loadChecked(): StoredContract {
  const stored = checked(HEAD_KEY, loadContract);
  if (stored.state.kind === "NotInitialized") return stored;
  if (requireText(LAYOUT_KEY) !== LAYOUT) refuse("UNREADABLE_STATE", { part: LAYOUT_KEY });
  checked(HEAD_KEY, () =>
    JSON.stringify([encodeState(readVotes(stored.state), base58DecodeInHost), STORED_CONFIG]),
  );
  checked(UPDATES_KEY, () => STORED.updates().proposals.length);
  return stored;
}

/** The state without its votes, of which each proposal was read once: `state()` shows one for every voter. */
function readVotes(state: ProtocolState): ProtocolState {
  const running = runningOf(state);
  if (running === null) return state;
  for (const { proposals } of [running.parameters_votes, running.add_domains_votes]) {
    for (const key of Object.keys(proposals))
      if (typeof proposals[key] !== "object") refuse("UNREADABLE_STATE", { part: key });
  }
  const voteless = { ...running, parameters_votes: NO_VOTES, add_domains_votes: NO_VOTES };
  if (state.kind === "Running") return voteless;
  return { ...state, previous_running_state: voteless } as ProtocolState;
}

function checked<Value>(part: string, read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.error.name === "UNREADABLE_STATE") throw thrown;
    return refuse("UNREADABLE_STATE", { part });
  }
}
