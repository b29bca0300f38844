import type { TlsIdentity } from "../../../../sdk/src/crypto/tls-identity.ts";
import { pinnedRequest } from "../../../transport/pinned-request.ts";
import type { SignerPeer } from "./signer-peer.ts";

/** Sends one message to a peer and gives its answer as unchecked JSON. Throws TransportError. */
export type AskPeer = (peer: SignerPeer, question: PeerQuestion) => Promise<unknown>;

/** One message and how long its answer may take. */
export interface PeerQuestion {
  readonly path: string;
  /** JSON-serialisable. */
  readonly body: unknown;
  /** Longest wait for the answer. */
  readonly timeoutMillis: number;
  readonly signal: AbortSignal;
}

/** Asks over TLS 1.3, the peer pinned by the key that the contract lists for it. */
export const askPeerOverTls =
  (identity: TlsIdentity): AskPeer =>
  (peer, { path, body, timeoutMillis, signal }) =>
    pinnedRequest({
      identity,
      url: peer.url,
      peerKey: peer.tls_public_key,
      method: "POST",
      path,
      body,
      timeouts: { connectMillis: timeoutMillis, idleMillis: timeoutMillis, totalMillis: timeoutMillis },
      maxResponseBytes: MAX_ANSWER_BYTES,
      signal,
    });

// Every answer of the signer's routes is a few short fields.
const MAX_ANSWER_BYTES = 65_536;
