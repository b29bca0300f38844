import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { Tweak } from "../../../../contract/src/protocol/requests/signature-request.ts";
import type { Keyshare } from "../../../keyshare/keyshare.ts";
import { aggregateSignature } from "../aggregate-signature.ts";
import type { NonceCommitment } from "../commit-to-nonces.ts";
import { deriveMaterial } from "../derive-material.ts";
import { fromKeyshare } from "../keyshare-codec.ts";
import type { KeyshareMaterial } from "../keyshare-material.ts";
import type { SignatureShare } from "../sign-share.ts";
import { reasonOf, SignerError } from "../signer-error.ts";
import { SIGNER_LIMITS } from "../signer-limits.ts";
import type { AskPeer } from "./ask-peer.ts";
import { type CommittedSigner, commitWith } from "./committed-signer.ts";
import type { SignerPeer } from "./signer-peer.ts";

/** What a coordinator needs for one signature. */
export interface CoordinationOptions {
  /** The coordinator's own share of the domain, in the contract's current keyset. */
  readonly keyshare: Keyshare;
  /** The bytes to sign, at most 4,096; both schemes hash them themselves. */
  readonly message: Uint8Array;
  /** Signs under the key that this derives from the domain's; left out for the domain's own key. */
  readonly tweak?: Tweak;
  /**
   * Who may sign, most wanted first: the first `threshold` that answer do, the rest stand by. The
   * coordinator signs only if it is listed.
   */
  readonly signers: readonly SignerPeer[];
  readonly askPeer: AskPeer;
  /** Longest wait for one answer of one signer; a signer that takes longer is replaced. */
  readonly answerMillis: number;
  readonly signal: AbortSignal;
}

/** A signature that verifies under the domain's group key, or the one derived from it, and who made it. */
export interface CoordinatedSignature {
  /** Ed25519: 64 bytes (RFC 8032). secp256k1: 65 bytes (compressed R ‖ z, RFC 9591). */
  readonly signature: Uint8Array;
  /** The domain's key, from which a tweak derives the one that signed. */
  readonly public_key: string;
  /** Ascending by participant id. */
  readonly signers: readonly SignerPeer[];
  /** Those who were asked and didn't do their part, in the order in which they failed. */
  readonly replaced: readonly FailedSigner[];
}

/** A signer that was left out and why. */
export interface FailedSigner {
  readonly signer: SignerPeer;
  readonly reason: string;
}

/**
 * Runs both rounds of signing as coordinator. Whoever doesn't answer in time, refuses or sends a false
 * share is left out, and the signature is tried again with fresh nonces and the next signer.
 * Throws SignerError `NOT_ENOUGH_SIGNERS` (naming those who failed), `BAD_PARAMETERS`, `ABORTED`.
 */
export async function coordinateSignature(request: CoordinationOptions): Promise<CoordinatedSignature> {
  const own = fromKeyshare(request.keyshare);
  const material = request.tweak ? deriveMaterial(own, request.tweak) : own;
  const options = { ...request, signal: AbortSignal.any([request.signal]) };
  // One listener per signer is right here; Node takes more than ten for a leak.
  setMaxListeners(0, options.signal);
  let candidates = requireCandidates(options, material);
  const replaced: FailedSigner[] = [];
  for (;;) {
    const { committed, failed } = await commitRound(options, material, candidates);
    replaced.push(...failed);
    if (committed.length < material.threshold) throw notEnough(options, material, replaced);
    const outcome = await shareRound(options, material, committed);
    if (outcome.kind === "signed") {
      const signers = committed
        .map(({ signer }) => signer)
        .sort((a, b) => a.participant_id - b.participant_id);
      return { signature: outcome.signature, public_key: options.keyshare.public_key, signers, replaced };
    }
    replaced.push(...outcome.failed);
    candidates = candidates.filter((candidate) => !replaced.some(({ signer }) => signer === candidate));
  }
}

