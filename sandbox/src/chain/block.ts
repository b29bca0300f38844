import { base58 } from "@scure/base";
import { borshList, borshOption, u32, u64, u128 } from "../transaction/borsh-writer.ts";
import { combineHashes, type MerkleTree, sha256 } from "./merkle.ts";

/** A block's header as far as the embedded chain has one. Hashes are base58 texts, roots 32 bytes. */
export interface BlockHeader {
  readonly height: bigint;
  readonly prevHash: string;
  readonly prevHeight: bigint;
  readonly epochId: Uint8Array;
  readonly nextEpochId: Uint8Array;
  readonly prevStateRoot: Uint8Array;
  /** Over the chunks' roots of outcomes of the previous block: a block's own are known only after it is made. */
  readonly outcomeRoot: Uint8Array;
  readonly timestampNanos: bigint;
  readonly nextBlockProducersHash: Uint8Array;
  readonly blockMerkleRoot: Uint8Array;
  readonly randomness: Uint8Array;
  readonly gasPriceYocto: bigint;
  readonly totalSupplyYocto: bigint;
  /** The latest block known to be followed by two blocks at the next heights. */
  readonly lastFinalBlock: string;
  /** The latest block known to be followed by one at the next height. */
  readonly lastDoomslugFinalBlock: string;
  /** The genesis block has 1. */
  readonly ordinal: number;
  /** 64-byte ed25519 signatures of the block producers, in order, for the previous block. */
  readonly approvals: readonly Uint8Array[];
  readonly protocolVersion: number;
}

export interface Block extends BlockHeader {
  readonly hash: string;
  readonly epochHeight: bigint;
  /** Root of the one chunk over the outcomes of the previous block. */
  readonly chunkOutcomeRoot: Uint8Array;
  /** In the order of execution; transactions first. */
  readonly outcomeIds: string[];
  /** Over the leaves of the outcomes, in their order; complete once the block is made. */
  outcomeTree: MerkleTree;
  readonly transactionHashes: string[];
  /** Action and data receipts taken in, base58 ids. */
  readonly receiptIds: string[];
  burntGas: bigint;
  /** Of the block on top; null for the head. */
  nextHeight: bigint | null;
}

/** A block with nothing in it yet. */
export function emptyBlock(header: BlockHeader, chunkOutcomeRoot: Uint8Array, epochHeight: bigint): Block {
  return {
    ...header,
    hash: blockHash(header),
    epochHeight,
    chunkOutcomeRoot,
    outcomeIds: [],
    outcomeTree: [[]],
    transactionHashes: [],
    receiptIds: [],
    burntGas: 0n,
    nextHeight: null,
  };
}

/** nearcore's hash of a header without the previous block's hash. */
export function innerHash(header: BlockHeader): Uint8Array {
  return combineHashes(sha256(innerLite(header)), innerRestHash(header));
}

export function innerRestHash(header: BlockHeader): Uint8Array {
  return sha256(innerRest(header));
}

function blockHash(header: BlockHeader): string {
  return base58.encode(combineHashes(innerHash(header), base58.decode(header.prevHash)));
}

/** Borsh of nearcore's `BlockHeaderInnerLite`, which light clients rebuild. */
function innerLite(header: BlockHeader): Uint8Array {
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

const ZERO = new Uint8Array(32);
const EMPTY_LIST = borshList([]);

/** Borsh of nearcore's `BlockHeaderInnerRestV5`; light clients only see its hash. */
function innerRest(header: BlockHeader): Uint8Array {
  const bodyReceiptsChunksTransactionsChallenges = Array.from({ length: 5 }, () => ZERO);
  const chunkMask = borshList([Uint8Array.of(1)]);
  const approvals = header.approvals.map((signature) => borshOption(Uint8Array.of(0, ...signature)));
  return Buffer.concat([
    ...bodyReceiptsChunksTransactionsChallenges,
    header.randomness,
    EMPTY_LIST, // validator proposals
    chunkMask,
    u128(header.gasPriceYocto),
    u128(header.totalSupplyYocto),
    EMPTY_LIST, // results of challenges
    base58.decode(header.lastFinalBlock),
    base58.decode(header.lastDoomslugFinalBlock),
    u64(BigInt(header.ordinal)),
    u64(header.prevHeight),
    borshOption(null), // data for epoch sync
    borshList(approvals),
    u32(header.protocolVersion),
    EMPTY_LIST, // chunk endorsements
  ]);
}
