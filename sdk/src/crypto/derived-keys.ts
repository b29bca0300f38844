import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { sha3_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { base58Decode, base58Encode } from "../../../contract/src/interface/base58.ts";
import {
  REQUEST_ID_CHARACTERS,
  requestText,
  tweakText,
} from "../../../contract/src/interface/request-texts.ts";
import type { AccountId, DomainPublicKey } from "../../../contract/src/protocol/brand.ts";
import type {
  HexBytes,
  RequestId,
  SignatureRequest,
  SignatureResponse,
  Tweak,
} from "../../../contract/src/protocol/requests/signature-request.ts";
import { sha256Hex } from "./sha256-hex.ts";

/** The tweak of a predecessor's path, 32 bytes: SHA3-256 as the live MPC contract computes it. */
export function deriveTweak(predecessor: AccountId, path: string): Tweak {
  return Array.from(sha3_256(utf8ToBytes(tweakText(predecessor, path)))) as readonly number[] as Tweak;
}

/** The name under which the contract keeps a request, 32 hex characters. */
export function requestIdOf(request: SignatureRequest): RequestId {
  return sha256Hex(requestText(request)).slice(0, REQUEST_ID_CHARACTERS) as RequestId;
}

/**
 * A domain's key plus tweak times the base point, as text of the same kind: the key that answers requests with this
 * tweak. Null when the domain's key is no point of its curve, of another kind, or the sum is no key.
 */
export function derivePublicKey(key: DomainPublicKey, tweak: Tweak): DomainPublicKey | null {
  const colon = key.indexOf(":") + 1;
  const bytes = base58Decode(key.slice(colon));
  if (bytes === null) return null;
  const text = (derived: Uint8Array) => (key.slice(0, colon) + base58Encode(derived)) as DomainPublicKey;
  try {
    if (key.startsWith("ed25519:")) return text(addOnEdwards25519(bytes, tweak));
    return key.startsWith("secp256k1:") ? text(addOnSecp256k1(bytes, tweak)) : null;
  } catch {
    return null;
  }
}

/** The tweak as a number that is added to secrets of a domain: little-endian for ed25519, big-endian for secp256k1. */
export function tweakScalar(curve: "ed25519" | "secp256k1", tweak: Tweak): bigint {
  const bytes = Uint8Array.from(tweak);
  if (curve === "secp256k1") return BigInt(`0x${bytesToHex(bytes)}`) % secp256k1.Point.Fn.ORDER;
  return BigInt(`0x${bytesToHex(bytes.reverse())}`) % ed25519.Point.Fn.ORDER;
}

/**
 * Whether a whole response signs the payload under a derived key, by the contract's own rules: ECDSA over the 32
 * bytes with `s` in the lower half and the recovery id of this very key, or Ed25519 over the message.
 */
export function verifySignatureResponse(
  key: DomainPublicKey,
  payload: HexBytes,
  response: SignatureResponse,
): boolean {
  const publicKey = base58Decode(key.slice(key.indexOf(":") + 1));
  if (publicKey === null) return false;
  try {
    if (response.signature === null) return recoversTo(publicKey, payload, response);
    const message = hexToBytes(payload);
    return ed25519.verify(Uint8Array.from(response.signature), message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

function recoversTo(
  publicKey: Uint8Array,
  payload: HexBytes,
  { big_r, s, recovery_id }: SignatureResponse,
): boolean {
  if (big_r === null || s === null || recovery_id === null) return false;
  const signature = secp256k1.Signature.fromHex(big_r.affine_point.slice(2) + s.scalar, "compact");
  if (signature.hasHighS()) return false;
  const recovered = signature.addRecoveryBit(recovery_id).recoverPublicKey(hexToBytes(payload));
  return bytesToHex(recovered.toBytes(false).subarray(1)) === bytesToHex(publicKey);
}

function addOnEdwards25519(key: Uint8Array, tweak: Tweak): Uint8Array {
  const { Point } = ed25519;
  return Point.fromBytes(key, true)
    .add(Point.BASE.multiplyUnsafe(tweakScalar("ed25519", tweak)))
    .toBytes();
}

function addOnSecp256k1(key: Uint8Array, tweak: Tweak): Uint8Array {
  const { Point } = secp256k1;
  const point = Point.fromBytes(Uint8Array.from([UNCOMPRESSED, ...key]));
  const sum = point.add(Point.BASE.multiplyUnsafe(tweakScalar("secp256k1", tweak)));
  return sum.toBytes(false).subarray(1);
}

const UNCOMPRESSED = 4;
