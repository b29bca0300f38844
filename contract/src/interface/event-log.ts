/** Events as NEP-297 log lines. Source: contract.md §5. */
import { EVENT_STANDARD, EVENT_VERSION, type ProtocolEvent } from "../protocol/events.ts";

const PREFIX = "EVENT_JSON:";
/** As `JSON.stringify` would begin; names of events need no escapes. */
const START = `${PREFIX}{"standard":"${EVENT_STANDARD}","version":"${EVENT_VERSION}","event":"`;

/** One log line per event; `data` is a list of one, as NEP-297 readers expect. */
export function encodeEvent({ event, data }: ProtocolEvent): string {
  return `${START}${event}","data":[${JSON.stringify(data)}]}`;
}

/** The event of ours in a log line; null for other lines. The name may be unknown to this version. */
export function decodeEvent(line: string): { event: string; data: Record<string, unknown> } | null {
  if (!line.startsWith(PREFIX)) return null;
  try {
    const body = JSON.parse(line.slice(PREFIX.length)) as Record<string, unknown>;
    const [data] = Array.isArray(body.data) ? body.data : [];
    if (body.standard !== EVENT_STANDARD || typeof body.event !== "string") return null;
    if (typeof data !== "object" || data === null) return null;
    return { event: body.event, data: data as Record<string, unknown> };
  } catch {
    return null;
  }
}
