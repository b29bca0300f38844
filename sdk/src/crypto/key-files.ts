import { randomBytes } from "node:crypto";
import { link, open, readFile, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { BaseError } from "../errors/base-error.ts";
import { clientDocsPath } from "../errors/docs-path.ts";
import { type Ed25519KeyPair, ed25519KeyPairFromSecretKey, KeyError, secretKeyText } from "./keys.ts";

/** What a key file holds: NEAR's JSON form `{account_id?, public_key, secret_key}`. */
export interface KeyFile {
  readonly accountId?: string;
  readonly keyPair: Ed25519KeyPair;
}

/**
 * A key file that can't be used. The message names the path and the fault, never the secret.
 *
 * Codes: `KEY_FILE_MISSING`, `KEY_FILE_UNREADABLE` (permissions, a directory, an input error),
 * `KEY_FILE_BROKEN` (not this JSON, wrong kind, halves that don't match), `KEY_FILE_EXISTS`,
 * `KEY_FILE_NOT_WRITTEN`.
 */
export class KeyFileError extends BaseError {}

/**
 * Reads an ed25519 key file. `private_key`, the name that NEAR's command line tools write, is taken too.
 *
 * Throws KeyFileError `KEY_FILE_MISSING`, `KEY_FILE_UNREADABLE` or `KEY_FILE_BROKEN`.
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const fields = keyFileFields(path, await readText(path));
  let keyPair: Ed25519KeyPair;
  try {
    keyPair = ed25519KeyPairFromSecretKey(fields.secretKey);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw broken(path, error.shortMessage);
  }
  if (keyPair.publicKey !== fields.publicKey) {
    throw broken(
      path,
      `Its public_key is ${fields.publicKey}, but its secret_key makes ${keyPair.publicKey}.`,
    );
  }
  return fields.accountId === undefined ? { keyPair } : { accountId: fields.accountId, keyPair };
}

/**
 * Writes a new key file with mode 0600, complete and on disk (fsync of file and folder) or not at all.
 *
 * An existing file is never touched: KeyFileError `KEY_FILE_EXISTS`. Other failures, for instance a missing
 * folder or a full disk: `KEY_FILE_NOT_WRITTEN`.
 */
export async function createKeyFile(path: string, content: KeyFile): Promise<void> {
  const { publicKey } = content.keyPair;
  const account = content.accountId === undefined ? {} : { account_id: content.accountId };
  const fields = { ...account, public_key: publicKey, secret_key: secretKeyText(content.keyPair) };
  // A hard link, unlike a rename, fails when the name is taken, and it appears with the whole content.
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeDurably(draft, `${JSON.stringify(fields, null, 2)}\n`);
    await link(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw notWritten(path, error);
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

interface KeyFileFields {
  accountId: string | undefined;
  publicKey: string;
  secretKey: string;
}

// A key file has a few hundred bytes; anything far larger was named by mistake.
const MAX_KEY_FILE_BYTES = 16_384;

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (bytes.length > MAX_KEY_FILE_BYTES) throw broken(path, `It has ${bytes.length} bytes.`);
  return bytes.toString("utf8");
}

function keyFileFields(path: string, text: string): KeyFileFields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message can quote the file, so it is dropped: the file may hold a secret.
    throw broken(path, "It isn't JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw broken(path, "It isn't a JSON object.");
  }
  const fields = value as Record<string, unknown>;
  const secretKey = fields.secret_key ?? fields.private_key;
  if (typeof fields.public_key !== "string") throw broken(path, "It has no text field public_key.");
  if (typeof secretKey !== "string") throw broken(path, "It has no text field secret_key.");
  if (fields.account_id !== undefined && typeof fields.account_id !== "string") {
    throw broken(path, "Its account_id isn't a text.");
  }
  return { accountId: fields.account_id, publicKey: fields.public_key, secretKey };
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}

function unreadable(path: string, error: unknown): KeyFileError {
  const code = systemCode(error);
  if (code === "ENOENT") {
    return new KeyFileError({
      code: "KEY_FILE_MISSING",
      docsPath: clientDocsPath("KEY_FILE_MISSING"),
      shortMessage: `There is no key file at ${path}.`,
      metaMessages: ["Name an existing key file, or make one with the program's init command."],
      cause: error,
      retryable: false,
    });
  }
  return new KeyFileError({
    code: "KEY_FILE_UNREADABLE",
    docsPath: clientDocsPath("KEY_FILE_UNREADABLE"),
    shortMessage: `The key file ${path} can't be read: ${code === "EISDIR" ? "it is a directory" : code}.`,
    metaMessages: ["The program's user must be able to read it."],
    cause: error,
    retryable: false,
  });
}

function broken(path: string, fault: string): KeyFileError {
  return new KeyFileError({
    code: "KEY_FILE_BROKEN",
    docsPath: clientDocsPath("KEY_FILE_BROKEN"),
    shortMessage: `The key file ${path} isn't a usable ed25519 key pair. ${fault}`,
    metaMessages: ['Expected {"account_id"?, "public_key": "ed25519:…", "secret_key": "ed25519:…"}.'],
    retryable: false,
  });
}

function notWritten(path: string, error: unknown): KeyFileError {
  const code = systemCode(error);
  if (code === "EEXIST") {
    return new KeyFileError({
      code: "KEY_FILE_EXISTS",
      docsPath: clientDocsPath("KEY_FILE_EXISTS"),
      shortMessage: `There is already something at ${path}; key files are never overwritten.`,
      metaMessages: ["Choose another path, or move the existing file away yourself."],
      cause: error,
      retryable: false,
    });
  }
  return new KeyFileError({
    code: "KEY_FILE_NOT_WRITTEN",
    docsPath: clientDocsPath("KEY_FILE_NOT_WRITTEN"),
    shortMessage: `The key file ${path} couldn't be written: ${code}.`,
    metaMessages: ["Its folder must exist, be writable and have space left."],
    cause: error,
    retryable: false,
  });
}
