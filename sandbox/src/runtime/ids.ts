import { createHash } from "node:crypto";
import { base58 } from "@scure/base";

const MAX_U64 = (1n << 64n) - 1n;

/**
 * Id of the `index`-th receipt that a transaction or receipt makes at `height`
 * (nearcore's `create_hash_upgradable`): sha256(parent ‖ height ‖ index), base58.
 */
export function childReceiptId(parentId: string, height: bigint, index: number): string {
  return base58.encode(derive(base58.decode(parentId), height, BigInt(index)));
}

/** Seed of an action's data ids and randomness; its salt counts down so that it can't meet a receipt id. */
export function actionHash(receiptId: string, height: bigint, actionIndex: number): Uint8Array {
  return derive(base58.decode(receiptId), height, MAX_U64 - BigInt(actionIndex));
}

/** Id of the `index`-th data dependency that an action makes, base58. */
export function dataIdOf(action: Uint8Array, height: bigint, index: number): string {
  return base58.encode(derive(action, height, BigInt(index)));
}

/** What `random_seed` returns: sha256(action hash ‖ the block's random value). */
export function actionRandomSeed(action: Uint8Array, blockRandomness: Uint8Array): Uint8Array {
  return createHash("sha256").update(action).update(blockRandomness).digest();
}

function derive(base: Uint8Array, height: bigint, salt: bigint): Uint8Array {
  const tail = Buffer.alloc(16);
  tail.writeBigUInt64LE(height, 0);
  tail.writeBigUInt64LE(salt, 8);
  return createHash("sha256").update(base).update(tail).digest();
}
