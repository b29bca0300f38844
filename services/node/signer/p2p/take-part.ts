import { randomBytes } from "node:crypto";
import { keysetHash } from "../../../keyshare/keyset-hash.ts";
import type { Keyset, Keyshare } from "../../../keyshare/keyshare.ts";
import type { KeyshareStore } from "../../../keyshare/keyshare-store.ts";
import { finishKeyGeneration } from "../finish-key-generation.ts";
import { toKeyshare } from "../keyshare-codec.ts";
import type { KeyshareMaterial } from "../keyshare-material.ts";
import { type Round2Package, shareKeyGeneration } from "../share-key-generation.ts";
import { SignerError } from "../signer-error.ts";
import {
  discardKeyGeneration,
  type KeyGeneration,
  type Round1Package,
  startKeyGeneration,
} from "../start-key-generation.ts";
import { requireSameTranscript, transcriptHash } from "../transcript-hash.ts";
import { type Ceremony, sessionIdOf } from "./ceremony.ts";
import { type CeremonyLine, exchangeRound } from "./exchange-round.ts";
import type { Round1Message, Round2Message } from "./key-generation-messages.ts";
import type { SignerPeer } from "./signer-peer.ts";

/** The keys that a network made, as one participant holds them. */
export interface GeneratedKeys {
  /** Epoch 0, attempt 0, a key per domain: the `keyset` argument of `init_running`. */
  readonly keyset: Keyset;
  readonly participantId: number;
  /** This participant's shares, already kept by its store. */
  readonly shares: readonly Keyshare[];
}

/** How long a participant waits, in milliseconds. */
export interface KeyGenerationPatience {
  /** For everybody to have started. */
  readonly startMillis: number;
  /** For each of the rounds after that. */
  readonly roundMillis: number;
}

/** One participant's part in a key generation, from the second round on. */
export interface KeyGenerationSession {
  readonly line: CeremonyLine;
  readonly sessionId: string;
  readonly store: Pick<KeyshareStore, "import">;
  readonly roundMillis: number;
}

/** The hello round: waits until everybody is there and agrees on the session's id. */
export async function meet(line: CeremonyLine, startMillis: number): Promise<string> {
  const { planHash, self } = line.ceremony;
  const nonce = randomBytes(32).toString("hex");
  const hello = { plan_hash: planHash, nonce };
  const hellos = await exchangeRound(line, "hello", () => hello, startMillis);
  const nonces = new Map([...hellos].map(([id, message]) => [id, message.nonce]));
  return sessionIdOf(line.ceremony, nonces.set(self.participant_id, nonce));
}

/**
 * The computing rounds. Succeeds only when everybody saw the same transcript and everybody's store
 * holds its shares, so that no key goes on chain that too few can sign with.
 * Throws SignerError naming whom it concerns, or what the store throws.
 */
export async function generateTogether(session: KeyGenerationSession): Promise<GeneratedKeys> {
  const { ceremony } = session.line;
  const group = {
    participantIds: ceremony.participants.map(({ participant_id }) => participant_id),
    threshold: ceremony.threshold,
  };
  const generations = ceremony.domains.map((scheme) =>
    startKeyGeneration(scheme, group, ceremony.self.participant_id),
  );
  try {
    const broadcasts = await broadcastRound(session, generations);
    const packages = await packageRound(session, generations, broadcasts);
    const materials = generations.map((generation, domainId) =>
      finishKeyGeneration(generation, broadcasts[domainId] ?? [], packages[domainId] ?? []),
    );
    await echoRound(session, generations, broadcasts, materials);
    return await storedRound(session, materials);
  } finally {
    generations.forEach(discardKeyGeneration);
  }
}

/** The others' broadcasts, by domain. */
async function broadcastRound(
  { line, sessionId, roundMillis }: KeyGenerationSession,
  generations: readonly KeyGeneration[],
): Promise<readonly (readonly Round1Package[])[]> {
  const message: Round1Message = {
    session_id: sessionId,
    packages: generations.map(({ round1 }, domain_id) => ({
      domain_id,
      commitments: round1.commitments,
      proof_of_knowledge: round1.proofOfKnowledge,
    })),
  };
  const received = await exchangeRound(line, "round1", () => message, roundMillis);
  requireSession(line.ceremony, sessionId, received);
  requireDomains(line.ceremony, received);
  return generations.map((_, domainId) =>
    [...received].flatMap(([participantId, { packages }]) =>
      packages
        .filter(({ domain_id }) => domain_id === domainId)
        .map(({ commitments, proof_of_knowledge }) => ({
          participantId,
          commitments,
          proofOfKnowledge: proof_of_knowledge,
        })),
    ),
  );
}

