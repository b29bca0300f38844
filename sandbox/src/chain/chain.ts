import { base58 } from "@scure/base";
import type { Genesis } from "../genesis/genesis.ts";
import { applyGenesisRecords } from "../genesis/records.ts";
import { type ChunkTrie, chunkTrie } from "../runtime/chunk-trie.ts";
import type { Outcome } from "../runtime/outcome.ts";
import type { Receipt } from "../runtime/receipts.ts";
import { emptyWorldState, type WorldState } from "../runtime/state.ts";
import type { SignedTransaction } from "../transaction/actions.ts";
import type { RunFunctionCall, RuntimeParameters } from "../vm/interface.ts";
import { type Block, type BlockHeader, emptyBlock } from "./block.ts";
import { blockProducersHash } from "./block-producer.ts";
import { type BlockTree, emptyBlockTree } from "./block-tree.ts";
import { sha256 } from "./merkle.ts";

/** What the chain needs from outside; all of it can be replaced in tests. */
export interface ChainEnvironment {
  readonly parameters: RuntimeParameters;
  readonly runFunctionCall: RunFunctionCall;
  /** Wall clock in nanoseconds since 1970. */
  readonly nowNanos: () => bigint;
  /** By how much a fast-forwarded block moves the clock. */
  readonly meanBlockDelayNanos: bigint;
  /** 64-byte ed25519 signature of the genesis validator. */
  readonly signAsValidator: (message: Uint8Array) => Uint8Array;
}

export interface StoredTransaction {
  readonly transaction: SignedTransaction;
  readonly hash: string;
}

export interface StoredOutcome {
  readonly outcome: Outcome;
  readonly block: Block;
  /** Position among the block's outcomes. */
  readonly index: number;
}

/** A final block, with what proves that it is final. */
export interface FinalizedBlock {
  readonly block: Block;
  readonly nextInnerHash: Uint8Array;
  /** The block producers' signatures that endorse the next block. */
  readonly approvalsAfterNext: readonly Uint8Array[];
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
  readonly blockTree: BlockTree;
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
  /** Oldest first and never forgotten: light clients that lag behind step from one to the next. */
  readonly pastEpochs: PastEpoch[];
}

export interface Epoch {
  readonly height: bigint;
  readonly startHeight: bigint;
  readonly id: Uint8Array;
  readonly nextId: Uint8Array;
}

export interface PastEpoch extends Epoch {
  /** null when no block of the epoch was followed by two more. */
  readonly lastFinal: FinalizedBlock | null;
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
    blockTree: emptyBlockTree(),
    fastForwardedNanos: 0n,
    stateHeight: block.height,
    incoming: [],
    delayed: [],
    blocks: new Map([[block.height, block]]),
    heightByHash: new Map([[block.hash, block.height]]),
    transactions: new Map(),
    outcomes: new Map(),
    receipts: new Map(),
    pastEpochs: [],
  };
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
    totalSupplyYocto: genesis.totalSupplyYocto,
    lastFinalBlock: base58.encode(ZERO),
    lastDoomslugFinalBlock: base58.encode(ZERO),
    ordinal: 1,
    approvals: [],
    protocolVersion: genesis.protocolVersion,
  };
  return emptyBlock(header, ZERO, 1n);
}
