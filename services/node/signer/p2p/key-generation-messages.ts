import { hash, hexBytes, integer, list, object, type Reader, text } from "../read-fields.ts";
import { SIGNER_LIMITS } from "../signer-limits.ts";

/** The rounds of a key generation in their order, by the name that their path ends in. */
export const KEY_GENERATION_ROUNDS = ["hello", "round1", "round2", "echo", "stored"] as const;
export type KeyGenerationRound = (typeof KEY_GENERATION_ROUNDS)[number];

/** Where a round's message is posted. */
export const roundPath = (round: KeyGenerationRound): string => `/p2p/v1/key-generation/${round}`;

/** "I am here, with this plan"; the nonce (32 random bytes, hex) makes the session a new one. */
export interface HelloMessage {
  readonly plan_hash: string;
  readonly nonce: string;
}

/** To everybody, one package per domain, ascending. */
export interface Round1Message {
  readonly session_id: string;
  readonly packages: readonly {
    readonly domain_id: number;
    readonly commitments: readonly Uint8Array[];
    readonly proof_of_knowledge: Uint8Array;
  }[];
}

/** To one participant alone, one secret package per domain, ascending. */
export interface Round2Message {
  readonly session_id: string;
  readonly packages: readonly { readonly domain_id: number; readonly signing_share: Uint8Array }[];
}

/** To everybody: what the whole session looked like from here. */
export interface EchoMessage {
  readonly session_id: string;
  readonly transcript_hash: string;
}

/** To everybody: the shares of this keyset would survive a power cut here. */
export interface StoredMessage {
  readonly session_id: string;
  readonly keyset_hash: string;
}

/** Which message a round carries. */
export interface RoundMessages {
  readonly hello: HelloMessage;
  readonly round1: Round1Message;
  readonly round2: Round2Message;
  readonly echo: EchoMessage;
  readonly stored: StoredMessage;
}

const { participants, domains, scalarBytes, pointBytes, proofBytes } = SIGNER_LIMITS;
const domainId = integer(0, domains - 1);

/** The reader of every round's message; each throws SignerError `BAD_MESSAGE`. */
export const ROUND_READERS: { readonly [Round in KeyGenerationRound]: Reader<RoundMessages[Round]> } = {
  hello: object({ plan_hash: hash, nonce: hash }),
  round1: object({
    session_id: hash,
    packages: list(
      1,
      domains,
      object({
        domain_id: domainId,
        commitments: list(2, participants, hexBytes(32, pointBytes)),
        proof_of_knowledge: hexBytes(64, proofBytes),
      }),
    ),
  }),
  round2: object({
    session_id: hash,
    packages: list(
      1,
      domains,
      object({ domain_id: domainId, signing_share: hexBytes(scalarBytes, scalarBytes) }),
    ),
  }),
  echo: object({ session_id: hash, transcript_hash: hash }),
  stored: object({ session_id: hash, keyset_hash: hash }),
};

/** A participant's farewell when it gives up, so that the others needn't wait for their time-outs. */
export interface GiveUpMessage {
  readonly session_id: string;
  /** SignerErrorCode of the sender. */
  readonly code: string;
}

/** Where farewells are posted. */
export const GIVE_UP_PATH = "/p2p/v1/key-generation/give-up";

/** Throws SignerError `BAD_MESSAGE`. */
export const readGiveUp: Reader<GiveUpMessage> = object({
  session_id: hash,
  code: text(64, /^[A-Z0-9_]+$/),
});
