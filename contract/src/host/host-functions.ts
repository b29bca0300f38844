/// <reference path="../../engine/env.d.ts" />
/** The pure functions that the core and the codecs are given in the wasm. */
import { keysetHash } from "../interface/keyset-hash.ts";
import { verifyTlsKeyProof } from "../interface/tls-key-proof.ts";
import type { Ed25519Signature, Sha256Hex } from "../protocol/brand.ts";
import type { TlsKeyClaim } from "../protocol/context.ts";
import type { Keyset } from "../protocol/state.ts";

export function base58DecodeInHost(text: string): Uint8Array | null {
  return env.base58_decode(text);
}

export function keysetHashInHost(keyset: Keyset): Sha256Hex {
  return keysetHash(keyset, (text) => env.hex_encode(env.sha256(text)));
}

export function verifyTlsKeyProofInHost(claim: TlsKeyClaim, proof: Ed25519Signature): boolean {
  return verifyTlsKeyProof(claim, proof, base58DecodeInHost, (signature, message, publicKey) =>
    env.ed25519_verify(signature, message, publicKey),
  );
}
