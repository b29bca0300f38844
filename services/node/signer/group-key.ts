import { secp256k1 } from "@noble/curves/secp256k1.js";
import { formatPublicKey } from "../../../sdk/src/crypto/keys.ts";
import type { FrostScheme } from "./suites.ts";

/**
 * The group key as the contract writes it: `ed25519:` + base58 of 32 bytes, or `secp256k1:` +
 * base58 of the 64-byte uncompressed x‖y without the 0x04 prefix (NEAR's convention).
 * @param point the first commitment of the keyset, a compressed point. Throws on a bad point.
 */
export function formatGroupKey(scheme: FrostScheme, point: Uint8Array): string {
  switch (scheme) {
    case "frost-ed25519":
      return formatPublicKey("ed25519", point);
    case "frost-secp256k1":
      return formatPublicKey("secp256k1", secp256k1.Point.fromBytes(point).toBytes(false).subarray(1));
  }
}
