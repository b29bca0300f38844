import { type Route, type RouteReply, refusal } from "../../../transport/routes.ts";
import { SignerError } from "../signer-error.ts";
import type { CeremonyLine } from "./exchange-round.ts";
import {
  GIVE_UP_PATH,
  type GiveUpMessage,
  KEY_GENERATION_ROUNDS,
  type KeyGenerationRound,
  ROUND_READERS,
  type RoundMessages,
  readGiveUp,
  roundPath,
} from "./key-generation-messages.ts";
import type { SignerPeer } from "./signer-peer.ts";

/** The receiving side of a key generation. */
export interface KeyGenerationReceiver {
  readonly line: CeremonyLine;
  /** Ends this participant's ceremony. */
  readonly fail: (error: SignerError) => void;
  readonly onGiveUp: (sender: SignerPeer, message: GiveUpMessage) => void;
}

/**
 * Routes for the other participants' messages, mounted on a server that admits those alone.
 * Refusals: 400 `BAD_MESSAGE`, 409 `PLAN_DIFFERS` `PEER_CHANGED_ITS_MIND`.
 */
export function keyGenerationRoutes(receiver: KeyGenerationReceiver): readonly Route<SignerPeer>[] {
  const rounds = KEY_GENERATION_ROUNDS.map((round) => roundRoute(receiver, round));
  return [...rounds, giveUpRoute(receiver)];
}

function roundRoute<Round extends KeyGenerationRound>(
  receiver: KeyGenerationReceiver,
  round: Round,
): Route<SignerPeer> {
  const read = ROUND_READERS[round];
  return {
    method: "POST",
    path: roundPath(round),
    handle: async (sender, body) => {
      const message = readOrRefuse(() => read(body, "body"));
      return "kind" in message ? message : keep(receiver, round, sender, message.read);
    },
  };
}

function giveUpRoute({ onGiveUp }: KeyGenerationReceiver): Route<SignerPeer> {
  return {
    method: "POST",
    path: GIVE_UP_PATH,
    handle: async (sender, body) => {
      const message = readOrRefuse(() => readGiveUp(body, "body"));
      if ("kind" in message) return message;
      onGiveUp(sender, message.read);
      return RECEIVED;
    },
  };
}

const RECEIVED: RouteReply = { kind: "ok", body: { received: true } };

function keep<Round extends KeyGenerationRound>(
  { line, fail }: KeyGenerationReceiver,
  round: Round,
  sender: SignerPeer,
  message: RoundMessages[Round],
): RouteReply {
  const { planHash } = line.ceremony;
  if ("plan_hash" in message && message.plan_hash !== planHash) {
    fail(planDiffers(sender));
    return refusal(409, "PLAN_DIFFERS", "This node was started with another participants file.");
  }
  if (line.inbox.deliver(round, sender.participant_id, message) === "kept") return RECEIVED;
  fail(changedItsMind(sender, round));
  return refusal(409, "PEER_CHANGED_ITS_MIND", "This node already works with another message of yours.");
}

function readOrRefuse<T>(read: () => T): { readonly read: T } | Extract<RouteReply, { kind: "refused" }> {
  try {
    return { read: read() };
  } catch (thrown) {
    if (!(thrown instanceof SignerError)) throw thrown;
    return refusal(400, thrown.code, thrown.shortMessage);
  }
}

const planDiffers = ({ account_id, participant_id }: SignerPeer): SignerError =>
  new SignerError(
    "BAD_PARAMETERS",
    `expected everybody to have the same participants file, found that ${account_id} has another; copy one file to all nodes and start again`,
    [participant_id],
  );

const changedItsMind = ({ account_id, participant_id }: SignerPeer, round: string): SignerError =>
  new SignerError(
    "PEER_CHANGED_ITS_MIND",
    `expected one "${round}" message of ${account_id}, found two different ones: it was restarted or is two-faced; start again on all nodes`,
    [participant_id],
  );
