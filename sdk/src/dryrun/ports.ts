import { ed25519 } from "@noble/curves/ed25519.js";
import { base58Decode } from "../../../contract/src/interface/base58.ts";
import { verifyEphemeralKeyProof } from "../../../contract/src/interface/ephemeral-key-proof.ts";
import { keysetHash } from "../../../contract/src/interface/keyset-hash.ts";
import { proposalKey } from "../../../contract/src/interface/proposal-key.ts";
import { verifySignedText } from "../../../contract/src/interface/signed-text.ts";
import { type VerifyEd25519, verifyTlsKeyProof } from "../../../contract/src/interface/tls-key-proof.ts";
import type { Sha256Hex } from "../../../contract/src/protocol/brand.ts";
import type { Ports } from "../../../contract/src/protocol/context.ts";
import {
  derivePublicKey,
  deriveTweak,
  requestIdOf,
  verifySignatureResponse,
} from "../crypto/derived-keys.ts";
import { sha256Hex } from "../crypto/sha256-hex.ts";

/** What the host gives the contract, in JavaScript alone, so that dry runs work in browsers too. */
export const PORTS: Ports = {
  verifyTlsKeyProof: (claim, proof) => verifyTlsKeyProof(claim, proof, base58Decode, verifyEd25519),
  verifyEphemeralKeyProof: (claim, proof) =>
    verifyEphemeralKeyProof(claim, proof, base58Decode, verifyEd25519),
  proposalKey: (proposal) => proposalKey(proposal, sha256Hex),
  verifyText: (key, text, signature) => verifySignedText(key, text, signature, base58Decode, verifyEd25519),
  sha256Hex: (text) => sha256Hex(text) as Sha256Hex,
  utf8Bytes: (text) => new TextEncoder().encode(text).length,
  keysetHash: (keyset) => keysetHash(keyset, sha256Hex),
  tweak: deriveTweak,
  requestId: requestIdOf,
  derivedKey: derivePublicKey,
  verifySignature: verifySignatureResponse,
};

const verifyEd25519: VerifyEd25519 = (signature, message, publicKey) => {
  try {
    return ed25519.verify(signature, new TextEncoder().encode(message), publicKey, { zip215: false });
  } catch {
    return false;
  }
};
