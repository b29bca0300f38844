import { setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { isRetryable } from "../../../../sdk/src/errors/base-error.ts";
import { reasonOf, SignerError } from "../signer-error.ts";
import type { AskPeer } from "./ask-peer.ts";
import type { Ceremony } from "./ceremony.ts";
import { type KeyGenerationRound, type RoundMessages, roundPath } from "./key-generation-messages.ts";
import type { MessageInbox } from "./message-inbox.ts";
import type { SignerPeer } from "./signer-peer.ts";
import { toWire } from "./signing-messages.ts";

/** One participant's lines to the others during a key generation. */
export interface CeremonyLine {
  readonly ceremony: Ceremony;
  readonly inbox: MessageInbox;
  readonly askPeer: AskPeer;
  /** Aborted, with a SignerError as its reason, when the ceremony can't succeed any more. */
  readonly stop: AbortSignal;
}

/**
 * Sends this participant's message to every other and waits for theirs; repeats what doesn't get
 * through, since peers may start late.
 * Throws SignerError `TIMED_OUT` naming whom it waited for, `PEER_REFUSED`, or the reason of `stop`.
 * @param limitMillis longest time that the round may take
 */
export async function exchangeRound<Round extends KeyGenerationRound>(
  line: CeremonyLine,
  round: Round,
  messageFor: (peer: SignerPeer) => RoundMessages[Round],
  limitMillis: number,
): Promise<ReadonlyMap<number, RoundMessages[Round]>> {
  const { others } = line.ceremony;
  const undelivered = new Map<number, string>();
  const failed = new AbortController();
  const limit = AbortSignal.timeout(limitMillis);
  const signal = AbortSignal.any([line.stop, failed.signal, limit]);
  // One listener per peer is right here; Node takes more than ten for a leak.
  setMaxListeners(0, signal);
  const ids = others.map(({ participant_id }) => participant_id);
  const deliveries = others.map(async (peer) => {
    undelivered.set(peer.participant_id, "no answer yet");
    const reason = (thrown: unknown) => undelivered.set(peer.participant_id, reasonOf(thrown));
    await deliver(line.askPeer, peer, roundPath(round), toWire(messageFor(peer)), signal, reason);
    undelivered.delete(peer.participant_id);
  });
  try {
    const [received] = await Promise.all([line.inbox.collect(round, ids, signal), ...deliveries]);
    return received;
  } catch (thrown) {
    failed.abort(thrown);
    await Promise.allSettled(deliveries);
    line.stop.throwIfAborted();
    throw limit.aborted && !(thrown instanceof SignerError)
      ? timedOut(line, round, limitMillis, undelivered)
      : thrown;
  }
}

const ANSWER_MILLIS = 5_000;
const FIRST_PAUSE_MILLIS = 100;
const LONGEST_PAUSE_MILLIS = 2_000;

async function deliver(
  askPeer: AskPeer,
  peer: SignerPeer,
  path: string,
  body: unknown,
  signal: AbortSignal,
  onFailure: (thrown: unknown) => void,
): Promise<void> {
  for (let wait = FIRST_PAUSE_MILLIS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MILLIS)) {
    try {
      await askPeer(peer, { path, body, timeoutMillis: ANSWER_MILLIS, signal });
      return;
    } catch (thrown) {
      signal.throwIfAborted();
      onFailure(thrown);
      if (!isRetryable(thrown)) throw refused(peer, thrown);
    }
    await pause(wait, undefined, { signal });
  }
}

const refused = (peer: SignerPeer, thrown: unknown): SignerError =>
  new SignerError(
    "PEER_REFUSED",
    `expected ${peer.account_id} to take part in the key generation, found a refusal: ${reasonOf(thrown)}`,
    [peer.participant_id],
  );

function timedOut(
  { ceremony, inbox }: CeremonyLine,
  round: KeyGenerationRound,
  limitMillis: number,
  undelivered: ReadonlyMap<number, string>,
): SignerError {
  const ids = ceremony.others.map(({ participant_id }) => participant_id);
  const silent = inbox.missing(round, ids);
  const awaited = ceremony.others.filter(
    ({ participant_id }) => silent.includes(participant_id) || undelivered.has(participant_id),
  );
  const lines = awaited.map(({ account_id, url, participant_id }) => {
    const own = undelivered.get(participant_id);
    const theirs = silent.includes(participant_id) ? "sent nothing" : "sent its message";
    return `${account_id} at ${url}: ${theirs}; ${own === undefined ? "got ours" : `didn't get ours: ${own}`}`;
  });
  return new SignerError(
    "TIMED_OUT",
    `expected everybody's "${round}" within ${limitMillis} ms, still waiting for ${awaited.length}; start the command on all nodes, then again here\n${lines.join("\n")}`,
    awaited.map(({ participant_id }) => participant_id),
  );
}
