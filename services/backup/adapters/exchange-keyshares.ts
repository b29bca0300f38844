import type { TlsIdentity } from "../../../sdk/src/crypto/tls-identity.ts";
import { KEYSHARE_LIMITS } from "../../keyshare/keyshare.ts";
import { parseKeysharesDocument } from "../../keyshare/keyshares-document.ts";
import { pinnedRequest } from "../../transport/pinned-request.ts";
import type { ExchangeKeyshares } from "../ports.ts";
import { parseHeldKeysets } from "./held-keysets.ts";

const MAX_HELLO_BYTES = 65_536;
const PATH = "/v1/keyshares";

/** Version 1 of the exchange: mutual TLS 1.3, the node pinned by the key that the contract names. */
export function exchangeOverTls(identity: TlsIdentity): ExchangeKeyshares {
  return {
    async fetch({ url, tls_public_key }, _expected, signal) {
      const body = await pinnedRequest({
        identity,
        url,
        peerKey: tls_public_key,
        method: "GET",
        path: PATH,
        maxResponseBytes: KEYSHARE_LIMITS.documentBytes,
        signal,
      });
      return parseKeysharesDocument(body);
    },
    async heldKeysets({ url, tls_public_key }, signal) {
      const request = { identity, url, peerKey: tls_public_key, method: "GET", path: "/v1/hello" } as const;
      return parseHeldKeysets(await pinnedRequest({ ...request, maxResponseBytes: MAX_HELLO_BYTES, signal }));
    },
    async send({ url, tls_public_key }, document, signal) {
      const request = { identity, url, peerKey: tls_public_key, method: "PUT", path: PATH } as const;
      await pinnedRequest({ ...request, body: document, signal });
    },
  };
}
