import { base58 } from "@scure/base";

/** A field of an RPC answer that isn't as documented. Caught where it is known what the answer is. */
export class FieldError extends Error {
  override readonly name = "FieldError";
}

/** One RPC answer's object; fields that aren't asked for don't matter. */
export type Fields = Readonly<Record<string, unknown>>;

export function object(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FieldError(`${name} isn't an object`);
  }
  return value as Fields;
}

export function list(value: unknown, name: string, max: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > max)
    throw new FieldError(`${name} isn't a list of up to ${max}`);
  return value;
}

export function text(value: unknown, name: string, max: number): string {
  // Half a surrogate pair would be hashed as another character than it shows.
  const isWhole = typeof value === "string" && value.length <= max && !/\p{Surrogate}/u.test(value);
  if (!isWhole) throw new FieldError(`${name} isn't a text of up to ${max}`);
  return value;
}

/** 32 bytes from base58. */
export function hash(value: unknown, name: string): Uint8Array {
  return fixedBase58(text(value, name, 44), name, 32);
}

/** A whole number from JSON, where NEAR writes up to 64 bits as a number and more as a text. */
export function integer(value: unknown, name: string): bigint {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === "string" && /^(0|[1-9][0-9]{0,38})$/.test(value)) return BigInt(value);
  throw new FieldError(`${name} isn't a whole number`);
}

/** Kind and bytes of `ed25519:…` or `secp256k1:…`: a public key, or a signature. */
export function typed(
  value: unknown,
  name: string,
  lengths: { readonly ed25519: number; readonly secp256k1: number },
): { readonly kind: "ed25519" | "secp256k1"; readonly bytes: Uint8Array } {
  const [kind, encoded, ...more] = text(value, name, 120).split(":");
  if ((kind !== "ed25519" && kind !== "secp256k1") || encoded === undefined || more.length > 0) {
    throw new FieldError(`${name} isn't of a known kind`);
  }
  return { kind, bytes: fixedBase58(encoded, name, lengths[kind]) };
}

/** Bytes from base64 in its one form. */
export function base64(value: unknown, name: string): Uint8Array {
  const encoded = text(value, name, 8_388_608);
  const bytes = Buffer.from(encoded, "base64");
  // Node is lenient about base64, and a proof must not be.
  if (bytes.toString("base64") !== encoded) throw new FieldError(`${name} isn't base64`);
  return bytes;
}

function fixedBase58(encoded: string, name: string, length: number): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = base58.decode(encoded);
  } catch {
    // Told below, like a wrong length.
  }
  if (bytes?.length !== length) throw new FieldError(`${name} isn't base58 of ${length} bytes`);
  return bytes;
}
