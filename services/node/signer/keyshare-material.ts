import type { FrostPublic, FrostSecret } from "@noble/curves/abstract/frost.js";
import { type FrostScheme, type FrostSuite, identifierOf, suiteOf } from "./suites.ts";

/**
 * What one participant keeps of one domain after key generation. Points are compressed, scalars
 * are 32 bytes in the byte order of the suite; `verifyingShares` ascend by participant id.
 * `signingShare` is the secret: it leaves the process only inside a `Keyshare`.
 */
export type KeyshareMaterial = {
  readonly scheme: FrostScheme;
  readonly threshold: number;
  readonly participantId: number;
  readonly commitments: readonly Uint8Array[];
  readonly verifyingShares: readonly VerifyingShare[];
  readonly signingShare: Uint8Array;
};

/** The public half of one participant's signing share. */
export type VerifyingShare = { readonly participantId: number; readonly point: Uint8Array };

/** The public part in the form that the FROST library takes. */
export function frostPublicOf(material: KeyshareMaterial): FrostPublic {
  const suite = suiteOf(material.scheme);
  const { threshold, commitments, verifyingShares } = material;
  return {
    signers: { min: threshold, max: verifyingShares.length },
    commitments: commitments.map((point) => Uint8Array.from(point)),
    verifyingShares: Object.fromEntries(
      verifyingShares.map(({ participantId, point }) => [
        identifierOf(suite, participantId),
        Uint8Array.from(point),
      ]),
    ),
  };
}

/** The secret part in the form that the FROST library takes. */
export function frostSecretOf(material: KeyshareMaterial): FrostSecret {
  const suite: FrostSuite = suiteOf(material.scheme);
  return {
    identifier: identifierOf(suite, material.participantId),
    signingShare: Uint8Array.from(material.signingShare),
  };
}

/** The group key as a compressed point: the commitment to the polynomial's constant term. */
export function groupPointOf(material: KeyshareMaterial): Uint8Array {
  const [point] = material.commitments;
  if (point === undefined) throw new RangeError("expected at least one commitment, found none");
  return point;
}
