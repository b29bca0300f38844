import type { ViewName } from "../../../contract/src/interface/arguments.ts";
import { VIEW_RESULTS, type ViewInput, type ViewResult } from "../../../contract/src/interface/methods.ts";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { parseResult } from "../client/parse-result.ts";
import type { ReadContract, ViewOptions, ViewOutcome } from "../client/read-contract.ts";
import { parseState } from "./parse-state.ts";

/** Arguments and options of an action; the arguments can be left out where all are optional. */
export type ViewParameters<Name extends ViewName> =
  Record<never, never> extends ViewInput<Name>
    ? [args?: ViewInput<Name>, options?: ViewOptions]
    : [args: ViewInput<Name>, options?: ViewOptions];

/** What a view's answer is read as: the protocol's own state for `state`, else as the catalogue describes it. */
export type ViewValue<Name extends ViewName> = Name extends "state" ? ProtocolState : ViewResult<Name>;

/** Reads one view and checks its answer. Throws what `ReadContract.view` throws, and ResultError. */
export type ViewAction<Name extends ViewName> = (
  reader: ReadContract,
  ...parameters: ViewParameters<Name>
) => Promise<ViewOutcome<ViewValue<Name>>>;

/** Makes the action of a view from the interface's catalogue. */
export function viewAction<Name extends ViewName>(name: Name): ViewAction<Name> {
  return async (reader, ...[args, options]) => {
    const outcome = await reader.view(name, args ?? {}, options);
    return { ...outcome, value: parseView(name, outcome.value) };
  };
}

/** Checks the JSON that a view answered, however it was read. Throws ResultError. */
export function parseView<Name extends ViewName>(name: Name, json: unknown): ViewValue<Name> {
  const value = name === "state" ? parseState(json) : parseResult(name, VIEW_RESULTS[name], json);
  return value as ViewValue<Name>;
}
