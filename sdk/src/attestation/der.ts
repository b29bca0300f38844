/** One element of DER: its tag, what is in it, and all its bytes. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

export const DER = { integer: 0x02, bitString: 0x03, octetString: 0x04, oid: 0x06, sequence: 0x30 } as const;

/**
 * The elements that the bytes consist of, without any left over. Strict: definite, shortest lengths, tags of one byte.
 *
 * Throws an Error that says what is wrong.
 */
export function derElements(bytes: Uint8Array): readonly DerElement[] {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at]!;
    if ((tag & 0x1f) === 0x1f) throw new Error("a DER tag of several bytes");
    const { length, start } = derLength(bytes, at + 1);
    const end = start + length;
    if (end > bytes.length) throw new Error("a DER element that is cut off");
    elements.push({ tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return elements;
}

/** The elements inside the one element that the bytes are, which must have this tag. */
export function derInside(bytes: Uint8Array, tag: number): readonly DerElement[] {
  const [element, ...more] = derElements(bytes);
  if (element?.tag !== tag || more.length > 0) throw new Error(`not one DER element of tag ${tag}`);
  return derElements(element.content);
}

function derLength(bytes: Uint8Array, at: number): { length: number; start: number } {
  const first = bytes[at];
  if (first === undefined) throw new Error("a DER element without length");
  if (first < 0x80) return { length: first, start: at + 1 };
  const count = first & 0x7f;
  const digits = bytes.subarray(at + 1, at + 1 + count);
  const length = digits.reduce((sum, digit) => sum * 256 + digit, 0);
  const isShortest = digits[0] !== 0 && length >= 0x80;
  if (count === 0 || count > 3 || digits.length < count || !isShortest) throw new Error("a bad DER length");
  return { length, start: at + 1 + count };
}