function requireCandidates(
  { signers, message }: CoordinationOptions,
  material: KeyshareMaterial,
): readonly SignerPeer[] {
  if (message.length > SIGNER_LIMITS.messageBytes)
    throw new SignerError(
      "BAD_PARAMETERS",
      `expected a message of at most ${SIGNER_LIMITS.messageBytes} bytes, found ${message.length}; sign its hash`,
    );
  const holders = new Set(material.verifyingShares.map(({ participantId }) => participantId));
  const unfit = signers.filter(
    ({ participant_id }, index) =>
      !holders.has(participant_id) ||
      signers.findIndex((other) => other.participant_id === participant_id) !== index,
  );
  if (unfit.length > 0)
    throw new SignerError(
      "BAD_PARAMETERS",
      `expected different holders of shares among participants ${[...holders].join(", ")}, found ${named(unfit)}`,
      unfit.map(({ participant_id }) => participant_id),
    );
  return signers;
}

type CommitRound = {
  readonly committed: readonly CommittedSigner[];
  readonly failed: readonly FailedSigner[];
};

/** Asks as many as are needed at once, and further ones in place of those who fail. */
async function commitRound(
  options: CoordinationOptions,
  material: KeyshareMaterial,
  candidates: readonly SignerPeer[],
): Promise<CommitRound> {
  const sessionId = randomBytes(32).toString("hex");
  const committed: CommittedSigner[] = [];
  const failed: FailedSigner[] = [];
  let next = 0;
  while (committed.length < material.threshold && next < candidates.length) {
    requireNotAborted(options.signal);
    const asked = candidates.slice(next, next + material.threshold - committed.length);
    next += asked.length;
    const answers = await Promise.all(
      asked.map((signer) => attempt(signer, () => commitWith({ ...options, material, sessionId, signer }))),
    );
    for (const answer of answers)
      if (answer.kind === "done") committed.push(answer.result);
      else failed.push(answer.failed);
  }
  return { committed, failed };
}

type ShareRound =
  | { readonly kind: "signed"; readonly signature: Uint8Array }
  | { readonly kind: "failed"; readonly failed: readonly FailedSigner[] };

async function shareRound(
  { message, signal }: CoordinationOptions,
  material: KeyshareMaterial,
  committed: readonly CommittedSigner[],
): Promise<ShareRound> {
  requireNotAborted(signal);
  const commitments: readonly NonceCommitment[] = committed.map(({ commitment }) => commitment);
  const answers = await Promise.all(
    committed.map(({ signer, sign }) => attempt(signer, () => sign(commitments))),
  );
  const failed = answers.flatMap((answer) => (answer.kind === "failed" ? [answer.failed] : []));
  if (failed.length > 0) return { kind: "failed", failed };
  const shares: readonly SignatureShare[] = answers.flatMap((answer) =>
    answer.kind === "done" ? [answer.result] : [],
  );
  try {
    return { kind: "signed", signature: aggregateSignature(material, commitments, message, shares) };
  } catch (thrown) {
    const blamed = committed.filter(
      ({ commitment }) =>
        thrown instanceof SignerError && thrown.participantIds.includes(commitment.participantId),
    );
    if (blamed.length === 0) throw thrown;
    const reason = "it sent a commitment or signature share that doesn't fit its verifying share";
    return { kind: "failed", failed: blamed.map(({ signer }) => ({ signer, reason })) };
  }
}

type Attempt<T> =
  | { readonly kind: "done"; readonly result: T }
  | { readonly kind: "failed"; readonly failed: FailedSigner };

async function attempt<T>(signer: SignerPeer, act: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { kind: "done", result: await act() };
  } catch (thrown) {
    return { kind: "failed", failed: { signer, reason: reasonOf(thrown) } };
  }
}

function requireNotAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new SignerError("ABORTED", "the signature was given up by its caller");
}

function notEnough(
  { signers, signal }: CoordinationOptions,
  { threshold }: KeyshareMaterial,
  failed: readonly FailedSigner[],
): SignerError {
  requireNotAborted(signal);
  const reasons = failed.map(({ signer, reason }) => `${signer.account_id}: ${reason}`).join("\n");
  return new SignerError(
    "NOT_ENOUGH_SIGNERS",
    `expected ${threshold} signers, found ${signers.length - failed.length} of ${signers.length} able; try again when more answer\n${reasons}`.trimEnd(),
    failed.map(({ signer }) => signer.participant_id),
  );
}

const named = (signers: readonly SignerPeer[]): string =>
  signers.map(({ account_id, participant_id }) => `${account_id} (${participant_id})`).join(", ");
