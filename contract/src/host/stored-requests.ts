/// <reference path="../../engine/env.d.ts" />
/**
 * Signature requests: under `S` the queue, each request under `s:<id>` with the yields of those who wait, which only
 * the host knows.
 */
import type { BlockHeight, DomainId } from "../protocol/brand.ts";
import { refuse } from "../protocol/errors.ts";
import {
  EMPTY_QUEUE,
  type HexBytes,
  type PayloadKind,
  type PendingRequest,
  payloadParts,
  type RequestChange,
  type RequestId,
  type RequestQueue,
  type Ticket,
  type Tweak,
} from "../protocol/requests/signature-request.ts";
import { QUEUE_KEY, REQUEST_PREFIX, readText, writeOrRemove } from "./storage-layout.ts";

/** A queue as stored: the next ticket, then the ids. */
type StoredQueue = readonly [Ticket, ...RequestId[]];
type StoredRequest = readonly [
  domainId: DomainId,
  tweak: Tweak,
  kind: PayloadKind,
  payload: HexBytes,
  requestedIn: BlockHeight,
  tickets: readonly Ticket[],
  yields: readonly HexBytes[],
];

export function readQueue(): RequestQueue {
  const text = readText(QUEUE_KEY);
  if (text === null) return EMPTY_QUEUE;
  const [next_ticket, ...ids] = JSON.parse(text) as StoredQueue;
  return { next_ticket, ids };
}

export function readRequest(id: RequestId): PendingRequest | undefined {
  const stored = readStored(id);
  if (stored === null) return undefined;
  const [domain_id, tweak, kind, bytes, requested_in, tickets] = stored;
  const payload = kind === "Ecdsa" ? { Ecdsa: bytes } : { Eddsa: bytes };
  return { request: { tweak, payload, domain_id }, requested_in, tickets };
}

/** The view `get_pending_request`. */
export function pendingYield(id: RequestId): unknown {
  const data_id = readStored(id)?.[6][0];
  return data_id === undefined ? null : { data_id: Array.from(env.hex_decode(data_id) ?? []) };
}

/** The yields of these tickets. */
export function yieldsOf(id: RequestId, tickets: readonly Ticket[]): readonly Uint8Array[] {
  const stored = readStored(id);
  return tickets.map((ticket) => env.hex_decode(stored?.[6][stored[5].indexOf(ticket)] ?? "") ?? missing(id));
}

/** Stores the change; `made` is the yield of the ticket that it adds, if it adds one. */
export function saveRequests({ queue, id, request }: RequestChange, made: HexBytes | null): void {
  const isNew = made !== null && request?.tickets.length === 1;
  const stored = isNew ? null : readStored(id);
  writeOrRemove(REQUEST_PREFIX + id, request && encode(id, request, stored, made));
  env.storage_write(QUEUE_KEY, JSON.stringify([queue.next_ticket, ...queue.ids]));
}

/** Refuses what this code can't read; see `check-stored.ts`. */
export function checkRequests(): void {
  for (const id of readQueue().ids) {
    const stored = readStored(id) ?? missing(id);
    if (stored[5].length === 0 || stored[5].length !== stored[6].length) missing(id);
  }
}

function encode(
  id: RequestId,
  { request, requested_in, tickets }: PendingRequest,
  stored: StoredRequest | null,
  made: HexBytes | null,
): string {
  const yields = tickets.map((ticket) => stored?.[6][stored[5].indexOf(ticket)] ?? made ?? missing(id));
  const { domain_id, tweak, payload } = request;
  return JSON.stringify([domain_id, tweak, ...payloadParts(payload), requested_in, tickets, yields]);
}

function readStored(id: RequestId): StoredRequest | null {
  const text = readText(REQUEST_PREFIX + id);
  return text === null ? null : (JSON.parse(text) as StoredRequest);
}

function missing(id: RequestId): never {
  return refuse("UNREADABLE_STATE", { part: REQUEST_PREFIX + id });
}
