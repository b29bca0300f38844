/** Base58 (Bitcoin alphabet) for Node; the wasm uses its engine's. */

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Bytes of a base58 text; null when a character is not base58. Quadratic: callers bound the length. */
export function base58Decode(text: string): Uint8Array | null {
  const bytes: number[] = [];
  for (const character of text) {
    let carry = ALPHABET.indexOf(character);
    if (carry < 0) return null;
    for (let at = 0; at < bytes.length; at++) {
      carry += (bytes[at] ?? 0) * 58;
      bytes[at] = carry & 255;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 255);
  }
  return Uint8Array.from([...leadingZeros(text, "1"), ...bytes.reverse()]);
}

/** Base58 of the bytes. */
export function base58Encode(bytes: Uint8Array): string {
  const digits: number[] = [];
  for (const byte of bytes) {
    let carry = byte;
    for (let at = 0; at < digits.length; at++) {
      carry += (digits[at] ?? 0) * 256;
      digits[at] = carry % 58;
      carry = Math.floor(carry / 58);
    }
    for (; carry > 0; carry = Math.floor(carry / 58)) digits.push(carry % 58);
  }
  const zeros = [...bytes].findIndex((byte) => byte !== 0);
  const ones = "1".repeat(zeros < 0 ? bytes.length : zeros);
  return (
    ones +
    digits
      .reverse()
      .map((digit) => ALPHABET[digit])
      .join("")
  );
}

function leadingZeros(text: string, zero: string): number[] {
  let count = 0;
  while (text[count] === zero) count++;
  return new Array<number>(count).fill(0);
}
