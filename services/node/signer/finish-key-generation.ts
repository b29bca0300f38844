import type { KeyshareMaterial } from "./keyshare-material.ts";
import { type Round2Package, requireOneFromEachPeer, toLibraryRound1 } from "./share-key-generation.ts";
import { SignerError } from "./signer-error.ts";
import { discardKeyGeneration, type KeyGeneration, type Round1Package } from "./start-key-generation.ts";
import { type FrostSuite, identifierOf, suiteOf } from "./suites.ts";

/**
 * Last computing step of distributed key generation: checks every package against its sender's
 * commitments and adds them up. Consumes the generation, whatever the outcome.
 * The result must not be used before all participants compared their transcripts
 * (`transcriptHash`): only that shows that everybody was told the same.
 * Throws `BAD_ROUND1_PACKAGE` or `BAD_ROUND2_PACKAGE` naming the senders.
 */
export function finishKeyGeneration(
  generation: KeyGeneration,
  round1: readonly Round1Package[],
  round2: readonly Round2Package[],
): KeyshareMaterial {
  const suite = suiteOf(generation.scheme);
  try {
    const broadcasts = requireOneFromEachPeer(generation, round1);
    const packages = broadcasts.map((broadcast) => requireShareFrom(generation, broadcast, round2));
    const bad = broadcasts.filter(
      (broadcast, index) => !isPromisedShare(suite, generation, broadcast, packages[index]),
    );
    if (bad.length > 0) throw badRound2(bad, "the share that their commitments promise");
    const key = suite.frost.DKG.round3(
      generation.secret,
      broadcasts.map((broadcast) => toLibraryRound1(suite, broadcast)),
      packages.map((share) => ({
        identifier: identifierOf(suite, share.from),
        signingShare: Uint8Array.from(share.signingShare),
      })),
    );
    return {
      scheme: generation.scheme,
      threshold: generation.group.threshold,
      participantId: generation.participantId,
      commitments: key.public.commitments,
      verifyingShares: generation.group.participantIds.map((participantId) => ({
        participantId,
        point: suite.evaluateCommitments(key.public.commitments, participantId),
      })),
      signingShare: key.secret.signingShare,
    };
  } finally {
    discardKeyGeneration(generation);
  }
}

function requireShareFrom(
  generation: KeyGeneration,
  { participantId }: Round1Package,
  round2: readonly Round2Package[],
): Round2Package {
  const [share, second] = round2.filter(({ from }) => from === participantId);
  if (share === undefined || second !== undefined || share.to !== generation.participantId)
    throw badRound2([{ participantId }], `exactly one package for participant ${generation.participantId}`);
  return share;
}

function isPromisedShare(
  suite: FrostSuite,
  generation: KeyGeneration,
  broadcast: Round1Package,
  share: Round2Package | undefined,
): boolean {
  if (share === undefined) return false;
  const identifier = identifierOf(suite, generation.participantId);
  const { min, max } = generation.secret.signers;
  try {
    suite.frost.validateSecret(
      { identifier, signingShare: Uint8Array.from(share.signingShare) },
      {
        signers: { min, max },
        commitments: toLibraryRound1(suite, broadcast).commitment,
        verifyingShares: {},
      },
    );
    return true;
  } catch {
    return false;
  }
}

function badRound2(senders: readonly { readonly participantId: number }[], expected: string): SignerError {
  const ids = senders.map(({ participantId }) => participantId);
  return new SignerError(
    "BAD_ROUND2_PACKAGE",
    `expected ${expected} in round 2 from participant ${ids.join(", ")}; run the key generation again, and without them if it happens twice`,
    ids,
  );
}
