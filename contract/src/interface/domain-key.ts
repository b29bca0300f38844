/** A domain's public key: a plain string in arguments and inside, an object by curve in `state()`. Source: contract.md §1. */
import type { DomainPublicKey } from "../protocol/brand.ts";
import type { domainKeyObject } from "./results.ts";
import type { Decoded } from "./schema.ts";
import type { Base58Decode } from "./text-formats.ts";

export type DomainKeyObject = Decoded<typeof domainKeyObject>;

/** The key as `state()` shows it. `key` must be a checked domain key. */
export function toDomainKeyObject(key: DomainPublicKey, base58Decode: Base58Decode): DomainKeyObject {
  if (key.startsWith("secp256k1:")) return { Secp256k1: { near_public_key: key } };
  if (key.startsWith("bls12381g2:")) return { Bls12381: { public_key: key } };
  // A compressed ed25519 key is its point's encoding.
  const edwards_point = Array.from(base58Decode(key.slice(8)) ?? []);
  return { Ed25519: { near_public_key_compressed: key, edwards_point } };
}

export function fromDomainKeyObject(key: DomainKeyObject): DomainPublicKey {
  if ("Secp256k1" in key) return key.Secp256k1.near_public_key as DomainPublicKey;
  if ("Bls12381" in key) return key.Bls12381.public_key as DomainPublicKey;
  return key.Ed25519.near_public_key_compressed as DomainPublicKey;
}
