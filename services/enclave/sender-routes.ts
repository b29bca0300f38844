import { BaseError, isRetryable } from "../../sdk/src/errors/base-error.ts";
import { HandoverError } from "../../sdk/src/handover/handover-error.ts";
import type { Log } from "../operations/log.ts";
import { oneLine } from "../operations/program-error.ts";
import { type Route, type RouteReply, refusal } from "../transport/routes.ts";
import type { RolloutEntry } from "./accept-upgrade.ts";
import type { Sender } from "./hand-over.ts";
import type { Judgement } from "./judge-request.ts";
import type { HandoverAnswer } from "./ports.ts";
import { type HandoverRequest, parseHandoverRequest } from "./request.ts";
import { rolloutForSuccessor } from "./rollout-journal.ts";

/** Whoever asks, by the key that it proved in the TLS handshake. */
export interface Asker {
  readonly tlsKey: string;
}

/** What a successor learns before it asks its committee. */
export interface ChallengeAnswer {
  readonly handover: string;
  /** Of the program that has the seed; `from` in the statement. */
  readonly measurement: string;
}

export interface SenderRoutesOptions {
  /** The sender, or null while this program has no seed of its own to give. */
  readonly sender: () => Sender | null;
  readonly judge: (request: HandoverRequest) => Promise<Judgement>;
  readonly rollout: () => readonly RolloutEntry[];
  readonly measurement: string;
  /** Seconds since some fixed moment. */
  readonly elapsedSeconds: () => number;
  readonly log: Log;
}

/** What a program that has the seed answers to one that wants it, over mutual TLS. */
export function createSenderRoutes(options: SenderRoutesOptions): readonly Route<Asker>[] {
  const { sender, measurement, log } = options;
  const judge = patientWithBreakGlass(options);
  let isBusy = false;
  const answer = async (run: (from: Sender) => Promise<object>): Promise<RouteReply> => {
    const from = sender();
    if (from === null) return refusal(409, "NOT_THE_OWNER", "This program has no seed to hand over.");
    // A decision costs a call on chain: one at a time.
    if (isBusy) return refusal(503, "BUSY", "Another request is being judged; ask again.");
    isBusy = true;
    try {
      return { kind: "ok", body: await run(from) };
    } catch (error) {
      if (!(error instanceof BaseError)) throw error;
      log.warn("handover.refused", { code: error.code, message: oneLine(error) });
      return refusal(statusOf(error), error.code, error.shortMessage);
    } finally {
      isBusy = false;
    }
  };
  return [
    {
      method: "POST",
      path: CHALLENGE_PATH,
      handle: () =>
        answer(async (from) => ({ handover: await from.challenge(), measurement }) satisfies ChallengeAnswer),
    },
    {
      method: "POST",
      path: HANDOVER_PATH,
      handle: (asker, body) => answer((from) => handOver({ ...options, judge }, from, asker, body)),
    },
  ];
}

export const CHALLENGE_PATH = "/v1/challenge";
export const HANDOVER_PATH = "/v1/handover";

async function handOver(
  { judge, rollout, log }: SenderRoutesOptions,
  from: Sender,
  { tlsKey }: Asker,
  body: unknown,
): Promise<HandoverAnswer> {
  const request = parseHandoverRequest(body);
  // Else anybody who saw a request could keep the program busy with it.
  if (request.recipient.tls_public_key !== tlsKey)
    throw new HandoverError("HANDOVER_SPENT", "the one who asks isn't the recipient");
  const { program, now } = await judge(request);
  const envelope = await from.handOver(program, request.terms, now);
  log.warn("handover.sent", { by: program.by, to: program.tlsPublicKey, account: program.account });
  return { envelope, rollout: rolloutForSuccessor(rollout()) };
}

/** Who waits for break-glass asks again and again, and each look costs a call on chain: one a minute is enough. */
function patientWithBreakGlass({ judge, elapsedSeconds }: SenderRoutesOptions): SenderRoutesOptions["judge"] {
  let early: { readonly error: BaseError; readonly until: number } | undefined;
  return async (request) => {
    if (request.break_glass === null) return judge(request);
    if (early !== undefined && elapsedSeconds() < early.until) throw early.error;
    try {
      return await judge(request);
    } catch (error) {
      if (error instanceof BaseError && error.code === "BREAK_GLASS_TOO_EARLY")
        early = { error, until: elapsedSeconds() + EARLY_SECONDS };
      throw error;
    }
  };
}

const EARLY_SECONDS = 60;

function statusOf(error: BaseError): 400 | 403 | 503 {
  if (isRetryable(error)) return 503;
  return error.code === "BAD_FORMAT" || error.code === "BAD_KEY" ? 400 : 403;
}
