import { base58 } from "@scure/base";
import { equalBytes } from "../crypto/equal-bytes.ts";
import { verifyBytes } from "../crypto/keys.ts";
import { FieldError, object } from "./json-fields.ts";
import {
  type BlockHeaderLite,
  type BlockProducer,
  type LightBlock,
  producersHash,
  readLightBlock,
} from "./light-block.ts";
import { type LightClientCode, LightClientError } from "./light-client-error.ts";
import { sha256 } from "./near-borsh.ts";

/** The newest block that is believed, and who produces the blocks that may follow. Plain data, to be stored. */
export interface LightHead {
  /** Base58. */
  readonly blockHash: string;
  readonly height: bigint;
  readonly epochId: string;
  readonly nextEpochId: string;
  readonly blockMerkleRoot: string;
  readonly timestampNanos: bigint;
  /** Of the block's own epoch and, once known, of the next. */
  readonly producers: readonly BlockProducer[];
  readonly nextProducers: readonly BlockProducer[] | null;
}

/**
 * A head of a block that is trusted from elsewhere, for instance pinned in a program's image.
 *
 * Throws LightClientError `LIGHT_BLOCK_PRODUCERS` when the next producers aren't those of its header.
 */
export function trustHead(
  header: BlockHeaderLite,
  producers: readonly BlockProducer[],
  nextProducers: readonly BlockProducer[] | null,
): LightHead {
  if (nextProducers !== null) requireCommitted(header, nextProducers);
  return headOf(header, producers, nextProducers);
}

/**
 * The head after one answer to `next_light_client_block`, given as parsed JSON: signed by more than two thirds of the
 * stake of its epoch's producers, which the old head knows.
 *
 * Throws LightClientError. Source: NEAR's light client specification, "Updating the light client state".
 */
export function advanceHead(head: LightHead, answer: unknown): LightHead {
  const block = parse(answer);
  const { header, nextProducers } = block;
  if (header.height <= head.height) {
    throw new LightClientError(
      "LIGHT_BLOCK_STALE",
      `block ${header.height} isn't above the head ${head.height}`,
    );
  }
  const epochId = base58.encode(header.epochId);
  const producers = producersOf(head, epochId);
  if (epochId !== head.epochId && nextProducers === null) {
    throw new LightClientError("LIGHT_BLOCK_EPOCH", "a new epoch's block must name the producers after it");
  }
  if (nextProducers !== null) requireCommitted(header, nextProducers);
  requireApprovals(block, producers);
  return headOf(header, producers, nextProducers ?? head.nextProducers);
}

function producersOf(head: LightHead, epochId: string): readonly BlockProducer[] {
  const known = new Map([
    [head.nextEpochId, head.nextProducers],
    [head.epochId, head.producers],
  ]);
  const producers = known.get(epochId) ?? null;
  if (producers !== null) return producers;
  throw new LightClientError("LIGHT_BLOCK_EPOCH", `the producers of epoch ${epochId} are unknown`);
}

function parse(answer: unknown): LightBlock {
  try {
    return readLightBlock(object(answer, "the answer"));
  } catch (error) {
    throw malformed("LIGHT_BLOCK_MALFORMED", error);
  }
}

/** A LightClientError for a FieldError; anything else is thrown on. */
export function malformed(code: LightClientCode, error: unknown): LightClientError {
  if (error instanceof FieldError || error instanceof RangeError)
    return new LightClientError(code, error.message);
  throw error;
}

function requireCommitted(header: BlockHeaderLite, nextProducers: readonly BlockProducer[]): void {
  if (equalBytes(producersHash(nextProducers), header.nextProducersHash)) return;
  throw new LightClientError("LIGHT_BLOCK_PRODUCERS", "the next producers aren't those of the header");
}

const ENDORSEMENT = Uint8Array.of(0);

function requireApprovals(
  { header, nextInnerHash, approvedHeight, approvals }: LightBlock,
  producers: readonly BlockProducer[],
): void {
  const nextHash = sha256(nextInnerHash, header.hash);
  const message = Buffer.concat([ENDORSEMENT, nextHash, approvedHeight]);
  let approvedYocto = 0n;
  for (const [index, { publicKey, stakeYocto }] of producers.entries()) {
    const approval = approvals[index] ?? null;
    // Signatures of the rare producers with a key of another kind count as missing.
    if (approval?.kind !== "ed25519" || !publicKey.startsWith("ed25519:")) continue;
    if (!verifyBytes(publicKey, message, approval.bytes)) {
      throw new LightClientError("LIGHT_BLOCK_APPROVALS", `approval ${index} isn't signed by ${publicKey}`);
    }
    approvedYocto += stakeYocto;
  }
  const totalYocto = producers.reduce((sum, { stakeYocto }) => sum + stakeYocto, 0n);
  if (approvedYocto * 3n <= totalYocto * 2n) {
    throw new LightClientError("LIGHT_BLOCK_APPROVALS", "not more than two thirds of the stake signed");
  }
}

function headOf(
  header: BlockHeaderLite,
  producers: readonly BlockProducer[],
  nextProducers: readonly BlockProducer[] | null,
): LightHead {
  return {
    blockHash: base58.encode(header.hash),
    height: header.height,
    epochId: base58.encode(header.epochId),
    nextEpochId: base58.encode(header.nextEpochId),
    blockMerkleRoot: base58.encode(header.blockMerkleRoot),
    timestampNanos: header.timestampNanos,
    producers,
    nextProducers,
  };
}
