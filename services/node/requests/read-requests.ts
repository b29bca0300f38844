import { provenViews } from "../../../sdk/src/actions/proven-views.ts";
import type { ReadProvenContract } from "../../../sdk/src/client/proven-reader.ts";
import type { Clock } from "../../operations/clock.ts";
import { MAX_REQUESTS_READ, type ReadRequests, type RequestsView } from "./ports.ts";

/** Reads what waits; never an older block than before, for which the view read earlier is given again. */
export function requestsReader(reader: ReadProvenContract): ReadRequests {
  let newest: RequestsView | undefined;
  return async (signal) => {
    const wanted = { pending_requests: { limit: MAX_REQUESTS_READ } };
    const { values, proven } = await provenViews(reader, wanted, signal);
    const view = { height: proven.blockHeight, waiting: values.pending_requests };
    if (newest === undefined || view.height >= newest.height) newest = view;
    return newest;
  };
}

/** One reader for the node and for whoever asks it to sign, so that peers can't multiply the reads. */
export interface RequestsSource {
  /** Read after this call began, or by a read that was under way. */
  refresh(): Promise<RequestsView>;
  /** At most `maxAgeMillis` old. */
  recent(maxAgeMillis: number): Promise<RequestsView>;
}

/** @param signal ends reads that are under way */
export function createRequestsSource(read: ReadRequests, clock: Clock, signal: AbortSignal): RequestsSource {
  let latest: { readonly view: RequestsView; readonly readAt: number } | undefined;
  let running: Promise<RequestsView> | undefined;
  const refresh = () => {
    const readAt = clock.now();
    running ??= read(signal)
      .then((view) => {
        latest = { view, readAt };
        return view;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  return {
    refresh,
    recent: (maxAgeMillis) =>
      latest !== undefined && clock.now() - latest.readAt <= maxAgeMillis
        ? Promise.resolve(latest.view)
        : refresh(),
  };
}
