import { createHash } from "node:crypto";

/** Borsh of a whole number: little-endian, `bytes` long. Throws RangeError when it doesn't fit. */
export function borshNumber(value: bigint, bytes: number): Uint8Array {
  if (value < 0n || value >= 1n << BigInt(8 * bytes))
    throw new RangeError(`${value} doesn't fit ${bytes} bytes`);
  return Uint8Array.from({ length: bytes }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
}

/** Borsh of a text: its length in UTF-8 bytes, and these. */
export function borshText(value: string): Uint8Array {
  return borshBytes(Buffer.from(value, "utf8"));
}

export function borshBytes(value: Uint8Array): Uint8Array {
  return Buffer.concat([borshNumber(BigInt(value.length), 4), value]);
}

/** Borsh of a list of values that are Borsh already. */
export function borshList(items: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([borshNumber(BigInt(items.length), 4), ...items]);
}

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
