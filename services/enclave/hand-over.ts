import { randomBytes } from "node:crypto";
import { sealEnvelope } from "../../sdk/src/crypto/envelope.ts";
import type { Ed25519KeyPair } from "../../sdk/src/crypto/keys.ts";
import { x25519PublicKey } from "../../sdk/src/crypto/keys.ts";
import { eraseKxKeyPair, generateKxKeyPair } from "../../sdk/src/crypto/kx.ts";
import { HandoverError } from "../../sdk/src/handover/handover-error.ts";
import {
  advanceSender,
  answerRequest,
  newestChallenge,
  type SenderOperation,
  senderPhase,
} from "../../sdk/src/handover/sender.ts";
import type { HandoverTerms } from "../../sdk/src/handover/terms.ts";
import type { AcceptedProgram } from "./accept-upgrade.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import type { SenderPorts } from "./ports.ts";
import { believedSettlement } from "./settlement.ts";

/** Who the sender is, and what it has to give. */
export interface SenderIdentity {
  readonly network: string;
  readonly contract: string;
  readonly version: number;
  readonly commitment: string;
  readonly signing: Ed25519KeyPair;
  /** Longest time until a handover expires, in seconds of the chain's clock. */
  readonly maxHandoverSeconds: number;
  /** How long a challenge is given out before there is a new one, in seconds. */
  readonly maxChallengeSeconds: number;
}

/** The program that has the seed, towards the one that is to get it. */
export interface Sender {
  /**
   * The challenge that the request and its approval must carry. One is open at a time, so that strangers who ask for
   * it write nothing down. Rejects with HandoverError when the seed is on its way or gone.
   */
  challenge(): Promise<string>;
  /**
   * How long ago the challenge was given out, at least, in seconds, by what an operator can't wind on: the chain's
   * proven clock, and in one life of the program the time that passed here.
   *
   * @param now Unix seconds by the chain's clock, or null while it isn't seen
   */
  waitedSeconds(handover: string, now: number | null): number;
  /**
   * Answers a request of an accepted program with the envelope, having stopped before. The same request again gets
   * an envelope again. Rejects with HandoverError, and with what the disk throws.
   *
   * @param now Unix seconds by the chain's clock
   */
  handOver(program: AcceptedProgram, terms: HandoverTerms, now: number): Promise<string>;
  /** Looks at the chain and does what follows: erases, serves again, or nothing. After a start, and then and when. */
  advance(): Promise<void>;
}

/** There must be one sender for a journal. */
export function createSender(ports: SenderPorts, identity: SenderIdentity): Sender {
  const inTurn = oneAtATime();
  const given = new Map<string, number>();
  return {
    challenge: () => inTurn(() => giveChallenge(ports, identity, given)),
    waitedSeconds: (handover, now) => waitedSeconds(ports, given, handover, now),
    handOver: (program, terms, now) => inTurn(() => handOver(ports, identity, program, terms, now)),
    advance: () => inTurn(() => advance(ports)),
  };
}

async function giveChallenge(
  { journal, readTime, elapsedSeconds }: SenderPorts,
  { maxChallengeSeconds }: SenderIdentity,
  given: Map<string, number>,
): Promise<string> {
  const phase = senderPhase(journal.entries());
  if (phase.kind === "erased") throw new HandoverError("HANDOVER_OVER", "the seed was given away already");
  if (phase.kind === "stopped")
    throw new HandoverError("HANDOVER_BUSY", `the one to ${phase.terms.to} is under way`);
  const last = journal.entries().at(-1);
  const since = last?.type === "challenged" ? given.get(last.handover) : undefined;
  if (last?.type === "challenged" && since !== undefined && elapsedSeconds() - since < maxChallengeSeconds) {
    return last.handover;
  }
  const now = await readTime();
  // Of an earlier life: whoever waits on it isn't sent back to the beginning by a restart.
  const isKept = last?.type === "challenged" && since === undefined && last.at !== null && now !== null;
  if (isKept && now - last.at < maxChallengeSeconds) return last.handover;
  const handover = randomBytes(32).toString("hex");
  await journal.append({ type: "challenged", handover, at: now });
  given.clear();
  given.set(handover, elapsedSeconds());
  return handover;
}

