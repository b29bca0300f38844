import type { Tweak } from "../../../../contract/src/protocol/requests/signature-request.ts";
import type { Keyshare } from "../../../keyshare/keyshare.ts";
import { commitToNonces, type NonceCommitment } from "../commit-to-nonces.ts";
import type { KeyshareMaterial } from "../keyshare-material.ts";
import { type SignatureShare, signShare } from "../sign-share.ts";
import { SignerError } from "../signer-error.ts";
import { suiteOf } from "../suites.ts";
import type { AskPeer } from "./ask-peer.ts";
import type { SignerPeer } from "./signer-peer.ts";
import {
  type CommitRequest,
  readCommitReply,
  readShareReply,
  type ShareRequest,
  SIGNING_PATHS,
  toWire,
} from "./signing-messages.ts";

/** A signer that gave its commitment and can be asked for its share, once. */
export interface CommittedSigner {
  readonly signer: SignerPeer;
  readonly commitment: NonceCommitment;
  readonly sign: (commitments: readonly NonceCommitment[]) => Promise<SignatureShare>;
}

/** One signer within one session of the coordinator. */
export interface SigningInvitation {
  readonly signer: SignerPeer;
  readonly sessionId: string;
  readonly keyshare: Keyshare;
  /** The coordinator's own material, read from `keyshare` and derived. */
  readonly material: KeyshareMaterial;
  readonly message: Uint8Array;
  /** `material` is derived with it already. */
  readonly tweak?: Tweak;
  readonly askPeer: AskPeer;
  readonly answerMillis: number;
  readonly signal: AbortSignal;
}

/**
 * Round 1 with one signer, which may be the coordinator itself. Throws TransportError, or
 * SignerError `BAD_MESSAGE` for an answer that isn't this signer's to this session.
 */
export async function commitWith(invitation: SigningInvitation): Promise<CommittedSigner> {
  const { signer, material, message } = invitation;
  if (signer.participant_id !== material.participantId) return commitOverNetwork(invitation);
  const nonce = commitToNonces(material);
  return {
    signer,
    commitment: nonce.commitment,
    sign: async (commitments) => signShare(material, nonce, commitments, message),
  };
}

async function commitOverNetwork(invitation: SigningInvitation): Promise<CommittedSigner> {
  const { signer, sessionId, keyshare, material, message } = invitation;
  const { domain_id, epoch_id, attempt, public_key } = keyshare;
  const tweak = invitation.tweak && Uint8Array.from(invitation.tweak);
  const request: CommitRequest = {
    session_id: sessionId,
    domain_id,
    epoch_id,
    attempt,
    public_key,
    message,
    tweak,
  };
  const reply = readCommitReply(await ask(invitation, SIGNING_PATHS.commit, request), "answer");
  requireAnswerOf(invitation, reply);
  const { isPoint } = suiteOf(material.scheme);
  if (!isPoint(reply.hiding) || !isPoint(reply.binding))
    throw new SignerError("BAD_MESSAGE", "answer: expected two group elements, found bytes that are none");
  const { hiding, binding } = reply;
  return {
    signer,
    commitment: { participantId: signer.participant_id, hiding, binding },
    sign: (commitments) => signOverNetwork(invitation, commitments),
  };
}

async function signOverNetwork(
  invitation: SigningInvitation,
  commitments: readonly NonceCommitment[],
): Promise<SignatureShare> {
  const request: ShareRequest = {
    session_id: invitation.sessionId,
    commitments: commitments.map(({ participantId, hiding, binding }) => ({
      participant_id: participantId,
      hiding,
      binding,
    })),
  };
  const reply = readShareReply(await ask(invitation, SIGNING_PATHS.share, request), "answer");
  requireAnswerOf(invitation, reply);
  return { participantId: reply.participant_id, share: reply.share };
}

const ask = (
  { askPeer, signer, answerMillis, signal }: SigningInvitation,
  path: string,
  request: CommitRequest | ShareRequest,
): Promise<unknown> => askPeer(signer, { path, body: toWire(request), timeoutMillis: answerMillis, signal });

function requireAnswerOf(
  { signer, sessionId }: SigningInvitation,
  reply: { readonly session_id: string; readonly participant_id: number },
): void {
  if (reply.session_id === sessionId && reply.participant_id === signer.participant_id) return;
  throw new SignerError(
    "BAD_MESSAGE",
    `answer: expected one of participant ${signer.participant_id} to this session, found another's`,
    [signer.participant_id],
  );
}
