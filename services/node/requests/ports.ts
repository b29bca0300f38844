import type {
  PendingRequest,
  SignatureRequest,
  SignatureResponse,
} from "../../../contract/src/protocol/requests/signature-request.ts";

/** A signature request that the contract shows as waiting. */
export type WaitingRequest = Pick<PendingRequest, "request" | "requested_in"> & {
  readonly request_id: string;
};

/** What waits, at one block that the reader vouches for. */
export interface RequestsView {
  readonly height: number;
  /** Oldest first, at most `MAX_REQUESTS_READ`. */
  readonly waiting: readonly WaitingRequest[];
}

/** Reads what waits from proven state. Throws what the reader throws. */
export type ReadRequests = (signal: AbortSignal) => Promise<RequestsView>;

/** Has the participants sign a request; resolves with an answer that verifies. Throws SignerError. */
export type MakeAnswer = (request: SignatureRequest, signal: AbortSignal) => Promise<SignatureResponse>;

/** Brings the answer to the contract; throws its refusal. */
export type Respond = (
  request: SignatureRequest,
  response: SignatureResponse,
  signal: AbortSignal,
) => Promise<void>;

/** So many of the oldest requests are looked at: the contract keeps more, and shows them once these are done. */
export const MAX_REQUESTS_READ = 32;
