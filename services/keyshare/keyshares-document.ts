import { KEYSHARE_LIMITS, type Keyset, type KeysetDomain, type Keyshare } from "./keyshare.ts";

/** One keyset with this participant's shares of it: the plaintext of a sealed file and the body of a transfer. */
export interface KeysharesDocument {
  readonly format: "mpc-recovery-keyshares-v1";
  readonly keyset: Keyset;
  readonly keyshares: readonly Keyshare[];
}

/** Thrown for a document that isn't well formed; the message names the field and never shows a value. */
export class KeysharesDocumentInvalid extends Error {
  override readonly name = "KeysharesDocumentInvalid";
  readonly code = "KEYSHARES_DOCUMENT_INVALID";
}

/** Puts a keyset and its shares together; what `encodeKeysharesDocument` and the transports take. */
export function keysharesDocument(keyset: Keyset, keyshares: readonly Keyshare[]): KeysharesDocument {
  return { format: "mpc-recovery-keyshares-v1", keyset, keyshares };
}

export function encodeKeysharesDocument(document: KeysharesDocument): Uint8Array {
  return Buffer.from(JSON.stringify(document));
}

/** @throws KeysharesDocumentInvalid for anything but a whole document within `KEYSHARE_LIMITS` */
export function decodeKeysharesDocument(bytes: Uint8Array): KeysharesDocument {
  if (bytes.length > KEYSHARE_LIMITS.documentBytes) {
    throw invalid(`at most ${KEYSHARE_LIMITS.documentBytes} bytes, found ${bytes.length}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes the text, which is secret.
    throw invalid("UTF-8 JSON");
  }
  return parseKeysharesDocument(value);
}

/** @throws KeysharesDocumentInvalid for anything but the JSON value of a whole document */
export function parseKeysharesDocument(value: unknown): KeysharesDocument {
  const { format, keyset, keyshares } = fields(value, ["format", "keyset", "keyshares"], "the document");
  if (format !== "mpc-recovery-keyshares-v1") throw invalid('format "mpc-recovery-keyshares-v1"');
  return keysharesDocument(parseKeyset(keyset), list(keyshares, "keyshares").map(parseKeyshare));
}

function parseKeyset(value: unknown): Keyset {
  const { epoch_id, domains } = fields(value, ["epoch_id", "domains"], "keyset");
  return {
    epoch_id: count(epoch_id, "keyset.epoch_id"),
    domains: list(domains, "keyset.domains").map(parseKeysetDomain),
  };
}

function parseKeysetDomain(value: unknown, index: number): KeysetDomain {
  const at = `keyset.domains[${index}]`;
  const { domain_id, key, attempt } = fields(value, ["domain_id", "key", "attempt"], at);
  return {
    domain_id: count(domain_id, `${at}.domain_id`),
    key: text(key, KEYSHARE_LIMITS.publicKeyCharacters, `${at}.key`),
    attempt: count(attempt, `${at}.attempt`),
  };
}

function parseKeyshare(value: unknown, index: number): Keyshare {
  const at = `keyshares[${index}]`;
  const names = ["domain_id", "epoch_id", "attempt", "public_key", "scheme", "secret"] as const;
  const { domain_id, epoch_id, attempt, public_key, scheme, secret } = fields(value, names, at);
  return {
    domain_id: count(domain_id, `${at}.domain_id`),
    epoch_id: count(epoch_id, `${at}.epoch_id`),
    attempt: count(attempt, `${at}.attempt`),
    public_key: text(public_key, KEYSHARE_LIMITS.publicKeyCharacters, `${at}.public_key`),
    scheme: text(scheme, KEYSHARE_LIMITS.schemeCharacters, `${at}.scheme`),
    secret: text(secret, KEYSHARE_LIMITS.secretCharacters, `${at}.secret`),
  };
}

function fields<Name extends string>(
  value: unknown,
  names: readonly Name[],
  at: string,
): Record<Name, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(`an object at ${at}`);
  const known = new Set<string>(names);
  if (Object.keys(value).length !== names.length || !Object.keys(value).every((name) => known.has(name))) {
    throw invalid(`exactly the fields ${names.join(", ")} in ${at}`);
  }
  return value as Record<Name, unknown>;
}

function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length > KEYSHARE_LIMITS.keyshares) {
    throw invalid(`a list of at most ${KEYSHARE_LIMITS.keyshares} at ${at}`);
  }
  return value;
}

function count(value: unknown, at: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw invalid(`a whole number from 0 to 2^53 - 1 at ${at}`);
  }
  return value;
}

function text(value: unknown, maxCharacters: number, at: string): string {
  if (typeof value !== "string" || value.length === 0 || value.length > maxCharacters) {
    throw invalid(`1 to ${maxCharacters} characters of text at ${at}`);
  }
  return value;
}

function invalid(expected: string): KeysharesDocumentInvalid {
  return new KeysharesDocumentInvalid(`keyshares document: expected ${expected}`);
}
