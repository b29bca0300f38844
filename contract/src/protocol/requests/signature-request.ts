/**
 * What is asked of the network, what it answers, and what waits for an answer, as in the JSON of the live MPC contract
 * (near/mpc, `near-mpc-contract-interface`): some bytes are lower-case hex there, others lists of numbers.
 */
import type { BlockHeight, Brand, DomainId } from "../brand.ts";

/** 32 bytes that tell one derived key of a domain from another; they follow from predecessor and path. */
export type Tweak = Brand<readonly number[], "Tweak">;
/** 16 bytes that name a request: equal requests have equal ids. */
export type RequestId = Brand<string, "RequestId">;
export type HexBytes = Brand<string, "HexBytes">;
/** Numbers one `sign` call; never used again. */
export type Ticket = Brand<number, "Ticket">;

/** 32 bytes that are signed as they are, or a message of 32 to 1,232 bytes. */
export type Payload = { readonly Ecdsa: HexBytes } | { readonly Eddsa: HexBytes };
export type PayloadKind = "Ecdsa" | "Eddsa";

/** What a caller of `sign` asks. */
export interface SignRequestArgs {
  readonly path: string;
  readonly payload_v2: Payload;
  readonly domain_id: DomainId;
}

/** The same with the caller's tweak in place of the path: what waits, and what an answer names. */
export interface SignatureRequest {
  readonly tweak: Tweak;
  readonly payload: Payload;
  readonly domain_id: DomainId;
}

export type SignatureScheme = "Secp256k1" | "Ed25519";

/** `big_r`, `s` and `recovery_id` belong to Secp256k1, `signature` to Ed25519; the others are null. */
export interface SignatureResponse {
  readonly scheme: SignatureScheme;
  /** Compressed point, 33 bytes. */
  readonly big_r: { readonly affine_point: HexBytes } | null;
  readonly s: { readonly scalar: HexBytes } | null;
  readonly recovery_id: number | null;
  /** 64 bytes. */
  readonly signature: readonly number[] | null;
}

/** One request with everybody who waits for its answer, in the order in which they came. */
export interface PendingRequest {
  readonly request: SignatureRequest;
  /** When it was first asked. */
  readonly requested_in: BlockHeight;
  readonly tickets: readonly Ticket[];
}

/** All that wait, oldest first. */
export interface RequestQueue {
  readonly next_ticket: Ticket;
  readonly ids: readonly RequestId[];
}

export const EMPTY_QUEUE: RequestQueue = { next_ticket: 0 as Ticket, ids: [] };

/** What an answer does besides changing what is stored. */
export type RequestEffect =
  /** The call answers once its ticket is resumed or has waited too long. */
  | { readonly kind: "wait"; readonly request_id: RequestId; readonly ticket: Ticket }
  /** These tickets get the answer. */
  | {
      readonly kind: "answer";
      readonly request_id: RequestId;
      readonly tickets: readonly Ticket[];
      readonly response: SignatureResponse;
    }
  /** The call that waited fails; what it changes stays, so the failure is a call of its own. */
  | { readonly kind: "fail" };

/** What to store: the queue, and the one request that changed; null removes it. */
export interface RequestChange {
  readonly queue: RequestQueue;
  readonly id: RequestId;
  readonly request: PendingRequest | null;
  readonly effect: RequestEffect;
}

/** The kind and the bytes of a payload. */
export function payloadParts(payload: Payload): readonly [PayloadKind, HexBytes] {
  return "Ecdsa" in payload ? ["Ecdsa", payload.Ecdsa] : ["Eddsa", payload.Eddsa];
}
