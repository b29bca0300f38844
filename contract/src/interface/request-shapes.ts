/**
 * The shapes of signature requests: the JSON of the live MPC contract. Source: near/mpc,
 * `crates/near-mpc-contract-interface` and `crates/near-mpc-crypto-types`.
 */
import type { HexBytes, RequestId, Ticket, Tweak } from "../protocol/requests/signature-request.ts";
import { bytes, choice, integer, object, tagged, text } from "./schema.ts";
import * as shapes from "./shapes.ts";

export const path = text<string>("text");
export const requestId = text<RequestId>("hex16");
export const ticket = integer<Ticket>();

export const hex32 = text<HexBytes>("hex32");
const payload = tagged({ Ecdsa: hex32, Eddsa: text<HexBytes>("eddsa_payload") });

export const signRequest = object({ path, payload_v2: payload, domain_id: shapes.domainId });

export const signatureRequest = object({
  tweak: bytes<Tweak>(32),
  payload,
  domain_id: shapes.domainId,
});

/** Internally tagged by `scheme`, so its fields are optional here; the core knows which belong to which scheme. */
export const signatureResponse = object(
  { scheme: choice(["Secp256k1", "Ed25519"]) },
  {
    big_r: object({ affine_point: text<HexBytes>("hex33") }),
    s: object({ scalar: hex32 }),
    recovery_id: integer(3),
    signature: bytes<readonly number[]>(64),
  },
);
