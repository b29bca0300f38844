import { type Fields, hash, integer, list, object, text, typed } from "./json-fields.ts";
import { borshList, borshNumber, borshText, sha256 } from "./near-borsh.ts";

/** What a header commits to and a light client reads. Source: NEAR's light client specification. */
export interface BlockHeaderLite {
  /** sha256 over all of it: the block's hash. */
  readonly hash: Uint8Array;
  readonly height: bigint;
  readonly epochId: Uint8Array;
  readonly nextEpochId: Uint8Array;
  readonly outcomeRoot: Uint8Array;
  readonly timestampNanos: bigint;
  readonly nextProducersHash: Uint8Array;
  readonly blockMerkleRoot: Uint8Array;
}

/** Who produces blocks in an epoch, with how much at stake. */
export interface BlockProducer {
  readonly accountId: string;
  /** `ed25519:…` or `secp256k1:…` */
  readonly publicKey: string;
  readonly stakeYocto: bigint;
}

/** The answer to `next_light_client_block`. */
export interface LightBlock {
  readonly header: BlockHeaderLite;
  readonly nextInnerHash: Uint8Array;
  /** Of the block after the next, which approvals are given for; 8 bytes. */
  readonly approvedHeight: Uint8Array;
  /** In the order of the epoch's producers; null for those who didn't sign. */
  readonly approvals: readonly (ApprovalSignature | null)[];
  /** Null in blocks that aren't the first of their epoch to be told. */
  readonly nextProducers: readonly BlockProducer[] | null;
}

export interface ApprovalSignature {
  readonly kind: "ed25519" | "secp256k1";
  readonly bytes: Uint8Array;
}

/** Reads a lite header (`LightClientBlockLiteView`) and makes its hash. Throws FieldError, RangeError. */
export function readHeaderLite(fields: Fields): BlockHeaderLite {
  const inner = object(fields.inner_lite, "inner_lite");
  const height = integer(inner.height, "height");
  const [epochId, nextEpochId] = [
    hash(inner.epoch_id, "epoch_id"),
    hash(inner.next_epoch_id, "next_epoch_id"),
  ];
  const outcomeRoot = hash(inner.outcome_root, "outcome_root");
  const timestampNanos = integer(inner.timestamp_nanosec, "timestamp_nanosec");
  const nextProducersHash = hash(inner.next_bp_hash, "next_bp_hash");
  const blockMerkleRoot = hash(inner.block_merkle_root, "block_merkle_root");
  const innerLite = sha256(
    borshNumber(height, 8),
    epochId,
    nextEpochId,
    hash(inner.prev_state_root, "prev_state_root"),
    outcomeRoot,
    borshNumber(timestampNanos, 8),
    nextProducersHash,
    blockMerkleRoot,
  );
  const withRest = sha256(innerLite, hash(fields.inner_rest_hash, "inner_rest_hash"));
  const blockHash = sha256(withRest, hash(fields.prev_block_hash, "prev_block_hash"));
  const roots = { outcomeRoot, nextProducersHash, blockMerkleRoot };
  return { hash: blockHash, height, epochId, nextEpochId, timestampNanos, ...roots };
}

/** Reads the answer to `next_light_client_block`. Throws FieldError, and RangeError for a number that doesn't fit. */
export function readLightBlock(fields: Fields): LightBlock {
  const approvals = list(fields.approvals_after_next, "approvals_after_next", MAX_PRODUCERS);
  const { next_bps } = fields;
  const header = readHeaderLite(fields);
  return {
    header,
    approvedHeight: borshNumber(header.height + 2n, 8),
    nextInnerHash: hash(fields.next_block_inner_hash, "next_block_inner_hash"),
    approvals: approvals.map((each) => (each === null ? null : typed(each, "approval", SIGNATURE_BYTES))),
    nextProducers: next_bps === null || next_bps === undefined ? null : readProducers(next_bps),
  };
}

/** Reads producers as `next_bps` and `validators` show them. Throws FieldError, RangeError. */
export function readProducers(value: unknown): readonly BlockProducer[] {
  return list(value, "next_bps", MAX_PRODUCERS).map((each) => {
    const producer = object(each, "producer");
    const version = producer.validator_stake_struct_version ?? "V1";
    text(version === "V1" ? version : null, "validator_stake_struct_version", 2);
    typed(producer.public_key, "public_key", KEY_BYTES);
    const stakeYocto = integer(producer.stake, "stake");
    // A stake that can't be hashed later must not get that far.
    borshNumber(stakeYocto, STAKE_BYTES);
    return {
      accountId: text(producer.account_id, "account_id", 64),
      publicKey: text(producer.public_key, "public_key", 120),
      stakeYocto,
    };
  });
}

/** What `next_bp_hash` commits to: sha256 over Borsh of the list of versioned stakes. */
export function producersHash(producers: readonly BlockProducer[]): Uint8Array {
  const stakes = producers.map(({ accountId, publicKey, stakeYocto }) => {
    const { kind, bytes } = typed(publicKey, "public_key", KEY_BYTES);
    const key = [Uint8Array.of(kind === "ed25519" ? 0 : 1), bytes];
    return Buffer.concat([
      Uint8Array.of(STAKE_V1),
      borshText(accountId),
      ...key,
      borshNumber(stakeYocto, STAKE_BYTES),
    ]);
  });
  return sha256(borshList(stakes));
}

const STAKE_V1 = 0;
const STAKE_BYTES = 16;
// Far above NEAR's number of seats.
const MAX_PRODUCERS = 1_024;
const KEY_BYTES = { ed25519: 32, secp256k1: 64 } as const;
const SIGNATURE_BYTES = { ed25519: 64, secp256k1: 65 } as const;
