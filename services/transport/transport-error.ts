import { BaseError } from "../../sdk/src/errors/base-error.ts";

/**
 * Why an exchange with a peer failed.
 *
 * - `BAD_PEER_URL` the URL isn't `https://host[:port]` (in version 2 also `http://`)
 * - `PEER_UNREACHABLE` no connection: name, route, refused
 * - `TLS_HANDSHAKE_FAILED` the peer doesn't speak TLS 1.3 with ed25519 certificates
 * - `WRONG_PEER_KEY` the peer proved another key than the pinned one, or none; nothing was sent to it
 * - `PEER_CLOSED` the peer hung up before its answer was complete, as it does with a key that it doesn't accept
 * - `PEER_TIMEOUT` one of the time-outs passed
 * - `PEER_ANSWER_INVALID` the answer isn't HTTP with a JSON body
 * - `PEER_ANSWER_TOO_LARGE` the answer's headers or body exceed their cap
 * - `PEER_REFUSED` the peer answered with a refusal (see PeerRefusedError)
 * - `REQUEST_ABORTED` the caller's signal ended it
 *
 * In version 2 also:
 * - `OWN_KEY_NOT_SHOWN`, `PEER_KEY_NOT_SHOWN` the endpoints don't show a key for this exchange (yet)
 * - `SESSION_USED` the contract shows a key that was used before
 */
export type TransportCode =
  | "BAD_PEER_URL"
  | "PEER_UNREACHABLE"
  | "TLS_HANDSHAKE_FAILED"
  | "WRONG_PEER_KEY"
  | "PEER_CLOSED"
  | "PEER_TIMEOUT"
  | "PEER_ANSWER_INVALID"
  | "PEER_ANSWER_TOO_LARGE"
  | "PEER_REFUSED"
  | "REQUEST_ABORTED"
  | "OWN_KEY_NOT_SHOWN"
  | "PEER_KEY_NOT_SHOWN"
  | "SESSION_USED";

/** A failed exchange with a peer. `retryable` says whether repeating it unchanged may help. */
export class TransportError extends BaseError {
  declare readonly code: TransportCode;

  constructor(code: TransportCode, shortMessage: string, detail: TransportErrorDetail) {
    super({
      code,
      shortMessage,
      metaMessages: detail.hints ?? [],
      cause: detail.cause,
      retryable: detail.retryable,
    });
  }
}

/** What goes with the code and the sentence of a TransportError. */
export interface TransportErrorDetail {
  readonly retryable: boolean;
  readonly hints?: readonly string[];
  readonly cause?: unknown;
}

/** `PEER_REFUSED`: the peer answered, with its HTTP status and, when it sent one, its own error code. */
export class PeerRefusedError extends TransportError {
  readonly status: number;
  readonly peerCode: string | undefined;

  constructor(status: number, peerCode: string | undefined, peerMessage: string) {
    super("PEER_REFUSED", `The peer refused with status ${status}: ${peerMessage}`, {
      retryable: RETRYABLE_STATUSES.has(status),
    });
    this.status = status;
    this.peerCode = peerCode;
  }
}

const RETRYABLE_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504]);

/** The error for a refusal, from its status and JSON body. */
export function refusedError(status: number, body: unknown): PeerRefusedError {
  const error = (body as { error?: { code?: unknown; message?: unknown } } | null | undefined)?.error;
  const code =
    typeof error?.code === "string" && /^[A-Z0-9_]{1,64}$/.test(error.code) ? error.code : undefined;
  const message = typeof error?.message === "string" ? error.message : "no reason given";
  return new PeerRefusedError(status, code, JSON.stringify(message.slice(0, MAX_PEER_TEXT)));
}

// The peer chose these texts: they are shortened and quoted, so that they can't forge lines of a log.
const MAX_PEER_TEXT = 200;
