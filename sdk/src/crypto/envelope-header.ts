import type { TlsPublicKey, X25519PublicKey } from "../../../contract/src/protocol/brand.ts";
import { EnvelopeError } from "./envelope-error.ts";
import { tlsPublicKey, x25519PublicKey } from "./keys.ts";

/**
 * What an envelope carries, which also says who sends: a `backup` goes from the node to its backup service, a
 * `recovery` back; a `share` and a `handover` go from whoever makes them to the holder of a published key.
 */
export type EnvelopePurpose = (typeof PURPOSES)[number];

/** What an envelope belongs to. The receiver must expect exactly this. Source: recovery-services.md §4.1. */
export interface EnvelopeContext {
  readonly purpose: EnvelopePurpose;
  /** The contract's `config.network_id`. */
  readonly network: string;
  readonly contract: string;
  readonly account: string;
  readonly epoch: number;
  /** Lower-case hex, 64 characters: of the keyset, or for other purposes of what the body is committed to. */
  readonly keyset_hash: string;
  /** Number of the exchange; never used twice with the same keys. */
  readonly session: number;
  /** The sender's key for this exchange. */
  readonly epk: X25519PublicKey;
  /** The receiver's key for this exchange, or its published one. */
  readonly to: X25519PublicKey;
  /** The sender's signing key. */
  readonly from: TlsPublicKey;
}

/** An envelope's header; its RFC 8785 text is the associated data of the body. */
export interface EnvelopeHeader extends EnvelopeContext {
  readonly v: 1;
  /** First moment at which it counts no more: a block height for `backup` and `recovery`. */
  readonly expires: number;
}

/** Caps that sealing and opening keep, in bytes. */
export const ENVELOPE_LIMITS = {
  header: 2_048,
  /** Of what is sealed: the largest keyshares document. */
  plaintext: 16 * 1_024 * 1_024,
  /** Of the envelope's text: the body in base64, header and signature. */
  text: Math.ceil(((16 * 1_024 * 1_024 + 40) * 4) / 3) + 4_096,
} as const;

/** Checks every field of a header's JSON value. Throws EnvelopeError `ENVELOPE_MALFORMED`. */
export function parseEnvelopeHeader(value: unknown): EnvelopeHeader {
  const { field, text, count } = headerFields(value);
  if (field("v") !== 1) throw malformed("v 1");
  const purpose = PURPOSES.find((known) => known === field("purpose"));
  if (purpose === undefined) throw malformed(`a purpose of ${PURPOSES.join(", ")}`);
  return {
    v: 1,
    purpose,
    network: text("network", NETWORK),
    contract: text("contract", ACCOUNT),
    account: text("account", ACCOUNT),
    epoch: count("epoch"),
    keyset_hash: text("keyset_hash", HASH),
    session: count("session"),
    expires: count("expires"),
    epk: key("epk", field("epk"), x25519PublicKey),
    to: key("to", field("to"), x25519PublicKey),
    from: key("from", field("from"), tlsPublicKey),
  };
}

const PURPOSES = ["backup", "recovery", "share", "handover"] as const;
const FIELDS: ReadonlySet<string> = new Set([
  "v",
  "purpose",
  "network",
  "contract",
  "account",
  "epoch",
  "keyset_hash",
  "session",
  "expires",
  "epk",
  "to",
  "from",
]);
const NETWORK = /^[a-z0-9._-]{1,64}$/;
const ACCOUNT = /^[a-z0-9._-]{2,64}$/;
const HASH = /^[0-9a-f]{64}$/;

interface HeaderFields {
  field(name: string): unknown;
  text(name: string, pattern: RegExp): string;
  count(name: string): number;
}

function headerFields(value: unknown): HeaderFields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("a header object");
  const names = Object.keys(value);
  if (names.length !== FIELDS.size || !names.every((name) => FIELDS.has(name))) {
    throw malformed(`exactly the header fields ${[...FIELDS].join(", ")}`);
  }
  const field = (name: string) => (value as Readonly<Record<string, unknown>>)[name];
  return {
    field,
    text(name, pattern) {
      const found = field(name);
      if (typeof found === "string" && pattern.test(found)) return found;
      throw malformed(`${name} as ${pattern.source}`);
    },
    count(name) {
      const found = field(name);
      if (typeof found === "number" && Number.isSafeInteger(found) && found >= 0) return found;
      throw malformed(`${name} as a whole number from 0 to 2^53 - 1`);
    },
  };
}

function key<Key extends string>(name: string, found: unknown, parse: (text: string) => Key): Key {
  try {
    const parsed = typeof found === "string" ? parse(found) : undefined;
    // Only the one text form of a key, since texts are compared.
    if (parsed !== undefined && parsed === found) return parsed;
  } catch {
    // The key's own fault is less telling than the header's.
  }
  throw malformed(`${name} as a key of the right kind`);
}

function malformed(expected: string): EnvelopeError {
  return new EnvelopeError("ENVELOPE_MALFORMED", `The envelope's header isn't usable: expected ${expected}.`);
}
