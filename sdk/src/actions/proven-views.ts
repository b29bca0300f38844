import type { ViewName } from "../../../contract/src/interface/arguments.ts";
import type { ViewInput } from "../../../contract/src/interface/methods.ts";
import type { ProvenViews, ReadProvenContract } from "../client/proven-reader.ts";
import { parseView, type ViewValue } from "./view-action.ts";

/** Views by name, each with its arguments. */
export type ViewRequests = { readonly [Name in ViewName]?: ViewInput<Name> };

/** The checked answers, and the block and proof that they rest on. */
export interface ProvenAnswers<Requests extends ViewRequests> {
  readonly values: { readonly [Name in keyof Requests & ViewName]: ViewValue<Name> };
  /** What the reader proved: block height, hash and time. */
  readonly proven: ProvenViews;
}

/**
 * Reads several views at one proven final block, for decisions on which a secret leaves.
 *
 * `provenViews(reader, { state: {}, backup_service_info: { account_id } })` answers
 * `{ values: { state, backup_service_info }, proven }`. Throws what `viewProven` throws, and ResultError.
 */
export async function provenViews<const Requests extends ViewRequests>(
  reader: ReadProvenContract,
  requests: Requests,
  signal?: AbortSignal,
): Promise<ProvenAnswers<Requests>> {
  const calls = Object.entries(requests).map(([method, args]) => ({ method: method as ViewName, args }));
  const proven = await reader.viewProven(calls, signal);
  const values = calls.map(({ method }, index) => [method, parseView(method, proven.values[index])]);
  return { values: Object.fromEntries(values) as ProvenAnswers<Requests>["values"], proven };
}
