import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { KeyshareMaterial } from "./keyshare-material.ts";
import { SignerError } from "./signer-error.ts";
import type { Round1Package } from "./start-key-generation.ts";

/** What one key generation looked like to one participant, secrets left out. */
export type KeyGenerationTranscript = {
  readonly sessionId: string;
  readonly domainId: number;
  readonly round1: readonly Round1Package[];
  readonly material: KeyshareMaterial;
};

/**
 * Hash (64 lower-case hex characters) over everything public in the key generations of a session.
 * Participants who were told the same compute the same; the echo round compares it, so a
 * participant that broadcast different packages to different peers is noticed.
 */
export function transcriptHash(transcripts: readonly KeyGenerationTranscript[]): string {
  const domains = [...transcripts].sort((a, b) => a.domainId - b.domainId).map(publicPart);
  const text = `mpc-recovery/key-generation-transcript/v1\n${JSON.stringify(domains)}`;
  return bytesToHex(sha256(new TextEncoder().encode(text)));
}

/**
 * The echo round: throws `TRANSCRIPT_MISMATCH` naming every participant whose hash differs from
 * ours. The liar isn't necessarily one of the named: somebody told the two sides different things.
 */
export function requireSameTranscript(
  own: string,
  echoes: readonly { readonly participantId: number; readonly hash: string }[],
): void {
  const differing = echoes.filter(({ hash }) => hash !== own).map(({ participantId }) => participantId);
  if (differing.length === 0) return;
  throw new SignerError(
    "TRANSCRIPT_MISMATCH",
    `expected transcript ${own} from everybody, found another from participant ${differing.join(", ")}: ` +
      "a participant sent different packages to different peers; no key was accepted, find it before running again",
    differing,
  );
}

const publicPart = ({ sessionId, domainId, round1, material }: KeyGenerationTranscript): unknown => ({
  sessionId,
  domainId,
  scheme: material.scheme,
  threshold: material.threshold,
  round1: [...round1]
    .sort((a, b) => a.participantId - b.participantId)
    .map(({ participantId, commitments, proofOfKnowledge }) => [
      participantId,
      commitments.map(bytesToHex),
      bytesToHex(proofOfKnowledge),
    ]),
  commitments: material.commitments.map(bytesToHex),
  verifyingShares: material.verifyingShares.map(({ participantId, point }) => [
    participantId,
    bytesToHex(point),
  ]),
});