function waitedSeconds(
  { journal, elapsedSeconds }: SenderPorts,
  given: ReadonlyMap<string, number>,
  handover: string,
  now: number | null,
): number {
  const newest = newestChallenge(journal.entries());
  const at = newest?.handover === handover ? newest.at : null;
  const byChain = at === null || now === null ? 0 : now - at;
  const here = elapsedSeconds() - (given.get(handover) ?? elapsedSeconds());
  return Math.max(byChain, here);
}

async function handOver(
  ports: SenderPorts,
  identity: SenderIdentity,
  program: AcceptedProgram,
  terms: HandoverTerms,
  now: number,
): Promise<string> {
  requireTerms(identity, program, terms, now);
  let envelope: string | undefined;
  for (const operation of answerRequest(ports.journal.entries(), terms)) {
    const sent = await perform(ports, operation, () => seal(ports, identity, program, terms));
    envelope ??= sent;
  }
  return envelope!;
}

async function advance(ports: SenderPorts): Promise<void> {
  const phase = senderPhase(ports.journal.entries());
  const settlement =
    phase.kind === "stopped" ? await believedSettlement(ports.readSettlement, phase.terms) : UNSEEN;
  const operations = advanceSender(ports.journal.entries(), settlement, ports.service.isServing());
  for (const operation of operations) await perform(ports, operation, async () => "");
}

const UNSEEN = { kind: "unseen" } as const;

async function perform(
  { journal, seedFile, service }: SenderPorts,
  operation: SenderOperation,
  seal: () => Promise<string>,
): Promise<string | undefined> {
  switch (operation.op) {
    case "stop_serving":
      service.stop();
      return undefined;
    case "start_serving": {
      const seed = await seedFile.read();
      if (seed === undefined) throw new HandoverError("HANDOVER_SEED", "the sealed seed is missing");
      service.start(seed);
      return undefined;
    }
    case "append":
      await journal.append(operation.entry);
      return undefined;
    case "erase_seed":
      await seedFile.erase();
      return undefined;
    case "send_envelope":
      return seal();
  }
}

function requireTerms(
  identity: SenderIdentity,
  { tlsPublicKey, nonce }: AcceptedProgram,
  terms: HandoverTerms,
  now: number,
): void {
  const { network, contract, version, commitment } = identity;
  const from = identity.signing.publicKey;
  const ours = { network, contract, version, commitment, from, to: tlsPublicKey, handover: nonce };
  const wrong = (Object.keys(ours) as (keyof typeof ours)[]).find((name) => terms[name] !== ours[name]);
  if (wrong !== undefined)
    throw new HandoverError("HANDOVER_SPENT", `the terms' ${wrong} isn't what was accepted`);
  if (terms.expires <= now || terms.expires > now + identity.maxHandoverSeconds) {
    throw new HandoverError(
      "HANDOVER_SPENT",
      `the terms' expiry ${terms.expires} isn't within reach of ${now}`,
    );
  }
}

async function seal(
  { seedFile }: SenderPorts,
  { signing, network, contract, version, commitment }: SenderIdentity,
  { sealKey, account }: AcceptedProgram,
  terms: HandoverTerms,
): Promise<string> {
  const seed = await seedFile.read();
  if (seed === undefined) throw new HandoverError("HANDOVER_SEED", "the sealed seed is missing");
  const exchange = generateKxKeyPair();
  const place = { network, contract, account, epoch: version, keyset_hash: commitment };
  const address = { ...place, session: terms.expires, expires: terms.expires, to: x25519PublicKey(sealKey) };
  try {
    return sealEnvelope({ exchange, signing }, { purpose: "handover", ...address }, seed);
  } finally {
    seed.fill(0);
    eraseKxKeyPair(exchange);
  }
}
