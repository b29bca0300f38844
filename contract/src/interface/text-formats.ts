/** What the texts of the wire look like. Keys have one text form each, so equal keys are equal strings. */
import { refuse, unreachable } from "../protocol/errors.ts";
import {
  MAX_EDDSA_PAYLOAD_BYTES,
  MAX_NETWORK_ID_BYTES,
  MAX_SHARE_CHARACTERS,
  MAX_URL_BYTES,
  MIN_EDDSA_PAYLOAD_BYTES,
} from "../protocol/limits.ts";
import type { TextFormat } from "./schema.ts";
import { isAccountId, isHex, isUrl } from "./text-checks.ts";

/** Bytes of a base58 text, null when it is none: a function of the engine in the wasm, `base58.ts` under Node. */
export type Base58Decode = (text: string) => Uint8Array | null;

const MIN_ACCOUNT_ID = 2;
const MAX_ACCOUNT_ID = 64;
const MAX_TEXT = 1024;
const ENVELOPE = "the JSON of an envelope, at most 4096 characters";
/** Bytes of the key, by kind. */
const KEY_BYTES: Readonly<Record<string, number>> = {
  ed25519: 32,
  x25519: 32,
  secp256k1: 64,
  bls12381g2: 96,
};
const SIGNATURE_BYTES = 64;
/** No base58 text of up to 96 bytes is longer. */
const MAX_BASE58 = 132;

/** Refuses a text that is not of this format: INVALID_ARGUMENT, WRONG_KEY_KIND or UNSUPPORTED_KEY_TYPE. */
export function requireFormat(format: TextFormat, value: string, path: string, decode: Base58Decode): void {
  switch (format) {
    case "account_id":
      requireAccountId(value, path);
      break;
    case "tls_public_key":
      requireKey(["ed25519"], value, path, decode);
      break;
    case "signer_key":
      requireSignerKey(value, path, decode);
      break;
    case "x25519_key":
      requireKey(["x25519"], value, path, decode);
      break;
    case "domain_key":
      requireKey(["secp256k1", "ed25519", "bls12381g2"], value, path, decode);
      break;
    case "signature":
      requireSignature(value, path, decode);
      break;
    case "sha256":
      expect(value.length === 64 && isHex(value), path, "64 lower-case hex characters", value);
      break;
    case "url":
      expect(
        value.length <= MAX_URL_BYTES && isUrl(value),
        path,
        "an http(s) URL of printable ASCII, at most 256 bytes",
        value,
      );
      break;
    case "network_id":
      expect(isNetworkId(value), path, "1 to 64 characters of a-z, 0-9, '-', '_' and '.'", value);
      break;
    case "hex16":
      requireHex(value, 32, path);
      break;
    case "hex32":
      requireHex(value, 64, path);
      break;
    case "hex33":
      requireHex(value, 66, path);
      break;
    case "eddsa_payload":
      requirePayload(value, path);
      break;
    case "envelope":
      expect(value.length <= MAX_SHARE_CHARACTERS && value.charAt(0) === "{", path, ENVELOPE, value);
      break;
    case "yocto":
      expect(isAmount(value), path, "an amount in yoctoNEAR, decimal digits", value);
      break;
    case "text":
      expect(value.length <= MAX_TEXT, path, "a text of at most 1024 characters", value);
      break;
    default:
      unreachable(format);
  }
}

function expect(holds: boolean, path: string, expected: string, value: string): void {
  if (!holds) refuse("INVALID_ARGUMENT", { path, expected, found: excerpt(value) });
}

/** Enough of a text to recognise it. */
export function excerpt(value: string): string {
  return value.length <= 80 ? value : `${value.slice(0, 80)}…`;
}

function requireAccountId(value: string, path: string): void {
  const isLong = value.length >= MIN_ACCOUNT_ID && value.length <= MAX_ACCOUNT_ID;
  expect(isLong && isAccountId(value), path, "a NEAR account id", value);
}

function requireKey(kinds: readonly string[], value: string, path: string, decode: Base58Decode): void {
  const colon = value.indexOf(":");
  const kind = value.slice(0, Math.max(colon, 0));
  if (kinds.includes(kind)) {
    if (isBase58Of(value.slice(colon + 1), KEY_BYTES[kind], decode)) return;
    expect(false, path, keyText(kind), value);
  }
  const expected = kinds.join(" or ");
  if (KEY_BYTES[kind] !== undefined) refuse("WRONG_KEY_KIND", { path, expected, found: kind });
  expect(false, path, keyText(expected), value);
}

function requireSignerKey(value: string, path: string, decode: Base58Decode): void {
  if (value.startsWith("secp256k1:")) {
    refuse("UNSUPPORTED_KEY_TYPE", { found: "secp256k1", expected: "ed25519" });
  }
  requireKey(["ed25519"], value, path, decode);
}

function keyText(kind: string): string {
  return `a public key like ${kind}:<base58>`;
}

function requireSignature(value: string, path: string, decode: Base58Decode): void {
  const holds = value.startsWith("ed25519:") && isBase58Of(value.slice(8), SIGNATURE_BYTES, decode);
  expect(holds, path, "a signature like ed25519:<base58 of 64 bytes>", value);
}

function isBase58Of(value: string, bytes: number | undefined, decode: Base58Decode): boolean {
  return value.length <= MAX_BASE58 && decode(value)?.length === bytes;
}

function requireHex(value: string, characters: number, path: string): void {
  expect(value.length === characters && isHex(value), path, `${characters} lower-case hex characters`, value);
}

const MIN_PAYLOAD_CHARACTERS = 2 * MIN_EDDSA_PAYLOAD_BYTES;
const MAX_PAYLOAD_CHARACTERS = 2 * MAX_EDDSA_PAYLOAD_BYTES;

function requirePayload(value: string, path: string): void {
  const { length } = value;
  const holds = length >= MIN_PAYLOAD_CHARACTERS && length <= MAX_PAYLOAD_CHARACTERS && length % 2 === 0;
  expect(holds && isHex(value), path, "lower-case hex of 32 to 1232 bytes", value);
}

const NETWORK_ID = "abcdefghijklmnopqrstuvwxyz0123456789-_.";

function isMadeOf(value: string, alphabet: string): boolean {
  for (let at = 0; at < value.length; at++) if (!alphabet.includes(value.charAt(at))) return false;
  return true;
}

/** Canonical decimal digits; u128 has at most 39. */
function isAmount(value: string): boolean {
  if (value.length === 0 || value.length > 39 || !isMadeOf(value, "0123456789")) return false;
  return value === "0" || value.charAt(0) !== "0";
}

function isNetworkId(value: string): boolean {
  return value.length > 0 && value.length <= MAX_NETWORK_ID_BYTES && isMadeOf(value, NETWORK_ID);
}
