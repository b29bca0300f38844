import { createPublicKey, verify } from "node:crypto";
import { secp256k1, secp256k1_FROST } from "@noble/curves/secp256k1.js";
import { parsePublicKey } from "../../sdk/src/crypto/keys.ts";
import { ClaimFailed } from "./timeline.ts";
import { waitUntil } from "./wait-until.ts";

/** What a node answers to `POST /sign` on its loopback port. */
export interface MadeSignature {
  readonly signature_hex: string;
  readonly public_key: string;
  readonly signers: readonly string[];
}

const ANSWER_MILLIS = 30_000;

/**
 * Has the node behind this loopback port coordinate a signature of the network. A node that has not yet seen the
 * newest participants answers 503 with NOT_ENOUGH_SIGNERS: asked again until it has.
 */
export function askForSignature(
  localPort: number,
  domainId: number,
  message: Uint8Array,
): Promise<MadeSignature> {
  return waitUntil(`a signature in domain ${domainId}`, async () => {
    const response = await fetch(`http://127.0.0.1:${localPort}/sign`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ domain_id: domainId, message_hex: Buffer.from(message).toString("hex") }),
      signal: AbortSignal.timeout(ANSWER_MILLIS),
    });
    const answer = await response.text();
    if (response.status === 200) return JSON.parse(answer) as MadeSignature;
    if (response.status === 503 && answer.includes("NOT_ENOUGH_SIGNERS")) return undefined;
    throw new ClaimFailed(`POST /sign: expected 200, found ${response.status}: ${answer}`);
  });
}

/** Verifies under the key that the contract shows; Ed25519 with Node's own verifier, which knows nothing of thresholds. */
export function verifies(groupKey: string, message: Uint8Array, signatureHex: string): boolean {
  const signature = Buffer.from(signatureHex, "hex");
  if (groupKey.startsWith("ed25519:")) {
    const x = Buffer.from(parsePublicKey(groupKey, "ed25519")).toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, message, key, signature);
  }
  const uncompressed = Buffer.concat([Buffer.from([4]), parsePublicKey(groupKey, "secp256k1")]);
  const point = secp256k1.Point.fromBytes(uncompressed);
  return secp256k1_FROST.verify(signature, message, point.toBytes(true));
}
