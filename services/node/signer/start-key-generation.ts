import type { DKG_Secret } from "@noble/curves/abstract/frost.js";
import { SignerError } from "./signer-error.ts";
import { type FrostScheme, identifierOf, suiteOf } from "./suites.ts";

/** Who generates a key: contract participant ids, ascending, and how many must sign (2 ≤ threshold ≤ n). */
export type KeyGenerationGroup = {
  readonly participantIds: readonly number[];
  readonly threshold: number;
};

/** Round 1, told to everybody: commitments to the sender's polynomial and proof that it knows the secret. */
export type Round1Package = {
  readonly participantId: number;
  readonly commitments: readonly Uint8Array[];
  readonly proofOfKnowledge: Uint8Array;
};

/** A key generation under way. `secret` is changed in place by the later steps; never store or send it. */
export type KeyGeneration = {
  readonly scheme: FrostScheme;
  readonly group: KeyGenerationGroup;
  readonly participantId: number;
  readonly round1: Round1Package;
  readonly secret: DKG_Secret;
};

/**
 * Round 1 of distributed key generation: draws a secret polynomial and makes the broadcast.
 * Throws `BAD_PARAMETERS` when the group is not a threshold group or does not list the participant.
 */
export function startKeyGeneration(
  scheme: FrostScheme,
  group: KeyGenerationGroup,
  participantId: number,
): KeyGeneration {
  requireGroup(group, participantId);
  const suite = suiteOf(scheme);
  const signers = { min: group.threshold, max: group.participantIds.length };
  const { public: broadcast, secret } = suite.frost.DKG.round1(identifierOf(suite, participantId), signers);
  const round1 = {
    participantId,
    commitments: broadcast.commitment,
    proofOfKnowledge: broadcast.proofOfKnowledge,
  };
  return { scheme, group, participantId, round1, secret };
}

/** Erases the secret polynomial of a generation that will not be finished. */
export function discardKeyGeneration(generation: KeyGeneration): void {
  suiteOf(generation.scheme).frost.DKG.clean(generation.secret);
}

function requireGroup(group: KeyGenerationGroup, participantId: number): void {
  const { participantIds, threshold } = group;
  const ascending = participantIds.every(
    (id, index) => index === 0 || id > (participantIds[index - 1] ?? id),
  );
  if (!ascending || participantIds.some((id) => !Number.isSafeInteger(id + 1) || id < 0))
    throw new SignerError("BAD_PARAMETERS", `expected ascending participant ids, found [${participantIds}]`);
  if (!Number.isSafeInteger(threshold) || threshold < 2 || threshold > participantIds.length)
    throw new SignerError(
      "BAD_PARAMETERS",
      `expected a threshold between 2 and ${participantIds.length}, found ${threshold}`,
    );
  if (!participantIds.includes(participantId))
    throw new SignerError(
      "BAD_PARAMETERS",
      `expected participant ${participantId} among [${participantIds}]`,
    );
}
