import type { FROST } from "@noble/curves/abstract/frost.js";
import { ed25519, ed25519_FROST } from "@noble/curves/ed25519.js";
import { secp256k1, secp256k1_FROST } from "@noble/curves/secp256k1.js";

/** The threshold schemes of the reference node, as named in stored keyshares. */
export type FrostScheme = "frost-ed25519" | "frost-secp256k1";

/** One RFC 9591 ciphersuite with the sizes (bytes) of what it puts on the wire. */
export type FrostSuite = {
  readonly scheme: FrostScheme;
  readonly frost: FROST;
  readonly pointBytes: number;
  readonly scalarBytes: number;
  readonly signatureBytes: number;
  /**
   * The verifying share that the commitments promise to a participant: their polynomial at
   * participant id + 1 "in the exponent" (RFC 9591, appendix C.2). Takes validated points.
   */
  readonly evaluateCommitments: (commitments: readonly Uint8Array[], participantId: number) => Uint8Array;
  /** Whether the bytes are the compressed form of a group element other than the identity. */
  readonly isPoint: (bytes: Uint8Array) => boolean;
};

/** All schemes, in the order of their names. */
export const FROST_SCHEMES: readonly FrostScheme[] = ["frost-ed25519", "frost-secp256k1"];

/** The ciphersuite of a scheme. */
export function suiteOf(scheme: FrostScheme): FrostSuite {
  switch (scheme) {
    case "frost-ed25519":
      return ED25519_SUITE;
    case "frost-secp256k1":
      return SECP256K1_SUITE;
  }
}

/** Narrows a stored or received scheme name. */
export const isFrostScheme = (name: string): name is FrostScheme =>
  (FROST_SCHEMES as readonly string[]).includes(name);

/**
 * The FROST identifier of a participant: its contract id + 1, because RFC 9591 forbids
 * identifier 0 (the polynomial there is the secret itself) while contract ids start at 0.
 */
export const identifierOf = (suite: FrostSuite, participantId: number): string =>
  suite.frost.Identifier.fromNumber(participantId + 1);

type Point<P> = {
  add(other: P): P;
  multiplyUnsafe(scalar: bigint): P;
  toBytes(): Uint8Array;
  is0(): boolean;
  isTorsionFree(): boolean;
  assertValidity(): void;
};

const ED25519_SUITE: FrostSuite = {
  scheme: "frost-ed25519",
  frost: ed25519_FROST,
  scalarBytes: 32,
  signatureBytes: 64,
  ...pointRules(32, (bytes) => ed25519.Point.fromBytes(bytes)),
};

const SECP256K1_SUITE: FrostSuite = {
  scheme: "frost-secp256k1",
  frost: secp256k1_FROST,
  scalarBytes: 32,
  signatureBytes: 65,
  ...pointRules(33, (bytes) => secp256k1.Point.fromBytes(bytes)),
};

function pointRules<P extends Point<P>>(
  pointBytes: number,
  parse: (bytes: Uint8Array) => P,
): Pick<FrostSuite, "pointBytes" | "evaluateCommitments" | "isPoint"> {
  return {
    pointBytes,
    evaluateCommitments: (commitments, participantId) => {
      const x = BigInt(participantId + 1);
      const [highest, ...lower] = commitments.map(parse).reverse();
      if (highest === undefined) throw new RangeError("expected at least one commitment, found none");
      // Horner's rule; everything here is public, so variable time is safe.
      return lower.reduce((sum, coefficient) => sum.multiplyUnsafe(x).add(coefficient), highest).toBytes();
    },
    isPoint: (bytes) => {
      if (bytes.length !== pointBytes) return false;
      try {
        const point = parse(bytes);
        point.assertValidity();
        return !point.is0() && point.isTorsionFree();
      } catch {
        return false;
      }
    },
  };
}
