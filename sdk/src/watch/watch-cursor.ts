import { base58Decode } from "../../../contract/src/interface/base58.ts";
import { readJsonValue } from "../../../contract/src/interface/decode.ts";
import { integer, list, nullable, object, text, tuple } from "../../../contract/src/interface/schema.ts";
import { accountId, participantId, participantInfo } from "../../../contract/src/interface/shapes.ts";
import { attempt } from "../../../contract/src/protocol/errors.ts";
import { MAX_PARTICIPANTS } from "../../../contract/src/protocol/limits.ts";
import type { ParticipantEntry } from "../../../contract/src/protocol/state.ts";
import { BaseError } from "../errors/base-error.ts";
import { clientDocsPath } from "../errors/docs-path.ts";
import type { ParticipantsAt } from "./participant-changes.ts";

/**
 * Where a watch stands, as JSON: store it once an event is dealt with, and a later watch tells what happened since.
 * It belongs to one contract on one network.
 */
export interface WatchCursor {
  readonly format: 1;
  readonly block_height: number;
  readonly block_hash: string;
  readonly participants_revision: number | null;
  readonly participants: readonly ParticipantEntry[];
}

/** `WATCH_CURSOR_INVALID`: what was stored isn't a cursor. Without one a watch starts anew. */
export class WatchCursorError extends BaseError {}

/** Reads a cursor back from JSON text. Throws WatchCursorError `WATCH_CURSOR_INVALID`. */
export function parseWatchCursor(json: string): WatchCursor {
  const read = attempt(() => readJsonValue(CURSOR, parsed(json), base58Decode));
  if (read.ok && read.value.format === 1) return { ...read.value, format: 1 };
  const found = read.ok ? `format ${read.value.format}` : JSON.stringify(read.error.info).slice(0, MAX_SHOWN);
  throw new WatchCursorError({
    code: "WATCH_CURSOR_INVALID",
    shortMessage: `Expected a watch's cursor of format 1, found something else: ${found}.`,
    metaMessages: ["Watch without a cursor, and treat every TLS key from before as void."],
    docsPath: clientDocsPath("WATCH_CURSOR_INVALID"),
    retryable: false,
  });
}

/** The cursor for what was seen. */
export function cursorOf(seen: ParticipantsAt): WatchCursor {
  return {
    format: 1,
    block_height: seen.blockHeight,
    block_hash: seen.blockHash,
    participants_revision: seen.revision,
    participants: seen.participants,
  };
}

/** What a cursor says was seen. */
export function seenAtCursor(cursor: WatchCursor): ParticipantsAt {
  return {
    blockHeight: cursor.block_height,
    blockHash: cursor.block_hash,
    revision: cursor.participants_revision,
    participants: cursor.participants,
  };
}

const MAX_SHOWN = 200;

const CURSOR = object({
  format: integer(),
  block_height: integer(),
  block_hash: text<string>("text"),
  participants_revision: nullable(integer()),
  participants: list(tuple([accountId, participantId, participantInfo]), MAX_PARTICIPANTS),
});

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
