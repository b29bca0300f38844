import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { FormatError } from "../../sdk/src/attestation/strict-fields.ts";

/** A whole regular file of at most `maxBytes`. Throws FormatError, or the system's error. */
export function readWhole(path: string, maxBytes: number): Uint8Array {
  return readIf(path, maxBytes, () => undefined);
}

/** The same for a secret, which only its owner may read. */
export function readSecret(path: string, maxBytes: number): Uint8Array {
  return readIf(path, maxBytes, ({ mode }) => {
    if ((mode & 0o077) !== 0) throw new FormatError(path, "a file that only its owner may read (chmod 600)");
  });
}

/** Puts a new file in place, whole and on disk, or not at all. An existing file is never touched: EEXIST. */
export function writeNew(path: string, text: string): void {
  // Opened first: where the folder can't be synced, nothing may be put there.
  const folder = openSync(dirname(path), "r");
  try {
    writeLinked(path, text);
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function writeLinked(path: string, text: string): void {
  const draft = `${path}.${process.pid}.unfinished`;
  const file = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
    // A link and not a rename: a rename would replace a file that appeared meanwhile.
    linkSync(draft, path);
  } finally {
    closeSync(file);
    unlinkSync(draft);
  }
}

function readIf(path: string, maxBytes: number, check: (stats: Stats) => void): Uint8Array {
  // Without waiting: opening a pipe would wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    const refused = new FormatError(path, `a regular file of at most ${maxBytes} bytes`);
    if (!stats.isFile() || stats.size > maxBytes) throw refused;
    check(stats);
    const bytes = readFileSync(file);
    // Files of the system's own say that they are empty.
    if (bytes.length > maxBytes) throw refused;
    return bytes;
  } finally {
    closeSync(file);
  }
}
