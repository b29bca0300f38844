import type { DKG_Round1 } from "@noble/curves/abstract/frost.js";
import { SignerError } from "./signer-error.ts";
import type { KeyGeneration, Round1Package } from "./start-key-generation.ts";
import { type FrostSuite, identifierOf, suiteOf } from "./suites.ts";

/** Round 2, told to one participant alone: the sender's polynomial at the receiver's identifier. */
export type Round2Package = {
  readonly from: number;
  readonly to: number;
  readonly signingShare: Uint8Array;
};

/**
 * Round 2 of distributed key generation: checks every other participant's broadcast and makes the
 * package for each of them, ascending by receiver.
 * Throws `BAD_ROUND1_PACKAGE` naming the senders whose broadcast is missing, doubled or not proven.
 */
export function shareKeyGeneration(
  generation: KeyGeneration,
  received: readonly Round1Package[],
): readonly Round2Package[] {
  const suite = suiteOf(generation.scheme);
  const others = requireOneFromEachPeer(generation, received);
  const unproven = others.filter((broadcast) => !isProven(suite, generation.group.threshold, broadcast));
  if (unproven.length > 0) throw badRound1(unproven, "commitments with a valid proof of knowledge");

  const shares = suite.frost.DKG.round2(
    generation.secret,
    others.map((broadcast) => toLibraryRound1(suite, broadcast)),
  );
  return others.map(({ participantId }) => {
    const share = shares[identifierOf(suite, participantId)];
    if (share === undefined) throw badRound1([{ participantId }], "an identifier of the group");
    return { from: generation.participantId, to: participantId, signingShare: share.signingShare };
  });
}

/** A broadcast in the form that the FROST library takes. */
export const toLibraryRound1 = (suite: FrostSuite, broadcast: Round1Package): DKG_Round1 => ({
  identifier: identifierOf(suite, broadcast.participantId),
  commitment: broadcast.commitments.map((point) => Uint8Array.from(point)),
  proofOfKnowledge: Uint8Array.from(broadcast.proofOfKnowledge),
});

/** The broadcasts of all participants but this one, ascending. Throws `BAD_ROUND1_PACKAGE`. */
export function requireOneFromEachPeer(
  generation: KeyGeneration,
  received: readonly Round1Package[],
): readonly Round1Package[] {
  const peers = generation.group.participantIds.filter((id) => id !== generation.participantId);
  const strangers = received.filter(({ participantId }) => !peers.includes(participantId));
  if (strangers.length > 0) throw badRound1(strangers, `a sender among [${peers}]`);
  return peers.map((participantId) => {
    const [broadcast, second] = received.filter((candidate) => candidate.participantId === participantId);
    if (broadcast === undefined || second !== undefined)
      throw badRound1([{ participantId }], "exactly one broadcast");
    return broadcast;
  });
}

/**
 * The library checks all broadcasts at once and doesn't say whose is bad, so each is put before a
 * throw-away generation of two: it checks the same proof, which covers the first commitment only.
 */
function isProven(suite: FrostSuite, threshold: number, broadcast: Round1Package): boolean {
  if (broadcast.commitments.length !== threshold || !broadcast.commitments.every(suite.isPoint)) return false;
  const probe = suite.frost.DKG.round1(suite.frost.Identifier.derive("probe"), { min: 2, max: 2 }).secret;
  const library = toLibraryRound1(suite, broadcast);
  try {
    suite.frost.DKG.round2(probe, [{ ...library, commitment: library.commitment.slice(0, 2) }]);
    return true;
  } catch {
    return false;
  } finally {
    suite.frost.DKG.clean(probe);
  }
}

function badRound1(senders: readonly { readonly participantId: number }[], expected: string): SignerError {
  const ids = senders.map(({ participantId }) => participantId);
  return new SignerError(
    "BAD_ROUND1_PACKAGE",
    `expected ${expected} in round 1 from participant ${ids.join(", ")}; run the key generation again, and without them if it happens twice`,
    ids,
  );
}
