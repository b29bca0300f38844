import { createHash } from "node:crypto";
import type { TlsPublicKey } from "../../../contract/src/protocol/brand.ts";
import { canonicalJson, parseCanonicalJson } from "../../../sdk/src/crypto/canonical-json.ts";
import { type Ed25519KeyPair, signBytes, verifyBytes } from "../../../sdk/src/crypto/keys.ts";
import { AuthenticationError } from "./authentication-error.ts";
import { type Claim, parseClaim } from "./claim.ts";

/** Name of the HTTP header, in requests and answers. */
export const AUTHENTICATION_HEADER = "mpc-recovery-authentication";

/** A header that was read; its signature isn't judged yet. */
export interface SignedHeader {
  readonly claim: Claim;
  /** As it came. */
  readonly text: string;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The header's text: base64url of the claim's RFC 8785 JSON, a dot, base64url of the ed25519 signature over the UTF-8
 * bytes of `mpc-recovery/transport/v2\n{that JSON}`.
 */
export function signHeader(tlsKey: Ed25519KeyPair, claim: Claim): string {
  const json = canonicalJson(claim);
  const signature = signBytes(tlsKey, signedBytes(json));
  return `${Buffer.from(json, "utf8").toString("base64url")}.${Buffer.from(signature).toString("base64url")}`;
}

/** Reads a header without judging it. Throws AuthenticationError `AUTHENTICATION_MISSING` or `…_MALFORMED`. */
export function readHeader(text: string | undefined): SignedHeader {
  if (text === undefined) {
    throw new AuthenticationError(
      "AUTHENTICATION_MISSING",
      `Expected the header ${AUTHENTICATION_HEADER}, found none.`,
    );
  }
  if (text.length > MAX_HEADER_CHARACTERS) throw malformed(`at most ${MAX_HEADER_CHARACTERS} characters`);
  const [json, signature, ...more] = text.split(".").map(decode);
  if (json === undefined || signature?.length !== SIGNATURE_BYTES || more.length > 0) {
    throw malformed("claim and signature in base64url with a dot between");
  }
  const claimText = json.toString("utf8");
  const claim = parseClaim(parseCanonicalJson(claimText));
  return { claim, text, signed: signedBytes(claimText), signature };
}

/** Throws AuthenticationError unless the key signed the header and the claim says that it is the sender. */
export function requireSignedBy(header: SignedHeader, key: TlsPublicKey): void {
  if (header.claim.from === key && verifyBytes(key, header.signed, header.signature)) return;
  throw new AuthenticationError(
    "AUTHENTICATION_BAD_SIGNATURE",
    `Expected a header that ${key} signed, found one of ${header.claim.from} that it did not.`,
  );
}

/** Lower-case hex. */
export function sha256Hex(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const MAX_HEADER_CHARACTERS = 4_096;
const SIGNATURE_BYTES = 64;

function signedBytes(claimText: string): Uint8Array {
  return Buffer.from(`mpc-recovery/transport/v2\n${claimText}`, "utf8");
}

function decode(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, "base64url");
  return part.length > 0 && bytes.toString("base64url") === part ? bytes : undefined;
}

function malformed(expected: string): AuthenticationError {
  return new AuthenticationError(
    "AUTHENTICATION_MALFORMED",
    `The authentication header can't be read: expected ${expected}.`,
  );
}
