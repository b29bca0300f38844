import { base58 } from "@scure/base";
import type { Genesis } from "../genesis/genesis.ts";
import { applyGenesisRecords } from "../genesis/records.ts";
import { type ChunkTrie, chunkTrie } from "../runtime/chunk-trie.ts";
import type { Outcome } from "../runtime/outcome.ts";
import type { Receipt } from "../runtime/receipts.ts";
import { emptyWorldState, type WorldState } from "../runtime/state.ts";
import type { SignedTransaction } from "../transaction/actions.ts";
import { parsePublicKey } from "../transaction/public-key.ts";
import type { RunFunctionCall, RuntimeParameters } from "../vm/interface.ts";
import { type Block, type BlockHeader, blockHash } from "./block.ts";
import { EMPTY_TREE, type GrowingTree, sha256 } from "./merkle.ts";

/** What the chain needs from outside; all of it can be replaced in tests. */
export interface ChainEnvironment {
  readonly parameters: RuntimeParameters;
  readonly runFunctionCall: RunFunctionCall;
  /** Wall clock in nanoseconds since 1970. */
  readonly nowNanos: () => bigint;
  /** By how much a fast-forwarded block moves the clock. */
  readonly meanBlockDelayNanos: bigint;
}

export interface StoredTransaction {
  readonly transaction: SignedTransaction;
  readonly hash: string;
}

export interface StoredOutcome {
  readonly outcome: Outcome;
  readonly block: Block;
}

export interface Chain {
  readonly environment: ChainEnvironment;
  readonly genesis: Genesis;
  readonly genesisHash: string;
  readonly state: WorldState;
  readonly trie: ChunkTrie;
  head: Block;
  epoch: Epoch;
  /** Over the hashes of all blocks before the head. */
  blockTree: GrowingTree;
  /** Of the head's outcomes; the next header commits to it. */
  headOutcomeRoot: Uint8Array;
  fastForwardedNanos: bigint;
  /** The first block with today's state; queries for older blocks can't be answered. */
  stateHeight: bigint;
  /** Receipts that the next block takes in. */
  incoming: Receipt[];
  /** Receipts that found the chunk full; they come before the incoming ones. */
  delayed: Receipt[];
  /** The latest blocks, oldest first. */
  readonly blocks: Map<bigint, Block>;
  readonly heightByHash: Map<string, bigint>;
  readonly transactions: Map<string, StoredTransaction>;
  readonly outcomes: Map<string, StoredOutcome>;
  readonly receipts: Map<string, Receipt>;
}

export interface Epoch {
  readonly height: bigint;
  readonly startHeight: bigint;
  readonly id: Uint8Array;
  readonly nextId: Uint8Array;
}

/** A chain at its genesis block, with the genesis records in its state. */
export function createChain(genesis: Genesis, environment: ChainEnvironment): Chain {
  const state = emptyWorldState();
  const trie = chunkTrie();
  applyGenesisRecords(state, trie, environment.parameters, genesis.records);
  trie.flush();
  const block = genesisBlock(genesis);
  return {
    environment,
    genesis,
    genesisHash: block.hash,
    state,
    trie,
    head: block,
    epoch: { height: 1n, startHeight: genesis.height, id: ZERO, nextId: base58.decode(block.hash) },
    blockTree: EMPTY_TREE,
    headOutcomeRoot: ZERO,
    fastForwardedNanos: 0n,
    stateHeight: block.height,
    incoming: [],
    delayed: [],
    blocks: new Map([[block.height, block]]),
    heightByHash: new Map([[block.hash, block.height]]),
    transactions: new Map(),
    outcomes: new Map(),
    receipts: new Map(),
  };
}

/** Hash of the one block producer's stake, the same for all epochs (Borsh of `Vec<ValidatorStake>`). */
export function blockProducersHash({ validator }: Genesis): Uint8Array {
  const account = Buffer.from(validator.accountId);
  const numbers = Buffer.alloc(9);
  numbers.writeUInt32LE(1, 0);
  numbers.writeUInt32LE(account.length, 5);
  const stake = Buffer.alloc(16);
  stake.writeBigUInt64LE(validator.stakeYocto & 0xffffffffffffffffn, 0);
  stake.writeBigUInt64LE(validator.stakeYocto >> 64n, 8);
  return sha256(Buffer.concat([numbers, account, parsePublicKey(validator.publicKey), stake]));
}

const ZERO = new Uint8Array(32);

function genesisBlock(genesis: Genesis): Block {
  const header: BlockHeader = {
    height: genesis.height,
    prevHash: base58.encode(ZERO),
    prevHeight: 0n,
    epochId: ZERO,
    nextEpochId: ZERO,
    prevStateRoot: sha256(Buffer.from(genesis.chainId)),
    outcomeRoot: ZERO,
    timestampNanos: genesis.timeNanos,
    nextBlockProducersHash: blockProducersHash(genesis),
    blockMerkleRoot: ZERO,
    randomness: sha256(Buffer.from(genesis.chainId)),
    gasPriceYocto: genesis.minGasPriceYocto,
    ordinal: 1,
  };
  return {
    ...header,
    hash: blockHash(header),
    epochHeight: 1n,
    outcomeIds: [],
    transactionHashes: [],
    receiptIds: [],
    burntGas: 0n,
  };
}
