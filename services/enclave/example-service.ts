import { hkdfSync } from "node:crypto";
import { type Ed25519KeyPair, ed25519KeyPairFromSeed, signBytes } from "../../sdk/src/crypto/keys.ts";
import type { Service } from "./ports.ts";

/** Stands for whatever a program does with its seed: signs with one key, which users know. */
export interface SigningService extends Service {
  /** The key and its signature of a message, or undefined while the service is closed. */
  sign(message: Uint8Array): { readonly publicKey: string; readonly signature: Uint8Array } | undefined;
}

/** A service that is closed. What is derived of the seed stays in memory only while it is open. */
export function createSigningService(): SigningService {
  let key: Ed25519KeyPair | undefined;
  return {
    start(seed) {
      key = ed25519KeyPairFromSeed(
        new Uint8Array(hkdfSync("sha256", seed, "", "mpc-recovery/example/v1", 32)),
      );
      seed.fill(0);
    },
    stop() {
      key = undefined;
    },
    isServing: () => key !== undefined,
    sign: (message) => key && { publicKey: key.publicKey, signature: signBytes(key, message) },
  };
}
