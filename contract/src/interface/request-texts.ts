/** The texts that are hashed for signature requests, and responses as JSON. */
import type { AccountId } from "../protocol/brand.ts";
import {
  payloadParts,
  type SignatureRequest,
  type SignatureResponse,
} from "../protocol/requests/signature-request.ts";

/**
 * SHA3-256 of this text (UTF-8) is the tweak of a predecessor's path. No account id has a comma, so no two pairs have
 * the same text. Source: near/mpc, `crates/near-mpc-crypto-types/src/kdf.rs`.
 */
export function tweakText(predecessor: AccountId, path: string): string {
  return `near-mpc-recovery v0.1.0 epsilon derivation:${predecessor},${path}`;
}

/** The first 16 bytes of this text's SHA-256 are the request's id. */
export function requestText(request: SignatureRequest): string {
  const [kind, bytes] = payloadParts(request.payload);
  return `mpc-recovery/signature-request/v1\n${request.domain_id}\n${request.tweak.join()}\n${kind}\n${bytes}`;
}

export const REQUEST_ID_CHARACTERS = 32;

/** The response as it stands in JSON: the fields of its scheme in the order in which the live contract writes them. */
export function responseJson({ scheme, big_r, s, recovery_id, signature }: SignatureResponse): unknown {
  return scheme === "Secp256k1" ? { scheme, big_r, s, recovery_id } : { scheme, signature };
}
