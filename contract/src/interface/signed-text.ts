/** Texts that a TLS key signed. */
import type { Ed25519Signature, TlsPublicKey } from "../protocol/brand.ts";
import type { Base58Decode } from "./text-formats.ts";
import type { VerifyEd25519 } from "./tls-key-proof.ts";

/** Whether the key signed the text's UTF-8 bytes. Key and signature must have been checked for their format. */
export function verifySignedText(
  key: TlsPublicKey,
  text: string,
  signature: Ed25519Signature,
  base58Decode: Base58Decode,
  verifyEd25519: VerifyEd25519,
): boolean {
  const signed = base58Decode(signature.slice(8));
  const publicKey = base58Decode(key.slice(8));
  return signed !== null && publicKey !== null && verifyEd25519(signed, text, publicKey);
}
