import { secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToHex, hexToBytes } from "@noble/curves/utils.js";
import { base58 } from "@scure/base";
import type { CheckKeyshare } from "../../keyshare/check-keyshares.ts";

/**
 * The example network's own secp256k1 scheme: Diffie-Hellman with a key that nobody has, split by Feldman's
 * verifiable secret sharing. This is the name that its shares carry in `Keyshare.scheme`.
 */
export const THRESHOLD_ECDH = "example-threshold-ecdh-secp256k1";

/** What stands, as JSON, in `Keyshare.secret`. All in hex: points compressed, the scalar of 32 bytes. */
export interface EcdhSecret {
  readonly participant_id: number;
  /** Commitments to the polynomial's coefficients, the group key first. */
  readonly commitments: readonly string[];
  readonly share: string;
}

/** One participant's part of a Diffie-Hellman with the group key. */
export interface PartialProduct {
  readonly participant_id: number;
  /** Compressed point, hex. */
  readonly point: string;
}

const { Point } = secp256k1;
const { Fn } = Point;
const POINT = /^0[23][0-9a-f]{64}$/;
const SCALAR = /^[0-9a-f]{64}$/;
const MOST_COMMITMENTS = 100;

/** Splits a new key among participants, any `threshold` of which can use it; secrets in the order of their ids. */
export function dealEcdhKey(participantIds: readonly number[], threshold: number) {
  const coefficients = Array.from({ length: threshold }, () =>
    Fn.fromBytes(secp256k1.utils.randomSecretKey()),
  );
  const points = coefficients.map((coefficient) => Point.BASE.multiply(coefficient));
  const commitments = points.map((point) => point.toHex());
  const secrets = participantIds.map((participant_id): EcdhSecret => {
    const x = BigInt(participant_id + 1);
    const share = coefficients.reduceRight((sum, coefficient) => Fn.add(Fn.mul(sum, x), coefficient), 0n);
    return { participant_id, commitments, share: bytesToHex(Fn.toBytes(share)) };
  });
  return { publicKey: publicKeyText(commitments[0] ?? ""), secrets };
}

/** Proves that the share lies on the committed polynomial, at this participant, under the contract's key. */
export const checkEcdhKeyshare: CheckKeyshare = (keyshare, expectedPublicKey, participantId) => {
  const secret = parseSecret(keyshare.secret);
  if (secret === undefined) return { ok: false, reason: "the secret isn't of the scheme's form" };
  if (secret.participant_id !== participantId)
    return { ok: false, reason: `it is the share of participant ${secret.participant_id}` };
  if (publicKeyText(secret.commitments[0] ?? "") !== expectedPublicKey)
    return { ok: false, reason: "its commitments are to another group key" };
  const x = BigInt(participantId + 1);
  const promised = secret.commitments
    .map((commitment) => Point.fromHex(commitment))
    .reduceRight((sum, point) => (sum.is0() ? point : sum.multiply(x).add(point)), Point.ZERO);
  return Point.BASE.multiply(scalarOf(secret)).equals(promised)
    ? { ok: true }
    : { ok: false, reason: "the share isn't the one that the commitments promise" };
};

/** This participant's part of the product of the group's secret key with somebody's public point. */
export function multiplyPartly(secretText: string, point: string): PartialProduct {
  const secret = parseSecret(secretText);
  if (secret === undefined || !POINT.test(point))
    throw new RangeError("expected a share and a compressed point");
  const { participant_id } = secret;
  return { participant_id, point: Point.fromHex(point).multiply(scalarOf(secret)).toHex() };
}

/** Puts `threshold` parts together: the product with the secret key that nobody has. */
export function combineProducts(parts: readonly PartialProduct[]): string {
  const weighted = parts.map(({ participant_id, point }) => {
    const others = parts.filter((other) => other.participant_id !== participant_id);
    const weight = others.reduce((product, other) => {
      const [x, own] = [BigInt(other.participant_id + 1), BigInt(participant_id + 1)];
      return Fn.mul(product, Fn.mul(x, Fn.inv(Fn.sub(x, own))));
    }, 1n);
    return Point.fromHex(point).multiply(weight);
  });
  return weighted.reduce((sum, point) => sum.add(point), Point.ZERO).toHex();
}

function publicKeyText(commitment: string): string {
  return `secp256k1:${base58.encode(Point.fromHex(commitment).toBytes(false).subarray(1))}`;
}

function scalarOf({ share }: EcdhSecret): bigint {
  return Fn.fromBytes(hexToBytes(share));
}

function parseSecret(text: string): EcdhSecret | undefined {
  try {
    const { participant_id, commitments, share } = JSON.parse(text) as EcdhSecret;
    if (!Number.isSafeInteger(participant_id) || !Array.isArray(commitments)) return undefined;
    if (commitments.length < 2 || commitments.length > MOST_COMMITMENTS) return undefined;
    if (!commitments.every((each) => typeof each === "string" && POINT.test(each) && isPoint(each)))
      return undefined;
    if (typeof share !== "string" || !SCALAR.test(share)) return undefined;
    return Fn.isValidNot0(Fn.fromBytes(hexToBytes(share)))
      ? { participant_id, commitments, share }
      : undefined;
  } catch {
    // The parser's own message quotes the text, which is secret.
    return undefined;
  }
}

function isPoint(hex: string): boolean {
  try {
    Point.fromHex(hex).assertValidity();
    return true;
  } catch {
    return false;
  }
}
