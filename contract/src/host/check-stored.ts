/// <reference path="../../engine/env.d.ts" />
/** Whether this code can read what the code before it stored. Refusing in time leaves that code in place. */
import { readJsonValue } from "../interface/decode.ts";
import { configResult, proposedUpdatesResult, stateResult } from "../interface/results.ts";
import type { AnySchema } from "../interface/schema.ts";
import { encodeState } from "../interface/state-codec.ts";
import { Refusal, refuse } from "../protocol/errors.ts";
import { base58DecodeInHost } from "./host-functions.ts";
import { CONFIG_KEY, HEAD_KEY, RUNNING_KEY, UPDATES_KEY } from "./storage-layout.ts";
import { loadContract, type StoredContract } from "./stored-contract.ts";

/** The stored contract, read as a whole; refuses with UNREADABLE_STATE. Accounts are read when they call. */
export function loadChecked(): StoredContract {
  const stored = checked(HEAD_KEY, loadContract);
  checked(RUNNING_KEY, () => requireShape(stateResult, encodeState(stored.state, base58DecodeInHost)));
  checked(CONFIG_KEY, () => requireShape(configResult, stored.config()));
  checked(UPDATES_KEY, () => requireShape(proposedUpdatesResult, stored.lookup.updates().proposals));
  return stored;
}

function requireShape(schema: AnySchema, value: unknown): void {
  readJsonValue(schema, value, base58DecodeInHost);
}

function checked<Value>(part: string, read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.error.name === "UNREADABLE_STATE") throw thrown;
    return refuse("UNREADABLE_STATE", { part });
  }
}
