import { backOffMillis, type Clock } from "../../operations/clock.ts";
import type { Log } from "../../operations/log.ts";
import { codeOf, isContractRefusal, oneLine } from "../../operations/program-error.ts";
import { LEADER_MILLIS, leadersOf, SLOW_MILLIS, takesLeadAfterMillis } from "./choose-leader.ts";
import type { MakeAnswer, Respond, WaitingRequest } from "./ports.ts";
import type { RequestsSource } from "./read-requests.ts";

/** What answering needs from the node. */
export interface AnsweringOptions {
  readonly account_id: string;
  readonly requests: RequestsSource;
  /** Accounts that may sign now, this one among them; empty when this node isn't signing. */
  readonly signers: () => Promise<readonly string[]>;
  readonly makeAnswer: MakeAnswer;
  readonly respond: Respond;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly poll_interval_millis: number;
}

/** Requests that one node answers at the same time. */
const MAX_AT_ONCE = 8;

/** What this node remembers of a request that waits. */
interface Seen {
  readonly since: number;
  failures: number;
  notBefore: number;
  isRunning: boolean;
}

interface Answering extends AnsweringOptions {
  readonly seen: Map<string, Seen>;
  readonly slow: Map<string, number>;
  readonly running: Set<Promise<void>>;
}

/**
 * Watches what waits and answers what this node leads, until `signal` is aborted. Whatever fails is logged and tried
 * again; other nodes take over what this one doesn't get done.
 */
export async function answerRequests(options: AnsweringOptions, signal: AbortSignal): Promise<void> {
  const { clock, log, random, poll_interval_millis: pause } = options;
  const answering: Answering = { ...options, seen: new Map(), slow: new Map(), running: new Set() };
  let failures = 0;
  while (!signal.aborted) {
    try {
      await lookOnce(answering, signal);
      failures = 0;
    } catch (error) {
      if (!signal.aborted && failures === 0) log.warn("requests.unread", failureOf(error));
      failures += 1;
    }
    await clock.sleep(failures === 0 ? pause : backOffMillis(failures, pause, random()), signal);
  }
  await Promise.allSettled(answering.running);
}

/** One look at what waits; starts what this node is to answer now. */
async function lookOnce(answering: Answering, signal: AbortSignal): Promise<void> {
  const { requests, signers, seen, clock } = answering;
  const { waiting } = await requests.refresh();
  forgetAnswered(seen, waiting);
  if (waiting.length === 0) return;
  const accounts = await signers();
  for (const request of waiting) {
    const now = clock.now();
    const known = seen.get(request.request_id) ?? { since: now, failures: 0, notBefore: 0, isRunning: false };
    seen.set(request.request_id, known);
    const isDue = !known.isRunning && now >= known.notBefore && answering.running.size < MAX_AT_ONCE;
    if (isDue && leads(answering, request, known, accounts, now)) start(answering, request, known, signal);
  }
}

function forgetAnswered(seen: Map<string, Seen>, waiting: readonly WaitingRequest[]): void {
  const ids = new Set(waiting.map(({ request_id }) => request_id));
  for (const [id, { isRunning }] of seen) if (!ids.has(id) && !isRunning) seen.delete(id);
}

function leads(
  { account_id, slow }: Answering,
  { request_id }: WaitingRequest,
  { since }: Seen,
  accounts: readonly string[],
  now: number,
): boolean {
  const leaders = leadersOf(request_id, accounts, slow, now);
  const after = takesLeadAfterMillis(leaders, account_id);
  if (after === undefined || now - since < after) return false;
  for (const late of leaders.slice(0, leaders.indexOf(account_id))) slow.set(late, now + SLOW_MILLIS);
  return true;
}

function start(answering: Answering, waiting: WaitingRequest, known: Seen, signal: AbortSignal): void {
  known.isRunning = true;
  const running = answer(answering, waiting, known, signal).finally(() => {
    known.isRunning = false;
    answering.running.delete(running);
  });
  answering.running.add(running);
}

async function answer(
  { makeAnswer, respond, clock, log, random, poll_interval_millis }: Answering,
  { request_id, request }: WaitingRequest,
  known: Seen,
  signal: AbortSignal,
): Promise<void> {
  const fields = { request_id, domain_id: request.domain_id };
  try {
    await respond(request, await makeAnswer(request, signal), signal);
    // What was read a moment ago may show it still.
    known.notBefore = clock.now() + LEADER_MILLIS;
    log.info("request.answered", { ...fields, after_millis: clock.now() - known.since });
  } catch (error) {
    if (signal.aborted) return;
    known.failures += 1;
    known.notBefore = clock.now() + backOffMillis(known.failures, poll_interval_millis, random());
    // Another node was quicker, or it is too late.
    if (isContractRefusal(error) && error.code === "UNKNOWN_REQUEST") return;
    log.warn("request.failed", { ...fields, ...failureOf(error) });
  }
}

function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  return { code: codeOf(error) ?? "UNEXPECTED_ERROR", message: oneLine(error) };
}
