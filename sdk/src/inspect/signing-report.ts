import type { BlockHeight, DomainId } from "../../../contract/src/protocol/brand.ts";
import { attempt } from "../../../contract/src/protocol/errors.ts";
import { MAX_DUPLICATE_REQUESTS, MAX_PENDING_REQUESTS } from "../../../contract/src/protocol/limits.ts";
import {
  type HexBytes,
  type PayloadKind,
  payloadParts,
  type RequestId,
} from "../../../contract/src/protocol/requests/signature-request.ts";
import {
  requireSigningDomain,
  requireSigningState,
} from "../../../contract/src/protocol/requests/signing-domain.ts";
import { currentKeyset } from "../../../contract/src/protocol/rules/members.ts";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { ContractError } from "../errors/contract-error.ts";
import type { Asker, Askers, PendingRequests } from "./find-askers.ts";

/** One signature that callers wait for. */
export interface WaitingSignature {
  readonly requestId: RequestId;
  readonly domainId: DomainId;
  readonly payloadKind: PayloadKind;
  readonly payload: HexBytes;
  /** Null where no endpoint's events name an asker that the contract's hash confirms. */
  readonly asker: Asker | null;
  /** Calls of this one asker that wait for the same answer, at most 32. */
  readonly callers: number;
  readonly requestedIn: BlockHeight;
  readonly waitedBlocks: number;
  /** When the first of them fails if nobody answers; null once only later ones wait, of which no view says when. */
  readonly timesOutOn: BlockHeight | null;
  readonly blocksLeft: number | null;
}

/** Why a new request is refused: the contract's code, and what it means with its values. */
export interface RequestRefusal {
  readonly code: string;
  readonly meaning: string;
  readonly details: readonly string[];
}

/** Whether the network takes requests for a domain. */
export interface SigningDomainReport {
  readonly domainId: DomainId;
  readonly waiting: number;
  /** Null where it takes them. */
  readonly refusal: RequestRefusal | null;
}

/** What the network signs now, and what waits. */
export interface SigningReport {
  readonly domains: readonly SigningDomainReport[];
  /** Oldest first. */
  readonly waiting: readonly WaitingSignature[];
  /** So many different ones wait at most. */
  readonly limit: number;
}

/** Source: nearcore, `yield_timeout_length_in_blocks`. */
const YIELD_TIMEOUT_BLOCKS = 200;

/** The report from what was read at one block. Pure. */
export function signingReport(
  state: ProtocolState,
  pending: PendingRequests,
  askers: Askers,
  height: number,
): SigningReport {
  const waiting = pending.map((each) => waitingSignature(each, askers, height));
  const keys = state.kind === "NotInitialized" ? [] : currentKeyset(state).domains;
  const isFull = pending.length >= MAX_PENDING_REQUESTS;
  return {
    domains: keys.map(({ domain_id: domainId }) => ({
      domainId,
      waiting: waiting.filter((each) => each.domainId === domainId).length,
      refusal: refusalOf(state, domainId) ?? (isFull ? queueIsFull(pending.length) : null),
    })),
    waiting,
    limit: MAX_PENDING_REQUESTS,
  };
}

/** As many calls wait for this answer as may: one more is refused. */
export function isCrowded({ callers }: WaitingSignature): boolean {
  return callers >= MAX_DUPLICATE_REQUESTS;
}

function waitingSignature(
  { request, request_id, requested_in, tickets }: PendingRequests[number],
  askers: Askers,
  height: number,
): WaitingSignature {
  const [payloadKind, payload] = payloadParts(request.payload);
  const timesOutOn = (requested_in + YIELD_TIMEOUT_BLOCKS) as BlockHeight;
  const isPast = height > timesOutOn;
  return {
    requestId: request_id,
    domainId: request.domain_id,
    payloadKind,
    payload,
    asker: askers.get(request_id) ?? null,
    callers: tickets.length,
    requestedIn: requested_in,
    waitedBlocks: Math.max(0, height - requested_in),
    timesOutOn: isPast ? null : timesOutOn,
    blocksLeft: isPast ? null : timesOutOn - height,
  };
}

/** By the rule that the contract itself follows in this state. */
function refusalOf(state: ProtocolState, domainId: DomainId): RequestRefusal | null {
  const result = attempt(() => requireSigningDomain(requireSigningState(state), domainId));
  return result.ok ? null : explained(result.error.name, result.error.info);
}

function queueIsFull(pending: number): RequestRefusal {
  return explained("TOO_MANY_REQUESTS", { pending, limit: MAX_PENDING_REQUESTS });
}

function explained(code: string, info: Readonly<Record<string, unknown>>): RequestRefusal {
  const { metaMessages, shortMessage } = new ContractError({ code, info });
  return { code, meaning: shortMessage, details: metaMessages };
}
