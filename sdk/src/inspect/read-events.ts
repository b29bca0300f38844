import { decodeEvent } from "../../../contract/src/interface/event-log.ts";
import type { BlockHeight } from "../../../contract/src/protocol/brand.ts";
import type { AskNode } from "../client/json-rpc.ts";
import { touchingReceipts, transactionOfReceipt } from "./contract-receipts.ts";
import { readTransaction, type SeenTransaction } from "./read-transaction.ts";
import { type Walk, type WalkedBlock, type WalkRange, walkBlocks } from "./walk-blocks.ts";

/** One event that the contract logged. */
export interface SeenEvent {
  readonly height: BlockHeight;
  /** Milliseconds since 1970: the block's time. */
  readonly timeMillis: number;
  readonly transactionHash: string;
  readonly signerId: string;
  /** The event's name; of a newer contract it may be unknown to this version. */
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Something that could not be looked at. */
export interface EventGap {
  readonly height: number;
  readonly reason: "blocks_not_kept" | "cap_reached" | "transaction_not_found";
}

/** The events of a range of blocks, oldest first. */
export interface EventsReport {
  /** The range that was looked through, both ends inclusive; null when nothing was. */
  readonly from: number | null;
  readonly to: number | null;
  readonly events: readonly SeenEvent[];
  /** Empty when the range is complete. */
  readonly gaps: readonly EventGap[];
}

/** A transaction's receipts run in one of the next blocks: so far back it is looked for. */
const LOOK_BACK = 3;

/**
 * Finds the contract's events in the logs of its receipts, without an indexer.
 *
 * Walks the blocks; where the node serves `EXPERIMENTAL_changes`, only blocks in which a receipt touched the contract
 * are looked into, otherwise all. Their chunks name the transactions to the contract, whose outcomes hold the logs.
 * What one node tells is believed. Throws RpcError.
 */
export async function readEvents(
  node: AskNode,
  contractId: string,
  range: WalkRange,
  signal?: AbortSignal,
): Promise<EventsReport> {
  const started = {
    ...range,
    from: Math.max(0, range.from - LOOK_BACK),
    maxBlocks: range.maxBlocks + LOOK_BACK,
  };
  const walk = await walkBlocks(node, started, signal);
  const covered = walk.blocks.filter(({ height }) => height >= range.from).slice(0, range.maxBlocks);
  const touching = await touchingReceipts(node, contractId, covered, signal);
  const hashes = await transactionsIn(node, contractId, blocksToRead(walk.blocks, touching), signal);
  const transactions = await inGroups([...hashes], ([hash, signer]) =>
    readTransaction(node, hash, signer, signal),
  );
  const lost = await lostReceipts(node, contractId, touching, transactions, signal);
  const times = new Map(covered.map((block) => [block.hash, block]));
  return {
    from: covered.at(-1)?.height ?? null,
    to: covered[0]?.height ?? null,
    events: eventsOf([...transactions, ...lost.found], contractId, times),
    gaps: [...gapsOf(walk, range, covered), ...lost.gaps],
  };
}

type Touching = ReadonlyMap<BlockHeight, readonly string[]> | null;

/** All blocks, or those in which something touched the contract with those just before. */
function blocksToRead(blocks: readonly WalkedBlock[], touching: Touching): readonly WalkedBlock[] {
  if (touching === null) return blocks;
  return blocks.filter((_, index) =>
    blocks.slice(Math.max(0, index - LOOK_BACK), index + 1).some(({ height }) => touching.has(height)),
  );
}

/** Hashes and signers of the transactions to the contract that these blocks hold, oldest first. */
async function transactionsIn(
  node: AskNode,
  contractId: string,
  blocks: readonly WalkedBlock[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, string>> {
  const chunkHashes = [...blocks].reverse().flatMap((block) => block.chunkHashes);
  const chunks = await inGroups(chunkHashes, (chunk_id) => node.ask("chunk", { chunk_id }, signal));
  const found = new Map<string, string>();
  for (const chunk of chunks) {
    const { transactions } = (chunk ?? {}) as { transactions?: unknown };
    for (const each of (Array.isArray(transactions) ? transactions : []) as Record<string, unknown>[]) {
      const { hash, receiver_id: receiver, signer_id: signer } = each;
      const isOurs = receiver === contractId && typeof hash === "string" && typeof signer === "string";
      if (isOurs) found.set(hash, signer);
    }
  }
  return found;
}

interface Lost {
  readonly found: readonly SeenTransaction[];
  readonly gaps: readonly EventGap[];
}

/** Receipts whose transaction wasn't in the blocks read: of calls through other contracts, or long under way. */
async function lostReceipts(
  node: AskNode,
  contractId: string,
  touching: Touching,
  known: readonly SeenTransaction[],
  signal: AbortSignal | undefined,
): Promise<Lost> {
  const seen = new Set(known.flatMap(({ outcomes }) => outcomes.map(({ id }) => id)));
  const found = new Map<string, SeenTransaction>();
  const gaps: EventGap[] = [];
  for (const [height, receipts] of touching ?? []) {
    for (const receipt of receipts.filter((id) => !seen.has(id))) {
      const transaction = await transactionOfReceipt(node, contractId, receipt, signal);
      if (transaction === null) gaps.push({ height, reason: "transaction_not_found" });
      else found.set(transaction.hash, transaction);
      for (const { id } of transaction?.outcomes ?? []) seen.add(id);
    }
  }
  return { found: [...found.values()], gaps };
}

function eventsOf(
  transactions: readonly SeenTransaction[],
  contractId: string,
  blocks: ReadonlyMap<string, WalkedBlock>,
): readonly SeenEvent[] {
  const events = transactions.flatMap((transaction) =>
    transaction.outcomes
      // Any contract can log lines that look like ours.
      .filter(({ executorId }) => executorId === contractId)
      .flatMap(({ blockHash, logs }) => {
        const block = blocks.get(blockHash);
        if (block === undefined) return [];
        const { height, timeMillis } = block;
        const { hash: transactionHash, signerId } = transaction;
        return logs.flatMap((line) => {
          const decoded = decodeEvent(line);
          return decoded === null ? [] : [{ height, timeMillis, transactionHash, signerId, ...decoded }];
        });
      }),
  );
  return events.sort((one, other) => one.height - other.height);
}

function gapsOf(walk: Walk, range: WalkRange, covered: readonly WalkedBlock[]): readonly EventGap[] {
  const lowest = covered.at(-1);
  if (walk.notKept !== null && walk.notKept >= range.from) {
    return [{ height: walk.notKept, reason: "blocks_not_kept" }];
  }
  const isCut = lowest !== undefined && lowest.prevHeight >= range.from;
  return isCut ? [{ height: lowest.prevHeight, reason: "cap_reached" }] : [];
}

const AT_ONCE = 8;

async function inGroups<Item, Value>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Value>,
): Promise<readonly Value[]> {
  const values: Value[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    values.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(ask))));
  }
  return values;
}
