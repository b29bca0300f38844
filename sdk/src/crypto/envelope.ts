import { createHash, randomBytes } from "node:crypto";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { base58 } from "@scure/base";
import type { X25519PublicKey } from "../../../contract/src/protocol/brand.ts";
import { canonicalJson, parseCanonicalJson } from "./canonical-json.ts";
import { EnvelopeError } from "./envelope-error.ts";
import {
  ENVELOPE_LIMITS,
  type EnvelopeContext,
  type EnvelopeHeader,
  type EnvelopePurpose,
  parseEnvelopeHeader,
} from "./envelope-header.ts";
import { type Ed25519KeyPair, signBytes, tlsPublicKey, verifyBytes } from "./keys.ts";
import { type KxKeyPair, type KxSessionKeys, kxClientKeys, kxServerKeys } from "./kx.ts";

/** Who seals: the key of this exchange and the key that signs. */
export interface EnvelopeSender {
  readonly exchange: KxKeyPair;
  readonly signing: Ed25519KeyPair;
}

/** What a new envelope's header says besides the sender's own keys. */
export type EnvelopeAddress = Omit<EnvelopeContext, "epk" | "from"> & Pick<EnvelopeHeader, "expires">;

/**
 * Seals bytes for one receiver and returns the envelope's text: RFC 8785 JSON of
 * `{header, body, signature}`.
 *
 * The body is base64 of a random 24-byte nonce and XChaCha20-Poly1305 under the exchange's `crypto_kx` key, with the
 * header's RFC 8785 text as associated data. The signature (`ed25519:…`) is over the UTF-8 bytes of
 * `mpc-recovery/envelope/v1\n{SHA-256 of the header's text}\n{SHA-256 of the body's bytes}`, both in hex.
 *
 * The sender of a `backup` is the kx server, all others are the kx client. Throws EnvelopeError
 * `ENVELOPE_TOO_LARGE` or `ENVELOPE_MALFORMED`, and KeyError.
 */
export function sealEnvelope(
  sender: EnvelopeSender,
  address: EnvelopeAddress,
  plaintext: Uint8Array,
): string {
  if (plaintext.length > ENVELOPE_LIMITS.plaintext) throw tooLarge("plaintext", ENVELOPE_LIMITS.plaintext);
  const { exchange, signing } = sender;
  const from = tlsPublicKey(signing.publicKey);
  const header = parseEnvelopeHeader({ ...address, v: 1, epk: exchange.publicKey, from });
  const headerText = canonicalJson(header);
  const nonce = randomBytes(NONCE_BYTES);
  const { send } = sessionKeys("sender", header.purpose, exchange, header.to);
  const sealed = xchacha20poly1305(send, nonce, Buffer.from(headerText, "utf8")).encrypt(plaintext);
  const body = Buffer.concat([nonce, sealed]);
  const signature = `ed25519:${base58.encode(signBytes(signing, signedBytes(headerText, body)))}`;
  return canonicalJson({ header, body: body.toString("base64"), signature });
}

/** How a receiver knows that an envelope is meant: what it must say, and the time. */
export interface EnvelopeExpectation {
  readonly context: EnvelopeContext;
  /** Now, on the clock that `expires` counts on: a proven block height for `backup` and `recovery`. */
  readonly now: number;
}

/**
 * Opens an envelope that says exactly what the receiver expects, and returns what was sealed.
 *
 * `context.epk` must come from where the sender published it. Where there is no such place (a `share`), the receiver
 * takes it from `readEnvelopeHeader`: the signature of the expected `from` still vouches for it. Whether the session
 * was used before is the caller's to know.
 *
 * Throws EnvelopeError, and KeyError for a key pair that was erased.
 */
export function openEnvelope(
  receiver: KxKeyPair,
  { context, now }: EnvelopeExpectation,
  text: string,
): Uint8Array {
  const { header, headerText, body, signature } = parseEnvelope(text);
  requireContext(header, context, receiver.publicKey);
  if (now >= header.expires) {
    throw new EnvelopeError(
      "ENVELOPE_EXPIRED",
      `The envelope counts until ${header.expires}, it is ${now} already.`,
    );
  }
  requireSignature(header, headerText, body, signature);
  const { receive } = sessionKeys("receiver", header.purpose, receiver, header.epk);
  try {
    const cipher = xchacha20poly1305(receive, body.subarray(0, NONCE_BYTES), Buffer.from(headerText, "utf8"));
    return cipher.decrypt(body.subarray(NONCE_BYTES));
  } catch {
    throw new EnvelopeError(
      "ENVELOPE_BAD_BODY",
      "The envelope's body doesn't open under the keys of this exchange.",
    );
  }
}

