import { createHash } from "node:crypto";
import { account, NETWORK_ID } from "../../../../contract/test/support/network.ts";
import { CONTRACT } from "../../../../contract/test/support/world.ts";
import { type Ed25519KeyPair, ed25519KeyPairFromSeed } from "../../../../sdk/src/crypto/keys.ts";
import type { StoreOwner } from "../../../keyshare/file-keyshare-store.ts";
import { type StoreKey, storeKeyFromBytes } from "../../../store/store-key.ts";

const keyPairs = new Map<string, Ed25519KeyPair>();

/** The TLS key pair of a label, whose public half the contract's tests make of the same label. */
export function tlsKeyPair(label: string): Ed25519KeyPair {
  const known = keyPairs.get(label);
  if (known !== undefined) return known;
  const made = ed25519KeyPairFromSeed(createHash("sha256").update(`tls ${label}`).digest());
  keyPairs.set(label, made);
  return made;
}

export function ownerOf(name: string): StoreOwner {
  return { network: NETWORK_ID, contract: CONTRACT, account: account(name) };
}

/** One key for all: whose file is whose is told by its context. */
export const STORE_KEY: StoreKey = storeKeyFromBytes(new Uint8Array(32).fill(6));

/** Where programs keep their shares and journals. */
export const PLACES = { shares: "/data/shares", journal: "/data/journal", folder: "/data" } as const;
