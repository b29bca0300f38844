import type { TLSSocket } from "node:tls";
import type { TlsPublicKey } from "../../contract/src/protocol/brand.ts";
import { formatPublicKey, tlsPublicKey } from "../../sdk/src/crypto/keys.ts";

/** The key that the other side of a finished TLS handshake proved to hold, or why there is none. */
export type PeerKey =
  | { readonly kind: "proved"; readonly key: TlsPublicKey }
  | { readonly kind: "none"; readonly reason: string };

/**
 * Reads the raw ed25519 key out of the peer's certificate.
 *
 * In a full TLS 1.3 handshake the peer signed the transcript with it. A resumed session proves nothing of the
 * kind, so it counts as no key.
 */
export function peerKeyOf(socket: TLSSocket): PeerKey {
  if (socket.isSessionReused()) return { kind: "none", reason: "the session was resumed" };
  if (socket.getProtocol() !== "TLSv1.3") return { kind: "none", reason: "the protocol isn't TLS 1.3" };
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { kind: "none", reason: "no certificate was shown" };
  try {
    const { publicKey } = certificate;
    if (publicKey.asymmetricKeyType !== "ed25519") {
      return { kind: "none", reason: `the certificate's key is ${publicKey.asymmetricKeyType}, not ed25519` };
    }
    const spki = publicKey.export({ type: "spki", format: "der" });
    return { kind: "proved", key: tlsPublicKey(formatPublicKey("ed25519", spki.subarray(-ED25519_BYTES))) };
  } catch {
    return { kind: "none", reason: "the certificate's key can't be read" };
  }
}

const ED25519_BYTES = 32;
