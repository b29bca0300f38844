/** Text and numbers that were checked at the edge carry their meaning in their type; inside, no bare ones. */

declare const meaning: unique symbol;
export type Brand<Base, Name extends string> = Base & { readonly [meaning]: Name };

/** NEAR account id of a node operator; it identifies the operator and the node. */
export type AccountId = Brand<string, "AccountId">;
/** Small integer that identifies a participant within the network; never reused for another account. */
export type ParticipantId = Brand<number, "ParticipantId">;
/** Number of a keyset; rises with every resharing. */
export type EpochId = Brand<number, "EpochId">;
export type DomainId = Brand<number, "DomainId">;
/** Number of an attempt at one key event. */
export type AttemptId = Brand<number, "AttemptId">;
/** Global counter of recovery records; never reused. */
export type RecoveryId = Brand<number, "RecoveryId">;
/** Counter of proposed updates; never reused. */
export type UpdateId = Brand<number, "UpdateId">;
/** Major version of a program that holds a seed: each version has a seed of its own. */
export type SeedVersion = Brand<number, "SeedVersion">;
/** Seconds since 1970 by the chain's clock. */
export type UnixSeconds = Brand<number, "UnixSeconds">;
/** Height of a NEAR block. */
export type BlockHeight = Brand<number, "BlockHeight">;

/** `ed25519:<base58 of 32 bytes>`: identifies a running node or backup service on the network. */
export type TlsPublicKey = Brand<string, "TlsPublicKey">;
/** `ed25519:<base58 of 32 bytes>`: the NEAR access key that signed a transaction. */
export type SignerKey = Brand<string, "SignerKey">;
/** `x25519:<base58 of 32 bytes>`: a key for key exchange; never accepted where an ed25519 key belongs. */
export type X25519PublicKey = Brand<string, "X25519PublicKey">;
/** `secp256k1:…` (64 bytes), `ed25519:…` (32 bytes) or `bls12381g2:…` (96 bytes): the public key of a domain. */
export type DomainPublicKey = Brand<string, "DomainPublicKey">;
/** `ed25519:<base58 of 64 bytes>`: an ed25519 signature. */
export type Ed25519Signature = Brand<string, "Ed25519Signature">;
/**
 * Name of a voted proposal, equal for equal proposals: on chain the SHA-256 of its JSON, for readers of `state()` the
 * JSON itself.
 */
export type ProposalKey = Brand<string, "ProposalKey">;
/** 64 lower-case hex characters. */
export type Sha256Hex = Brand<string, "Sha256Hex">;
/** Amount in yoctoNEAR as decimal text, where it is stored or shown. */
export type YoctoText = Brand<string, "YoctoText">;
/** `http(s)://…`, printable ASCII without quotes, brackets and backslash. */
export type Url = Brand<string, "Url">;
