/** Borsh: an unsigned integer of `length` bytes, little-endian. Higher bits are cut off. */
export function unsigned(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let index = 0; index < length; index++) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

export function u32(value: number): Uint8Array {
  return unsigned(BigInt(value), 4);
}

export function u64(value: bigint): Uint8Array {
  return unsigned(value, 8);
}

export function u128(value: bigint): Uint8Array {
  return unsigned(value, 16);
}

/** A `String`: length and UTF-8 bytes. */
export function borshText(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  return Buffer.concat([u32(bytes.length), bytes]);
}

/** A `Vec`: length and items. */
export function borshList(items: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([u32(items.length), ...items]);
}

/** An `Option`: 0, or 1 and the value. */
export function borshOption(value: Uint8Array | null): Uint8Array {
  return value === null ? Uint8Array.of(0) : Buffer.concat([Uint8Array.of(1), value]);
}
