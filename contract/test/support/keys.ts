/** Keys and proofs for tests, made from labels so that every run has the same ones. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { base58Encode } from "../../src/interface/base58.ts";
import { tlsKeyProofMessage, type VerifyEd25519 } from "../../src/interface/tls-key-proof.ts";
import type { Ed25519Signature, SignerKey, TlsPublicKey } from "../../src/protocol/brand.ts";
import type { TlsKeyClaim } from "../../src/protocol/context.ts";

const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
interface LabelledKey {
  readonly secret: KeyObject;
  readonly raw: Uint8Array;
  readonly text: string;
}

// Random tests ask for the same few thousands of times.
const proofs = new Map<string, Ed25519Signature>();
const verdicts = new Map<string, boolean>();
const made = new Map<string, LabelledKey>();

export function tlsKey(label: string): TlsPublicKey {
  return publicText(`tls ${label}`) as TlsPublicKey;
}

export function signerKey(label: string): SignerKey {
  return publicText(`signer ${label}`) as SignerKey;
}

/** Borsh form of a signer key, as the chain shows it to a contract. */
export function signerKeyBytes(label: string): Uint8Array {
  return Buffer.concat([Buffer.of(0), keyOf(`signer ${label}`).raw]);
}

/** The TLS key of this label signs the claim. */
export function proofBy(label: string, claim: TlsKeyClaim): Ed25519Signature {
  return signMessage(label, tlsKeyProofMessage(claim));
}

/** The TLS key of this label signs a text. */
export function signMessage(label: string, message: string): Ed25519Signature {
  return memoised(proofs, `${label}\n${message}`, () => {
    const signature = sign(null, Buffer.from(message), keyOf(`tls ${label}`).secret);
    return `ed25519:${base58Encode(signature)}` as Ed25519Signature;
  });
}

export const verifyEd25519: VerifyEd25519 = (signature, message, publicKey) => {
  const name = `${base58Encode(signature)} ${base58Encode(publicKey)} ${message}`;
  return memoised(verdicts, name, () => {
    const der = Buffer.concat([SPKI_PREFIX, publicKey]);
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    return verify(null, Buffer.from(message), key, signature);
  });
};

export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function memoised<Value>(known: Map<string, Value>, name: string, make: () => Value): Value {
  const found = known.get(name);
  if (found !== undefined) return found;
  const value = make();
  known.set(name, value);
  return value;
}

function publicText(label: string): string {
  return keyOf(label).text;
}

function keyOf(label: string): LabelledKey {
  const known = made.get(label);
  if (known) return known;
  const seed = createHash("sha256").update(label).digest();
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  const der = createPublicKey(secret).export({ format: "der", type: "spki" });
  const raw = new Uint8Array(der.subarray(SPKI_PREFIX.length));
  const key = { secret, raw, text: `ed25519:${base58Encode(raw)}` };
  made.set(label, key);
  return key;
}
