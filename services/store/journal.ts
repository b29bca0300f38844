import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { makeFolderDurably, removeUnfinished, writeDurably } from "./durable-file.ts";
import type { Files } from "./files.ts";

/** A small append-only record of what a program has done, one entry per line, each with its own checksum. */
export interface Journal<Entry> {
  /** All entries that survived, oldest first. */
  entries(): readonly Entry[];
  /**
   * Resolves once the entry would survive a power cut. Rejects with the system's error, and with the entry left out,
   * when the disk doesn't take it; the next one repairs the file first.
   */
  append(entry: Entry): Promise<void>;
}

/** Thrown when a journal's middle is damaged, which a crash can't cause: an operator must look. */
export class JournalDamaged extends Error {
  override readonly name = "JournalDamaged";
  readonly code = "JOURNAL_DAMAGED";
}

const CHECKSUM_CHARACTERS = 16;

/**
 * Opens the journal at `path`, creating its folder. A torn last line, as a crash in the middle of an append leaves
 * it, is dropped and the file repaired.
 *
 * @param parse turns one parsed line into an entry, or `undefined` when it isn't one
 * @throws JournalDamaged when a line before the last is damaged
 */
export async function openJournal<Entry>(
  files: Files,
  path: string,
  parse: (value: unknown) => Entry | undefined,
): Promise<Journal<Entry>> {
  await makeFolderDurably(files, dirname(path));
  await removeUnfinished(files, dirname(path));
  const text = Buffer.from((await files.read(path)) ?? new Uint8Array()).toString("utf8");
  const { entries, wholeLength } = readLines(path, text, parse);
  if (wholeLength < text.length) await writeDurably(files, path, Buffer.from(text.slice(0, wholeLength)));
  else if (text.length > 0) await makeSureOnDisk(files, path);
  const write = entryWriter(files, path, entries, text.length > 0);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    entries: () => entries,
    append(entry) {
      const written = turn.then(() => write(entry));
      turn = written.catch(() => undefined);
      return written;
    },
  };
}

/** A program that was killed may have left entries that are seen and not yet on the disk. */
async function makeSureOnDisk(files: Files, path: string): Promise<void> {
  await files.sync(path);
  await files.sync(dirname(path));
}

function entryWriter<Entry>(
  files: Files,
  path: string,
  entries: Entry[],
  existed: boolean,
): (entry: Entry) => Promise<void> {
  let exists = existed;
  let doubtful = false;
  return async (entry) => {
    // A write that failed may have left anything behind the last whole line: nothing may be added there.
    if (doubtful) await writeDurably(files, path, Buffer.from(entries.map(formatLine).join("")));
    doubtful = true;
    await files.append(path, Buffer.from(formatLine(entry)));
    await files.sync(path);
    if (!exists) await files.sync(dirname(path));
    exists = true;
    doubtful = false;
    entries.push(entry);
  };
}

/** The entries of a journal as it is, without repairing it: for looking into the folder of a running program. */
export async function readJournal<Entry>(
  files: Files,
  path: string,
  parse: (value: unknown) => Entry | undefined,
): Promise<readonly Entry[]> {
  const text = Buffer.from((await files.read(path)) ?? new Uint8Array()).toString("utf8");
  return readLines(path, text, parse).entries;
}

function readLines<Entry>(
  path: string,
  text: string,
  parse: (value: unknown) => Entry | undefined,
): { entries: Entry[]; wholeLength: number } {
  const entries: Entry[] = [];
  let wholeLength = 0;
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const last = index === lines.length - 1 || (index === lines.length - 2 && lines.at(-1) === "");
    const whole = index < lines.length - 1;
    const entry = whole ? parseLine(line, parse) : undefined;
    if (entry === undefined && !last) {
      throw new JournalDamaged(
        `${path}, line ${index + 1}: expected a journal entry with a matching checksum; restore the file from a copy`,
      );
    }
    if (entry === undefined) break;
    entries.push(entry);
    wholeLength += line.length + 1;
  }
  return { entries, wholeLength };
}

function formatLine(entry: unknown): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

function parseLine<Entry>(line: string, parse: (value: unknown) => Entry | undefined): Entry | undefined {
  const json = line.slice(CHECKSUM_CHARACTERS + 1);
  if (line.slice(0, CHECKSUM_CHARACTERS + 1) !== `${checksum(json)} `) return undefined;
  return parse(JSON.parse(json));
}

function checksum(json: string): string {
  return createHash("sha256").update(json).digest("hex").slice(0, CHECKSUM_CHARACTERS);
}
