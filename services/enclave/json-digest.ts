import { createHash } from "node:crypto";
import { canonicalJson } from "../../sdk/src/crypto/canonical-json.ts";

/** sha256, lower-case hex, of a value's RFC 8785 JSON: how the contract names what it anchors. */
export function jsonDigest(value: object): string {
  return textDigest(canonicalJson(value));
}

/** sha256, lower-case hex, of a text. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
