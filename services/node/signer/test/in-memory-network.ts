import { aggregateSignature } from "../aggregate-signature.ts";
import { commitToNonces } from "../commit-to-nonces.ts";
import { finishKeyGeneration } from "../finish-key-generation.ts";
import type { KeyshareMaterial } from "../keyshare-material.ts";
import { type Round2Package, shareKeyGeneration } from "../share-key-generation.ts";
import { signShare } from "../sign-share.ts";
import { type KeyGeneration, type Round1Package, startKeyGeneration } from "../start-key-generation.ts";
import type { FrostScheme } from "../suites.ts";

/** A whole key generation in one process; material in the order of `participantIds`. */
export function generateKey(
  scheme: FrostScheme,
  participantIds: readonly number[],
  threshold: number,
): readonly KeyshareMaterial[] {
  const group = { participantIds, threshold };
  const generations = participantIds.map((id) => startKeyGeneration(scheme, group, id));
  const packages = generations.flatMap((generation) =>
    shareKeyGeneration(generation, broadcastsFor(generation, generations)),
  );
  return generations.map((generation) =>
    finishKeyGeneration(
      generation,
      broadcastsFor(generation, generations),
      packagesFor(generation, packages),
    ),
  );
}

/** What honest delivery gives to one participant in round 1. */
export const broadcastsFor = (
  receiver: KeyGeneration,
  generations: readonly KeyGeneration[],
): readonly Round1Package[] =>
  generations
    .filter(({ participantId }) => participantId !== receiver.participantId)
    .map(({ round1 }) => round1);

/** What honest delivery gives to one participant in round 2. */
export const packagesFor = (
  receiver: KeyGeneration,
  packages: readonly Round2Package[],
): readonly Round2Package[] => packages.filter(({ to }) => to === receiver.participantId);

/** Both rounds of signing in one process; the first signer coordinates. */
export function signTogether(signers: readonly KeyshareMaterial[], message: Uint8Array): Uint8Array {
  const nonces = signers.map(commitToNonces);
  const commitments = nonces.map(({ commitment }) => commitment);
  const shares = signers.map((material, index) => signShare(material, nonces[index]!, commitments, message));
  return aggregateSignature(signers[0]!, commitments, message, shares);
}
