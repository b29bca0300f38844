/// <reference path="../../engine/env.d.ts" />
/** What the core is given for signature requests in the wasm. */
import { REQUEST_ID_CHARACTERS, requestText, tweakText } from "../interface/request-texts.ts";
import type { DomainPublicKey } from "../protocol/brand.ts";
import type { Ports } from "../protocol/context.ts";
import { refuse } from "../protocol/errors.ts";
import type {
  HexBytes,
  RequestId,
  SignatureResponse,
  Tweak,
} from "../protocol/requests/signature-request.ts";
import { base58DecodeInHost } from "./host-functions.ts";

type RequestPorts = Pick<Ports, "tweak" | "requestId" | "derivedKey" | "verifySignature">;

export const REQUEST_PORTS: RequestPorts = {
  tweak: (predecessor, path) =>
    Array.from(env.sha3_256(tweakText(predecessor, path))) as readonly number[] as Tweak,
  requestId: (request) =>
    env.hex_encode(env.sha256(requestText(request))).slice(0, REQUEST_ID_CHARACTERS) as RequestId,
  derivedKey: (key, tweak) => {
    const colon = key.indexOf(":") + 1;
    const bytes = env.derive_public_key(bytesOf(key.slice(colon)), env.bytes_of(tweak));
    return bytes && ((key.slice(0, colon) + env.base58_encode(bytes)) as DomainPublicKey);
  },
  verifySignature: (key, payload, response) => {
    const publicKey = bytesOf(key.slice(key.indexOf(":") + 1));
    if (response.signature !== null) {
      return env.ed25519_verify(env.bytes_of(response.signature), hex(payload), publicKey);
    }
    const recovered = recover(payload, response);
    return recovered !== null && env.hex_encode(recovered) === env.hex_encode(publicKey);
  },
};

/** Refuses the upper half of `s`, as the live contract does: nobody can make another signature out of one. */
function recover(payload: HexBytes, { big_r, s, recovery_id }: SignatureResponse): Uint8Array | null {
  if (big_r === null || s === null || recovery_id === null) return null;
  const x = big_r.affine_point.slice(2);
  return env.ecrecover(hex(payload), hex(x + s.scalar), recovery_id, 1);
}

function bytesOf(base58: string): Uint8Array {
  return base58DecodeInHost(base58) ?? unreadable(base58);
}

/** Arguments were checked, so this is about what is stored. */
function hex(text: string): Uint8Array {
  return env.hex_decode(text) ?? unreadable(text);
}

function unreadable(part: string): never {
  return refuse("UNREADABLE_STATE", { part });
}
