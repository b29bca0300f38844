import canonicalize from "canonicalize";

/** RFC 8785 text of a JSON object: the one form that is signed. Only for plain data without `undefined`. */
export function canonicalJson(value: object): string {
  return serialize(value) as string;
}

/**
 * Parses JSON that must be in its RFC 8785 form to the byte, so that what was signed has one text only; `undefined`
 * for any other text, duplicate fields and blanks included.
 */
export function parseCanonicalJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return serialize(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

// The package's types describe a default export, its code is CommonJS whose whole export is the function.
const serialize = canonicalize as unknown as (value: unknown) => string | undefined;
