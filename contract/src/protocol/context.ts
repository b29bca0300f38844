/** What a transition needs to know besides state and command, and what it gives back. */
import type {
  AccountId,
  BlockHeight,
  DomainPublicKey,
  Ed25519Signature,
  ProposalKey,
  Sha256Hex,
  SignerKey,
  TlsPublicKey,
  UnixSeconds,
  UpdateId,
  X25519PublicKey,
} from "./brand.ts";
import type { ProtocolEvent } from "./events.ts";
import type { AccountRecord, Config, Counters, EphemeralKeyPurpose, TlsKeyRole, Updates } from "./records.ts";
import type {
  HexBytes,
  PendingRequest,
  RequestChange,
  RequestId,
  RequestQueue,
  SignatureRequest,
  SignatureResponse,
  Tweak,
} from "./requests/signature-request.ts";
import type { DomainConfig, Keyset, ParametersProposal, ParticipantEntry, ProtocolState } from "./state.ts";
import type { TransparencyChange, TransparencyLookup } from "./transparency/transparency.ts";

/** Stored data that is looked up only when a rule asks: each look-up costs gas in the wasm. */
export interface Lookup {
  /** The account's entry among the members of the given state (contract.md, Terms). */
  member(account: AccountId): ParticipantEntry | undefined;
  record(account: AccountId): AccountRecord | undefined;
  /** The account that holds this TLS key as member, candidate, prospective node or backup service. */
  tlsKeyHolder(key: TlsPublicKey): AccountId | undefined;
  /** Proposed updates of code and config. */
  updates(): Updates;
  /** Signature requests that wait. */
  requests(): RequestQueue;
  request(id: RequestId): PendingRequest | undefined;
  readonly transparency: TransparencyLookup;
}

export type { TlsKeyRole } from "./records.ts";

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

/** What an ephemeral key's proof says: the role's TLS key publishes it for this session. */
export interface EphemeralKeyClaim {
  readonly network_id: string;
  readonly contract_id: AccountId;
  readonly account_id: AccountId;
  readonly role: TlsKeyRole;
  readonly purpose: EphemeralKeyPurpose;
  readonly session: number;
  readonly public_key: X25519PublicKey;
  /** The role's TLS key, which signs. */
  readonly tls_public_key: TlsPublicKey;
}

/** Pure functions that only the edge can provide; called only when a rule needs them, since each costs gas. */
export interface Ports {
  verifyTlsKeyProof(claim: TlsKeyClaim, proof: Ed25519Signature): boolean;
  verifyEphemeralKeyProof(claim: EphemeralKeyClaim, proof: Ed25519Signature): boolean;
  /** Whether the holder of the key signed the text's UTF-8 bytes; key and signature are of their format. */
  verifyText(key: TlsPublicKey, text: string, signature: Ed25519Signature): boolean;
  /** Of the text's UTF-8 bytes. */
  sha256Hex(text: string): Sha256Hex;
  /** How many bytes the text takes. */
  utf8Bytes(text: string): number;
  /** Names a proposal, see `ProposalKey`. */
  proposalKey(proposal: ParametersProposal | readonly DomainConfig[]): ProposalKey;
  /** Hash of the keyset as in receipts (contract.md §1). */
  keysetHash(keyset: Keyset): Sha256Hex;
  /** SHA3-256 of predecessor and path, see `interface/request-texts.ts`. */
  tweak(predecessor: AccountId, path: string): Tweak;
  requestId(request: SignatureRequest): RequestId;
  /** The domain's key plus tweak times the base point; null when there is no such key. */
  derivedKey(key: DomainPublicKey, tweak: Tweak): DomainPublicKey | null;
  /** Whether the response, which is whole and of the key's scheme, signs the payload. */
  verifySignature(key: DomainPublicKey, payload: HexBytes, response: SignatureResponse): boolean;
}

export interface Context {
  readonly caller: AccountId;
  /** The access key that signed the transaction. */
  readonly signerKey: SignerKey;
  readonly height: BlockHeight;
  /** The block's time. */
  readonly time: UnixSeconds;
  readonly depositYocto: bigint;
  /** Gas units that the caller attached. */
  readonly prepaidGas: bigint;
  readonly contractId: AccountId;
  /** Meaningless while the state is NotInitialized. */
  readonly config: Config;
  readonly counters: Counters;
  readonly lookup: Lookup;
  readonly ports: Ports;
}

/** Money that the contract sends. */
export interface Transfer {
  readonly account_id: AccountId;
  readonly amountYocto: bigint;
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
  readonly updates?: Updates;
  /** Amounts to send, none of them 0. */
  readonly transfers?: readonly Transfer[];
  /** The stored code of this update is to be deployed. */
  readonly deploy?: UpdateId;
  /** What a signature request changes. */
  readonly requests?: RequestChange;
  readonly transparency?: TransparencyChange;
  /** Logged like events, though they tell of no change; never beside events. */
  readonly statements?: readonly ProtocolEvent[];
  /** JSON value that the call answers. */
  readonly returns?: unknown;
  readonly events: readonly ProtocolEvent[];
}
