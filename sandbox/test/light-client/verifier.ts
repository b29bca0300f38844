import { createHash } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { base58 } from "@scure/base";
import { type Json, outcomeLeaf, producersHash, readInnerLite, u64 } from "./wire.ts";

/**
 * A light client after NEAR's specification, written for these tests apart from the chain's code: it knows one block,
 * the block producers of its epoch, and how to hash and to verify ed25519.
 */
export interface LightClient {
  readonly headHash: Uint8Array;
  readonly height: bigint;
  readonly epochId: string;
  readonly nextEpochId: string;
  readonly blockMerkleRoot: Uint8Array;
  readonly producers: ReadonlyMap<string, readonly Producer[]>;
}

export interface Producer {
  readonly publicKey: string;
  readonly stake: bigint;
}

/** A proof or block that a light client must not believe; the message names the check that failed. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Trusts a block and the validators of its epoch, as the node shows them. */
export function trusting(header: Json, validators: readonly Json[]): LightClient {
  const producers = validators.map(({ public_key, stake }) => ({
    publicKey: public_key,
    stake: BigInt(stake),
  }));
  return {
    headHash: decode(header.hash),
    height: BigInt(header.height),
    epochId: header.epoch_id,
    nextEpochId: header.next_epoch_id,
    blockMerkleRoot: decode(header.block_merkle_root),
    producers: new Map([[header.epoch_id, producers]]),
  };
}

/** The client after learning of the next block. Throws Refused. */
export function advance(client: LightClient, view: Json): LightClient {
  const lite = readInnerLite(view.inner_lite);
  const headHash = blockHash(view);
  demand(lite.height > client.height, "height must grow");
  demand([client.epochId, client.nextEpochId].includes(lite.epochId), "epoch must be this or the next");
  const producers = client.producers.get(lite.epochId);
  demand(producers !== undefined, "producers of the epoch must be known");
  checkApprovals(producers!, view, headHash, lite.height);
  demand(Array.isArray(view.next_bps), "next producers must be given");
  demand(
    same(producersHash(view.next_bps), lite.nextProducersHash),
    "next producers must have the header's hash",
  );
  const next = view.next_bps.map((bp: Json) => ({ publicKey: bp.public_key, stake: BigInt(bp.stake) }));
  return {
    headHash,
    height: lite.height,
    epochId: lite.epochId,
    nextEpochId: lite.nextEpochId,
    blockMerkleRoot: lite.blockMerkleRoot,
    producers: new Map(client.producers).set(lite.nextEpochId, next),
  };
}

/** Checks `EXPERIMENTAL_light_client_proof` against the client's head. Throws Refused. */
export function verifyOutcome(client: LightClient, id: string, proof: Json): void {
  const { block_header_lite: lite, outcome_proof: outcome } = proof;
  demand(outcome.id === id, "the outcome must be the one asked for");
  const chunkRoot = walk(outcomeLeaf(outcome), outcome.proof);
  const outcomeRoot = walk(hash(chunkRoot), proof.outcome_root_proof);
  demand(same(outcomeRoot, readInnerLite(lite.inner_lite).outcomeRoot), "outcome root must be the header's");
  demand(base58.encode(blockHash(lite)) === outcome.block_hash, "the header must be the outcome's block's");
  verifyAncestor(client, proof);
}

/** Checks `block_proof` for `block_header_lite` against the client's head. Throws Refused. */
export function verifyAncestor(client: LightClient, proof: Json): void {
  const root = walk(blockHash(proof.block_header_lite), proof.block_proof);
  demand(same(root, client.blockMerkleRoot), "block merkle root must be the head's");
}

/** Hash of a lite block or a light client block. */
export function blockHash(view: Json): Uint8Array {
  const inner = hash(
    Buffer.concat([hash(readInnerLite(view.inner_lite).bytes), decode(view.inner_rest_hash)]),
  );
  return hash(Buffer.concat([inner, decode(view.prev_block_hash)]));
}

export function hash(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

/** From a leaf along a merkle path to the root. */
export function walk(leaf: Uint8Array, path: readonly Json[]): Uint8Array {
  return path.reduce((node: Uint8Array, { direction, hash: sibling }) => {
    demand(direction === "Left" || direction === "Right", "a direction is Left or Right");
    const pair = direction === "Left" ? [decode(sibling), node] : [node, decode(sibling)];
    return hash(Buffer.concat(pair));
  }, leaf);
}

function checkApprovals(
  producers: readonly Producer[],
  view: Json,
  headHash: Uint8Array,
  height: bigint,
): void {
  const nextHash = hash(Buffer.concat([decode(view.next_block_inner_hash), headHash]));
  const message = Buffer.concat([Uint8Array.of(0), nextHash, u64(height + 2n)]);
  demand(view.approvals_after_next.length === producers.length, "there must be one approval per producer");
  let approved = 0n;
  for (const [index, { publicKey, stake }] of producers.entries()) {
    const approval: unknown = view.approvals_after_next[index] ?? null;
    if (approval === null) continue;
    demand(verifySignature(publicKey, message, String(approval)), "an approval's signature must be valid");
    approved += stake;
  }
  const total = producers.reduce((sum, { stake }) => sum + stake, 0n);
  demand(approved * 3n > total * 2n, "more than two thirds of the stake must approve");
}

export function verifySignature(publicKey: string, message: Uint8Array, signature: string): boolean {
  try {
    return ed25519.verify(keyBytes(signature), message, keyBytes(publicKey));
  } catch {
    return false;
  }
}

function keyBytes(text: string): Uint8Array {
  demand(text.startsWith("ed25519:"), "keys and signatures are ed25519");
  return base58.decode(text.slice("ed25519:".length));
}

function decode(text: string): Uint8Array {
  const bytes = base58.decode(text);
  demand(bytes.length === 32, "a hash has 32 bytes");
  return bytes;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function demand(holds: boolean, rule: string): void {
  if (!holds) throw new Refused(rule);
}
