import { createHash } from "node:crypto";
import { base58 } from "@scure/base";

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
export type Json = any;

export interface InnerLite {
  /** Borsh, of which the block's hash is made. */
  readonly bytes: Uint8Array;
  readonly height: bigint;
  readonly epochId: string;
  readonly nextEpochId: string;
  readonly outcomeRoot: Uint8Array;
  readonly nextProducersHash: Uint8Array;
  readonly blockMerkleRoot: Uint8Array;
}

export function readInnerLite(view: Json): InnerLite {
  const height = BigInt(view.height);
  return {
    bytes: Buffer.concat([
      u64(height),
      ...["epoch_id", "next_epoch_id", "prev_state_root", "outcome_root"].map((name) =>
        base58.decode(view[name]),
      ),
      u64(BigInt(view.timestamp_nanosec)),
      ...["next_bp_hash", "block_merkle_root"].map((name) => base58.decode(view[name])),
    ]),
    height,
    epochId: view.epoch_id,
    nextEpochId: view.next_epoch_id,
    outcomeRoot: base58.decode(view.outcome_root),
    nextProducersHash: base58.decode(view.next_bp_hash),
    blockMerkleRoot: base58.decode(view.block_merkle_root),
  };
}

/** Hash of the Borsh list of versioned validator stakes. */
export function producersHash(producers: readonly Json[]): Uint8Array {
  const stakes = producers.map((producer) =>
    Buffer.concat([
      stakeVersion(producer.validator_stake_struct_version),
      text(producer.account_id),
      Uint8Array.of(0),
      base58.decode(producer.public_key.slice("ed25519:".length)),
      little(BigInt(producer.stake), 16),
    ]),
  );
  return sha256(list(stakes));
}

/** Leaf of an outcome: id, what of the outcome is committed to, and its logs. */
export function outcomeLeaf({ id, outcome }: Json): Uint8Array {
  const partial = Buffer.concat([
    list(outcome.receipt_ids.map((receipt: string) => base58.decode(receipt))),
    u64(BigInt(outcome.gas_burnt)),
    little(BigInt(outcome.tokens_burnt), 16),
    text(outcome.executor_id),
    status(outcome.status),
  ]);
  const logs = outcome.logs.map((log: string) => sha256(Buffer.from(log)));
  return sha256(list([base58.decode(id), sha256(partial), ...logs]));
}

/** Hash of what a full header holds besides the part that light clients see. */
export function innerRestHash(header: Json): Uint8Array {
  const hashes = (...names: string[]) => names.map((name) => base58.decode(header[name]));
  const approval = (signature: string | null) =>
    signature === null
      ? Uint8Array.of(0)
      : Buffer.concat([Uint8Array.of(1, 0), base58.decode(signature.slice("ed25519:".length))]);
  return sha256(
    Buffer.concat([
      ...hashes("block_body_hash", "chunk_receipts_root", "chunk_headers_root", "chunk_tx_root"),
      ...hashes("challenges_root", "random_value"),
      list(header.validator_proposals),
      list(header.chunk_mask.map((included: boolean) => Uint8Array.of(included ? 1 : 0))),
      little(BigInt(header.gas_price), 16),
      little(BigInt(header.total_supply), 16),
      list(header.challenges_result),
      ...hashes("last_final_block", "last_ds_final_block"),
      u64(BigInt(header.block_ordinal)),
      u64(BigInt(header.prev_height)),
      Uint8Array.of(header.epoch_sync_data_hash === null ? 0 : 1),
      list(header.approvals.map(approval)),
      little(BigInt(header.latest_protocol_version), 4),
      list(header.chunk_endorsements),
    ]),
  );
}

export function u64(value: bigint): Uint8Array {
  return little(value, 8);
}

function stakeVersion(version: string): Uint8Array {
  if (version === "V1") return Uint8Array.of(0);
  throw new Error(`expected a stake of version V1, found ${version}`);
}

/** Node is lenient about base64, and a proof must not be. */
function strictBase64(encoded: string): Uint8Array {
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.toString("base64") !== encoded) throw new Error(`expected base64, found ${encoded}`);
  return bytes;
}

function status(view: Json): Uint8Array {
  if ("SuccessValue" in view) {
    const value = strictBase64(view.SuccessValue);
    return Buffer.concat([Uint8Array.of(2), little(BigInt(value.length), 4), value]);
  }
  if ("SuccessReceiptId" in view)
    return Buffer.concat([Uint8Array.of(3), base58.decode(view.SuccessReceiptId)]);
  return Uint8Array.of(1);
}

function list(items: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([little(BigInt(items.length), 4), ...items]);
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value);
  return Buffer.concat([little(BigInt(bytes.length), 4), bytes]);
}

function little(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}
