/** Participants that were checked before: members as they are stored, most of which every proposal lists again. */
import type { ParticipantEntry } from "../protocol/state.ts";

export interface KnownEntries {
  readonly entries: readonly ParticipantEntry[];
  /** Behind the last one that was met. */
  next: number;
}

/** Account, URL, TLS key and the names of the latter two. */
export const TEXTS_IN_ENTRY = 5;

/** The known entry that `item` equals, behind the last one that was met: members keep their order, some may leave. */
export function knownEntry(known: KnownEntries, item: Fields | null): ParticipantEntry | null {
  if (item === null) return null;
  const { entries } = known;
  for (let at = known.next; at < entries.length; at++) {
    const entry = entries[at];
    if (entry === undefined || entry[0] !== item[0]) continue;
    const info = item[2] as Fields | null | undefined;
    const isEqual =
      item.length === 3 &&
      entry[1] === item[1] &&
      entry[2].url === info?.url &&
      entry[2].tls_public_key === info.tls_public_key;
    if (isEqual) known.next = at + 1;
    return isEqual ? entry : null;
  }
  return null;
}

type Fields = Readonly<Record<string, unknown>>;
