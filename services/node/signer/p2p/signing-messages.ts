import { hash, hexBytes, integer, list, object, type Reader, text, toHex } from "../read-fields.ts";
import { SIGNER_LIMITS } from "../signer-limits.ts";

/** Where the rounds of signing are served. */
export const SIGNING_PATHS = { commit: "/p2p/v1/sign/commit", share: "/p2p/v1/sign/share" } as const;

/** Coordinator to signer: take part in signing this message with this key. */
export interface CommitRequest {
  /** 32 random bytes, new for every attempt; sessions of different coordinators don't meet. */
  readonly session_id: string;
  readonly domain_id: number;
  readonly epoch_id: number;
  readonly attempt: number;
  readonly public_key: string;
  readonly message: Uint8Array;
  /** 32 bytes: sign under the key that they derive from the domain's; left out for the domain's key itself. */
  readonly tweak: Uint8Array | undefined;
}

/** One signer's two nonce commitments (compressed points). */
export interface CommitmentMessage {
  readonly participant_id: number;
  readonly hiding: Uint8Array;
  readonly binding: Uint8Array;
}

/** Signer to coordinator: the commitments of this session. */
export interface CommitReply extends CommitmentMessage {
  readonly session_id: string;
}

/** Coordinator to signer: sign under these commitments. */
export interface ShareRequest {
  readonly session_id: string;
  readonly commitments: readonly CommitmentMessage[];
}

/** Signer to coordinator: the signature share. */
export interface ShareReply {
  readonly session_id: string;
  readonly participant_id: number;
  readonly share: Uint8Array;
}

const { participants, messageBytes, keyCharacters, pointBytes, scalarBytes } = SIGNER_LIMITS;
const id = integer(0, SIGNER_LIMITS.participantId);
const point = hexBytes(32, pointBytes);
const commitment = { participant_id: id, hiding: point, binding: point };

/** Checks a coordinator's first message. Throws SignerError `BAD_MESSAGE`, as all readers here do. */
export const readCommitRequest: Reader<CommitRequest> = object({
  session_id: hash,
  domain_id: id,
  epoch_id: id,
  attempt: id,
  public_key: text(keyCharacters, /^[a-z0-9]+:[1-9A-HJ-NP-Za-km-z]+$/),
  message: hexBytes(0, messageBytes),
  tweak: (value, where) => (value === undefined ? undefined : hexBytes(32, 32)(value, where)),
});

/** Checks a signer's first answer; sizes are capped for both suites, exact ones are the protocol's business. */
export const readCommitReply: Reader<CommitReply> = object({ session_id: hash, ...commitment });

/** Checks a coordinator's second message. */
export const readShareRequest: Reader<ShareRequest> = object({
  session_id: hash,
  commitments: list(2, participants, object<CommitmentMessage>(commitment)),
});

/** Checks a signer's second answer. */
export const readShareReply: Reader<ShareReply> = object({
  session_id: hash,
  participant_id: id,
  share: hexBytes(scalarBytes, scalarBytes),
});

/** Any of the signer's messages as JSON: bytes become lower-case hex, the rest stays. */
export function toWire(message: unknown): unknown {
  if (message instanceof Uint8Array) return toHex(message);
  if (Array.isArray(message)) return message.map(toWire);
  if (typeof message !== "object" || message === null) return message;
  return Object.fromEntries(Object.entries(message).map(([name, value]) => [name, toWire(value)]));
}
