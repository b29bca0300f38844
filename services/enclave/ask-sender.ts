import { strictObject, strictText } from "../../sdk/src/attestation/strict-fields.ts";
import { tlsPublicKey } from "../../sdk/src/crypto/keys.ts";
import type { TlsIdentity } from "../../sdk/src/crypto/tls-identity.ts";
import { pinnedRequest } from "../transport/pinned-request.ts";
import type { AskSender } from "./ports.ts";
import { type HandoverRequest, parseHandoverAnswer } from "./request.ts";
import { CHALLENGE_PATH, type ChallengeAnswer, HANDOVER_PATH } from "./sender-routes.ts";

/** Where the program is that has the seed, and the key that it must prove. */
export interface SenderPlace {
  readonly url: string;
  readonly key: string;
}

/** Asks for the challenge. Rejects with TransportError, FormatError. */
export async function askChallenge(identity: TlsIdentity, place: SenderPlace): Promise<ChallengeAnswer> {
  const answer = await ask(identity, place, CHALLENGE_PATH, {});
  const { handover, measurement } = strictObject(answer, "challenge", ["handover", "measurement"]);
  return {
    handover: strictText(handover, "challenge.handover", HASH, 64),
    measurement: strictText(measurement, "challenge.measurement", HASH, 64),
  };
}

/** Asks for the seed with what speaks for this program. The terms name the key that must answer. */
export function askSenderOverTls(
  identity: TlsIdentity,
  url: string,
  about: Omit<HandoverRequest, "terms">,
): AskSender {
  return async (terms) =>
    parseHandoverAnswer(await ask(identity, { url, key: terms.from }, HANDOVER_PATH, { terms, ...about }));
}

const HASH = /^[0-9a-f]{64}$/;
// The sender looks at the chain before it answers.
const TIMEOUTS = { connectMillis: 10_000, idleMillis: 90_000, totalMillis: 110_000 };
const MAX_ANSWER_BYTES = 1_048_576;

function ask(identity: TlsIdentity, place: SenderPlace, path: string, body: object): Promise<unknown> {
  const peerKey = tlsPublicKey(place.key);
  const limits = { timeouts: TIMEOUTS, maxResponseBytes: MAX_ANSWER_BYTES };
  return pinnedRequest({ identity, url: place.url, peerKey, method: "POST", path, body, ...limits });
}