/** The header as it stands there, unverified: for finding out what to expect. Throws EnvelopeError. */
export function readEnvelopeHeader(text: string): EnvelopeHeader {
  return parseEnvelope(text).header;
}

/**
 * The header, signed by the key that it names as `from`, for whoever can't open the envelope: what was sealed, and
 * whether it opens, remains the receiver's to see. Throws EnvelopeError.
 */
export function readSignedHeader(text: string): EnvelopeHeader {
  const { header, headerText, body, signature } = parseEnvelope(text);
  requireSignature(header, headerText, body, signature);
  return header;
}

const SIGNATURE_TAG = "mpc-recovery/envelope/v1";
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const SIGNATURE = /^ed25519:[1-9A-HJ-NP-Za-km-z]{64,90}$/;
const SIGNATURE_BYTES = 64;

interface ParsedEnvelope {
  readonly header: EnvelopeHeader;
  readonly headerText: string;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

function parseEnvelope(text: string): ParsedEnvelope {
  if (text.length > ENVELOPE_LIMITS.text) throw tooLarge("text", ENVELOPE_LIMITS.text);
  const value = parseCanonicalJson(text);
  if (typeof value !== "object" || value === null || Object.keys(value).join() !== "body,header,signature") {
    throw malformed("RFC 8785 JSON of body, header and signature");
  }
  const { header: found, body, signature } = value as Readonly<Record<string, unknown>>;
  const header = parseEnvelopeHeader(found);
  const headerText = canonicalJson(header);
  if (headerText.length > ENVELOPE_LIMITS.header) throw tooLarge("header", ENVELOPE_LIMITS.header);
  return { header, headerText, body: bodyBytes(body), signature: signatureBytes(signature) };
}

function bodyBytes(body: unknown): Uint8Array {
  const bytes = typeof body === "string" ? Buffer.from(body, "base64") : undefined;
  // Node takes several texts for the same bytes; only one of them counts.
  if (bytes === undefined || bytes.toString("base64") !== body) throw malformed("a body in base64");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw malformed("a body with nonce and tag");
  return bytes;
}

function signatureBytes(signature: unknown): Uint8Array {
  if (typeof signature !== "string" || !SIGNATURE.test(signature)) throw malformed("an ed25519 signature");
  const bytes = base58.decode(signature.slice("ed25519:".length));
  if (bytes.length !== SIGNATURE_BYTES) throw malformed("an ed25519 signature of 64 bytes");
  return bytes;
}

function requireSignature(
  { from }: EnvelopeHeader,
  headerText: string,
  body: Uint8Array,
  signature: Uint8Array,
): void {
  if (verifyBytes(from, signedBytes(headerText, body), signature)) return;
  throw new EnvelopeError(
    "ENVELOPE_BAD_SIGNATURE",
    `Expected a signature of ${from} over this envelope, found another.`,
  );
}

function requireContext(header: EnvelopeHeader, context: EnvelopeContext, own: X25519PublicKey): void {
  for (const name of CONTEXT_FIELDS) {
    if (header[name] === context[name]) continue;
    throw new EnvelopeError(
      "ENVELOPE_OTHER_CONTEXT",
      `Expected an envelope with ${name} ${context[name]}, found ${header[name]}.`,
    );
  }
  if (context.to === own) return;
  throw new EnvelopeError("ENVELOPE_OTHER_CONTEXT", `Expected an envelope to ${own}, found ${context.to}.`);
}

const CONTEXT_FIELDS = [
  "purpose",
  "network",
  "contract",
  "account",
  "epoch",
  "keyset_hash",
  "session",
  "epk",
  "to",
  "from",
] as const satisfies readonly (keyof EnvelopeContext)[];

function sessionKeys(
  side: "sender" | "receiver",
  purpose: EnvelopePurpose,
  own: KxKeyPair,
  peer: string,
): KxSessionKeys {
  // The backup service opens every exchange with a node, so in a backup the kx client is the one that receives.
  const clientSide = purpose === "backup" ? "receiver" : "sender";
  return side === clientSide ? kxClientKeys(own, peer) : kxServerKeys(own, peer);
}

function signedBytes(headerText: string, body: Uint8Array): Uint8Array {
  const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  return Buffer.from(`${SIGNATURE_TAG}\n${sha256(headerText)}\n${sha256(body)}`, "utf8");
}

function tooLarge(part: string, cap: number): EnvelopeError {
  return new EnvelopeError("ENVELOPE_TOO_LARGE", `The envelope's ${part} exceeds ${cap} bytes.`);
}

function malformed(expected: string): EnvelopeError {
  return new EnvelopeError("ENVELOPE_MALFORMED", `The envelope can't be read: expected ${expected}.`);
}
