/// <reference path="../../engine/env.d.ts" />
/** The pure functions that the core and the codecs are given in the wasm. */
import { verifyEphemeralKeyProof } from "../interface/ephemeral-key-proof.ts";
import { keysetHash } from "../interface/keyset-hash.ts";
import { verifySignedText } from "../interface/signed-text.ts";
import { verifyTlsKeyProof } from "../interface/tls-key-proof.ts";
import type { Ed25519Signature, Sha256Hex, TlsPublicKey } from "../protocol/brand.ts";
import type { EphemeralKeyClaim, TlsKeyClaim } from "../protocol/context.ts";
import type { Keyset } from "../protocol/state.ts";

/** Keys are decoded to check their format and once more to check signatures. A call's memory ends with it. */
const decoded = new Map<string, Uint8Array | null>();

export function base58DecodeInHost(text: string): Uint8Array | null {
  let bytes = decoded.get(text);
  if (bytes === undefined) {
    bytes = env.base58_decode(text);
    decoded.set(text, bytes);
  }
  return bytes;
}

export function keysetHashInHost(keyset: Keyset): Sha256Hex {
  return keysetHash(keyset, sha256HexInHost);
}

export function sha256HexInHost(value: string | Uint8Array): Sha256Hex {
  return env.hex_encode(env.sha256(value)) as Sha256Hex;
}

export function verifyEphemeralKeyProofInHost(claim: EphemeralKeyClaim, proof: Ed25519Signature): boolean {
  return verifyEphemeralKeyProof(claim, proof, base58DecodeInHost, (signature, message, publicKey) =>
    env.ed25519_verify(signature, message, publicKey),
  );
}

export function verifyTlsKeyProofInHost(claim: TlsKeyClaim, proof: Ed25519Signature): boolean {
  return verifyTlsKeyProof(claim, proof, base58DecodeInHost, (signature, message, publicKey) =>
    env.ed25519_verify(signature, message, publicKey),
  );
}

export function verifyTextInHost(key: TlsPublicKey, text: string, signature: Ed25519Signature): boolean {
  return verifySignedText(key, text, signature, base58DecodeInHost, (signed, message, publicKey) =>
    env.ed25519_verify(signed, message, publicKey),
  );
}
