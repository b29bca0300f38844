/** Checks of texts character by character; in the wasm the engine makes them, see `text-checks.wasm.ts`. */

/** NEAR's rule but for the length: a-z, 0-9 and the separators '-', '_', '.', none of them first, last or beside another. */
export function isAccountId(value: string): boolean {
  let afterSeparator = true;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) {
      afterSeparator = false;
    } else {
      const isSeparator = code === 45 || code === 46 || code === 95;
      if (!isSeparator || afterSeparator) return false;
      afterSeparator = true;
    }
  }
  return !afterSeparator;
}

/** http(s) without quotes, backslash, spaces and angle brackets, so that a URL can stand anywhere unescaped. */
export function isUrl(value: string): boolean {
  const host = value.startsWith("https://") ? 8 : 7;
  if (value.length <= host || (host === 7 && !value.startsWith("http://"))) return false;
  for (let at = host; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 33 || code > 126 || code === 34 || code === 60 || code === 62 || code === 92) return false;
  }
  return true;
}

/** Lower-case hex digits and nothing else; the empty text is hex. */
export function isHex(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 48 || code > 102 || (code > 57 && code < 97)) return false;
  }
  return true;
}
