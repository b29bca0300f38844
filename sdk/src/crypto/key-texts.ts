import { base58 } from "@scure/base";
import type { SignerKey, TlsPublicKey, X25519PublicKey } from "../../../contract/src/protocol/brand.ts";
import { BaseError } from "../errors/base-error.ts";
import { clientDocsPath } from "../errors/docs-path.ts";

/** What a key is for. The kind is part of the text form, so that one can't stand where another belongs. */
export type KeyKind = "ed25519" | "x25519" | "secp256k1";

/** An Ed25519 public key in NEAR's text form, `ed25519:<base58 of 32 bytes>`, always canonical. */
export type Ed25519PublicKey = `ed25519:${string}`;

/**
 * A key text or key that isn't what the caller asked for.
 *
 * Codes: `BAD_KEY` (not `<kind>:<base58>` of the right length), `WRONG_KEY_KIND` (a well-formed prefix of
 * another kind). The message quotes public keys only, never a secret.
 */
export class KeyError extends BaseError {}

/**
 * Raw bytes of a public key text of exactly the given kind: 32 for ed25519 and x25519, 64 for secp256k1.
 *
 * Throws KeyError `WRONG_KEY_KIND` or `BAD_KEY`.
 */
export function parsePublicKey(text: string, kind: KeyKind): Uint8Array {
  return parseKeyText(text, kind, PUBLIC_KEY_BYTES[kind], "public key", quoted(text));
}

/** Text form of a public key: `<kind>:<base58>`. Throws KeyError `BAD_KEY` on a wrong length. */
export function formatPublicKey(kind: "ed25519", bytes: Uint8Array): Ed25519PublicKey;
export function formatPublicKey(kind: KeyKind, bytes: Uint8Array): string;
export function formatPublicKey(kind: KeyKind, bytes: Uint8Array): string {
  if (bytes.length !== PUBLIC_KEY_BYTES[kind]) {
    throw badKey(`A ${kind} public key has ${PUBLIC_KEY_BYTES[kind]} bytes, this one has ${bytes.length}.`);
  }
  return `${kind}:${base58.encode(bytes)}`;
}

/** Checks the text of a TLS key (ed25519). Throws KeyError as `parsePublicKey` does. */
export function tlsPublicKey(text: string): TlsPublicKey {
  return formatPublicKey("ed25519", parsePublicKey(text, "ed25519")) as string as TlsPublicKey;
}

/** Checks the text of a NEAR access key of kind ed25519. Throws KeyError as `parsePublicKey` does. */
export function signerKey(text: string): SignerKey {
  return formatPublicKey("ed25519", parsePublicKey(text, "ed25519")) as string as SignerKey;
}

/** Checks the text of a key-exchange key (x25519). Throws KeyError as `parsePublicKey` does. */
export function x25519PublicKey(text: string): X25519PublicKey {
  return formatPublicKey("x25519", parsePublicKey(text, "x25519")) as string as X25519PublicKey;
}

/**
 * What a public key text says of itself: its kind and raw bytes.
 *
 * `parseKey("ed25519:…")` is `{ kind: "ed25519", bytes }`. Throws KeyError `BAD_KEY`, also for kinds that aren't
 * among KeyKind. Where only one kind belongs use `parsePublicKey`, which refuses the others.
 */
export function parseKey(text: string): { readonly kind: KeyKind; readonly bytes: Uint8Array } {
  const kind = KINDS.find((one) => text.startsWith(`${one}:`));
  if (kind === undefined) {
    throw badKey(`Expected a public key of kind ${KINDS.join(", ")}, found${quoted(text)}.`);
  }
  return { kind, bytes: parsePublicKey(text, kind) };
}

const PUBLIC_KEY_BYTES: Record<KeyKind, number> = { ed25519: 32, x25519: 32, secp256k1: 64 };
const KINDS = Object.keys(PUBLIC_KEY_BYTES) as readonly KeyKind[];
// Decoding base58 takes quadratic time, so overlong texts are refused before it.
const MAX_KEY_TEXT_LENGTH = 120;

/** Raw bytes of a key text of this kind and length; `shown` is what a message may quote of it. Throws KeyError. */
export function parseKeyText(
  text: string,
  kind: KeyKind,
  length: number,
  what: string,
  shown: string,
): Uint8Array {
  const separator = text.indexOf(":");
  const prefix = text.slice(0, Math.max(separator, 0));
  if (prefix !== kind && prefix in PUBLIC_KEY_BYTES) {
    throw new KeyError({
      code: "WRONG_KEY_KIND",
      shortMessage: `Expected a ${what} of kind ${kind}, found one of kind ${prefix}${shown}.`,
      docsPath: clientDocsPath("WRONG_KEY_KIND"),
      metaMessages: ["Keys of different kinds have the same length but can't replace each other."],
      retryable: false,
    });
  }
  const bytes = prefix === kind ? decodeBase58(text.slice(separator + 1)) : undefined;
  if (bytes === undefined || bytes.length !== length) {
    throw badKey(`Expected a ${what} as ${kind}:<base58 of ${length} bytes>${shown && `, found${shown}`}.`);
  }
  return bytes;
}

function decodeBase58(text: string): Uint8Array | undefined {
  if (text.length === 0 || text.length > MAX_KEY_TEXT_LENGTH) return undefined;
  try {
    return base58.decode(text);
  } catch {
    return undefined;
  }
}

function quoted(text: string): string {
  const short = text.length > MAX_KEY_TEXT_LENGTH ? `${text.slice(0, MAX_KEY_TEXT_LENGTH)}…` : text;
  return ` ${JSON.stringify(short)}`;
}

/** The KeyError `BAD_KEY` with this sentence. */
export function badKey(shortMessage: string): KeyError {
  return new KeyError({
    code: "BAD_KEY",
    shortMessage,
    docsPath: clientDocsPath("BAD_KEY"),
    retryable: false,
  });
}
