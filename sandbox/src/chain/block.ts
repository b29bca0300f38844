import { base58 } from "@scure/base";
import { combineHashes, sha256 } from "./merkle.ts";

/** A block's header as far as the embedded chain has one. Hashes are base58 texts, roots 32 bytes. */
export interface BlockHeader {
  readonly height: bigint;
  readonly prevHash: string;
  readonly prevHeight: bigint;
  readonly epochId: Uint8Array;
  readonly nextEpochId: Uint8Array;
  readonly prevStateRoot: Uint8Array;
  /** Over the outcomes of the previous block: a block's own are known only after it is made. */
  readonly outcomeRoot: Uint8Array;
  readonly timestampNanos: bigint;
  readonly nextBlockProducersHash: Uint8Array;
  readonly blockMerkleRoot: Uint8Array;
  readonly randomness: Uint8Array;
  readonly gasPriceYocto: bigint;
  readonly ordinal: number;
}

export interface Block extends BlockHeader {
  readonly hash: string;
  readonly epochHeight: bigint;
  /** In the order of execution; transactions first. */
  readonly outcomeIds: string[];
  readonly transactionHashes: string[];
  /** Action and data receipts taken in, base58 ids. */
  readonly receiptIds: string[];
  burntGas: bigint;
}

/** nearcore's block hash: the hashed inner parts combined, then combined with the previous block's hash. */
export function blockHash(header: BlockHeader): string {
  const inner = combineHashes(sha256(innerLite(header)), sha256(innerRest(header)));
  return base58.encode(combineHashes(inner, base58.decode(header.prevHash)));
}

/** Borsh of nearcore's `BlockHeaderInnerLite`, which light clients rebuild. */
export function innerLite(header: BlockHeader): Uint8Array {
  return Buffer.concat([
    u64(header.height),
    header.epochId,
    header.nextEpochId,
    header.prevStateRoot,
    header.outcomeRoot,
    u64(header.timestampNanos),
    header.nextBlockProducersHash,
    header.blockMerkleRoot,
  ]);
}

/** What else the hash commits to; light clients only see its hash. */
function innerRest(header: BlockHeader): Uint8Array {
  return Buffer.concat([
    u64(header.prevHeight),
    u64(BigInt(header.ordinal)),
    u64(header.gasPriceYocto),
    header.randomness,
  ]);
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}
