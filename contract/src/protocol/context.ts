/** What a transition needs to know besides state and command, and what it gives back. */
import type {
  AccountId,
  BlockHeight,
  Ed25519Signature,
  Sha256Hex,
  SignerKey,
  TlsPublicKey,
} from "./brand.ts";
import type { ProtocolEvent } from "./events.ts";
import type { AccountRecord, Config, Counters } from "./records.ts";
import type { Keyset, ParticipantEntry, ProtocolState } from "./state.ts";

/** Stored data that is looked up only when a rule asks: each look-up costs gas in the wasm. */
export interface Lookup {
  /** The account's entry among the members of the given state (contract.md, Terms). */
  member(account: AccountId): ParticipantEntry | undefined;
  record(account: AccountId): AccountRecord | undefined;
  /** The account that holds this TLS key as member, candidate, prospective node or backup service. */
  tlsKeyHolder(key: TlsPublicKey): AccountId | undefined;
}

export type TlsKeyRole = "node" | "backup_service";

/** What a `tls_key_proof` says: this account runs the TLS key in this role and signs with this access key. */
export interface TlsKeyClaim {
  readonly network_id: string;
  readonly contract_id: AccountId;
  readonly account_id: AccountId;
  readonly role: TlsKeyRole;
  readonly tls_public_key: TlsPublicKey;
  /** The access key that is to be recorded for the role. */
  readonly signer_account_pk: SignerKey;
}

/** Pure functions that only the edge can provide; called only when a rule needs them, since each costs gas. */
export interface Ports {
  verifyTlsKeyProof(claim: TlsKeyClaim, proof: Ed25519Signature): boolean;
  /** Hash of the keyset as in receipts (contract.md §1). */
  keysetHash(keyset: Keyset): Sha256Hex;
}

export interface Context {
  readonly caller: AccountId;
  /** The access key that signed the transaction. */
  readonly signerKey: SignerKey;
  readonly height: BlockHeight;
  readonly depositYocto: bigint;
  readonly contractId: AccountId;
  /** Meaningless while the state is NotInitialized. */
  readonly config: Config;
  readonly counters: Counters;
  readonly lookup: Lookup;
  readonly ports: Ports;
}

/** What to store and to log; parts that are left out stay as they were. */
export interface Outcome {
  /** The same object as before when the state did not change. */
  readonly state: ProtocolState;
  /** New records by account; null removes the record. */
  readonly records: readonly (readonly [AccountId, AccountRecord | null])[];
  /** New holders by TLS key; null frees the key. */
  readonly tlsKeys: readonly (readonly [TlsPublicKey, AccountId | null])[];
  readonly counters?: Counters;
  readonly config?: Config;
  readonly events: readonly ProtocolEvent[];
}
