import type { DomainId } from "../../../contract/src/protocol/brand.ts";
import type { HexBytes, Payload, Tweak } from "../../../contract/src/protocol/requests/signature-request.ts";
import { requestIdOf } from "../../../sdk/src/crypto/derived-keys.ts";
import type { RequestsSource } from "./read-requests.ts";

/** What a coordinator wants this node to put its share under. */
export interface ProposedSignature {
  readonly domain_id: number;
  /** Bytes of an Eddsa payload, or the 32 bytes of an Ecdsa one. */
  readonly payload: Payload;
  readonly tweak: Tweak;
}

/** How old a view may be in which the request waits; an older one that lacks it is read anew. */
const MAX_AGE_MILLIS = 500;

/**
 * Whether the contract, read by this node itself, shows this very request as waiting: the contract's word is the
 * authorisation, a coordinator's alone never is. Throws what the reader throws.
 */
export async function isRequestedOnChain(
  { domain_id, payload, tweak }: ProposedSignature,
  requests: RequestsSource,
): Promise<boolean> {
  const id = requestIdOf({ domain_id: domain_id as DomainId, payload, tweak });
  const isThere = ({ waiting }: { readonly waiting: readonly { readonly request_id: string }[] }) =>
    waiting.some(({ request_id }) => request_id === id);
  if (isThere(await requests.recent(MAX_AGE_MILLIS))) return true;
  return isThere(await requests.refresh());
}

/** A message as the payload of an Ed25519 domain. */
export function eddsaPayload(message: Uint8Array): Payload {
  return { Eddsa: Buffer.from(message).toString("hex") as HexBytes };
}