/** The packages for this participant, by domain. */
async function packageRound(
  { line, sessionId, roundMillis }: KeyGenerationSession,
  generations: readonly KeyGeneration[],
  broadcasts: readonly (readonly Round1Package[])[],
): Promise<readonly (readonly Round2Package[])[]> {
  const own = generations.map((generation, domainId) =>
    shareKeyGeneration(generation, broadcasts[domainId] ?? []),
  );
  const messageFor = (peer: SignerPeer): Round2Message => ({
    session_id: sessionId,
    packages: own.flatMap((packages, domain_id) =>
      packages
        .filter(({ to }) => to === peer.participant_id)
        .map(({ signingShare }) => ({ domain_id, signing_share: signingShare })),
    ),
  });
  const received = await exchangeRound(line, "round2", messageFor, roundMillis);
  requireSession(line.ceremony, sessionId, received);
  requireDomains(line.ceremony, received);
  const to = line.ceremony.self.participant_id;
  return generations.map((_, domainId) =>
    [...received].flatMap(([from, { packages }]) =>
      packages
        .filter(({ domain_id }) => domain_id === domainId)
        .map(({ signing_share }) => ({ from, to, signingShare: signing_share })),
    ),
  );
}

async function echoRound(
  { line, sessionId, roundMillis }: KeyGenerationSession,
  generations: readonly KeyGeneration[],
  broadcasts: readonly (readonly Round1Package[])[],
  materials: readonly KeyshareMaterial[],
): Promise<void> {
  const own = transcriptHash(
    materials.map((material, domainId) => ({
      sessionId,
      domainId,
      material,
      round1: [
        ...(broadcasts[domainId] ?? []),
        ...generations.slice(domainId, domainId + 1).map((g) => g.round1),
      ],
    })),
  );
  const echo = { session_id: sessionId, transcript_hash: own };
  const received = await exchangeRound(line, "echo", () => echo, roundMillis);
  requireSession(line.ceremony, sessionId, received);
  const echoes = [...received].map(([participantId, message]) => ({
    participantId,
    hash: message.transcript_hash,
  }));
  requireSameTranscript(own, echoes);
}

async function storedRound(
  { line, sessionId, store, roundMillis }: KeyGenerationSession,
  materials: readonly KeyshareMaterial[],
): Promise<GeneratedKeys> {
  const shares = materials.map((material, domain_id) =>
    toKeyshare(material, { domain_id, epoch_id: 0, attempt: 0 }),
  );
  const domains = shares.map(({ domain_id, public_key, attempt }) => ({
    domain_id,
    key: public_key,
    attempt,
  }));
  const keyset: Keyset = { epoch_id: 0, domains };
  await store.import(keyset, shares);
  const hash = keysetHash(keyset);
  const stored = { session_id: sessionId, keyset_hash: hash };
  const received = await exchangeRound(line, "stored", () => stored, roundMillis);
  requireSession(line.ceremony, sessionId, received);
  const differing = [...received].filter(([, message]) => message.keyset_hash !== hash).map(([id]) => id);
  if (differing.length > 0)
    throw new SignerError(
      "TRANSCRIPT_MISMATCH",
      `expected keyset ${hash} stored by everybody, found another stored by participant ${differing.join(", ")}; don't use these keys`,
      differing,
    );
  return { keyset, participantId: line.ceremony.self.participant_id, shares };
}

function requireSession(
  { others }: Ceremony,
  sessionId: string,
  received: ReadonlyMap<number, { readonly session_id: string }>,
): void {
  const astray = others.filter(
    ({ participant_id }) => received.get(participant_id)?.session_id !== sessionId,
  );
  if (astray.length === 0) return;
  throw new SignerError(
    "PEER_CHANGED_ITS_MIND",
    `expected one session, found ${astray.map(({ account_id }) => account_id).join(", ")} in another; start again on all nodes`,
    astray.map(({ participant_id }) => participant_id),
  );
}

function requireDomains(
  { others, domains }: Ceremony,
  received: ReadonlyMap<number, Round1Message | Round2Message>,
): void {
  const unfit = others.filter(({ participant_id }) => {
    const packages = received.get(participant_id)?.packages ?? [];
    return packages.length !== domains.length || packages.some(({ domain_id }, index) => domain_id !== index);
  });
  if (unfit.length === 0) return;
  throw new SignerError(
    "BAD_MESSAGE",
    `expected a package for each of ${domains.length} domains in order, found others from ${unfit.map(({ account_id }) => account_id).join(", ")}`,
    unfit.map(({ participant_id }) => participant_id),
  );
}
