import { createHash } from "node:crypto";
import { base58 } from "@scure/base";
import { type Ed25519KeyPair, ed25519KeyPairFromSeed, signBytes } from "../../src/crypto/keys.ts";
import { type BlockProducer, readHeaderLite, readProducers } from "../../src/lightclient/light-block.ts";
import { type LightHead, trustHead } from "../../src/lightclient/light-head.ts";

/** A producer of a chain that a test makes up, with its key. */
export interface Signer {
  readonly keyPair: Ed25519KeyPair;
  readonly json: { readonly account_id: string; readonly public_key: string; readonly stake: string };
}

export function signer(number: number, stake: bigint, publicKey?: string): Signer {
  const keyPair = ed25519KeyPairFromSeed(Buffer.alloc(32, number));
  const json = { account_id: `p${number}.near`, public_key: publicKey ?? keyPair.publicKey };
  return { keyPair, json: { ...json, stake: String(stake) } };
}

export function producersOf(signers: readonly Signer[]): readonly BlockProducer[] {
  return readProducers(signers.map(({ json }) => json));
}

/** What a test says differently about a block. */
export interface BlockChange {
  readonly height?: string | number;
  readonly epoch?: string;
  readonly nextEpoch?: string;
  /** Whom the header commits to. */
  readonly committed?: readonly Signer[];
  /** Whom the answer names; null for nobody. */
  readonly named?: readonly object[] | null;
  /** What is signed instead of an endorsement with the height after the next. */
  readonly signedHeight?: bigint;
}

/** An answer to `next_light_client_block`, signed by those who aren't null. */
export function block(signers: readonly (Signer | null)[], change: BlockChange = {}) {
  const committed = change.committed ?? [];
  const fields = {
    prev_block_hash: named("previous"),
    inner_rest_hash: named("rest"),
    next_block_inner_hash: named("next"),
    inner_lite: {
      height: change.height ?? 101,
      epoch_id: named(change.epoch ?? "epoch 1"),
      next_epoch_id: named(change.nextEpoch ?? "epoch 2"),
      prev_state_root: named("state"),
      outcome_root: named("outcomes"),
      timestamp_nanosec: "1700000000000000000",
      next_bp_hash: base58.encode(committedHash(committed)),
      block_merkle_root: named("blocks"),
    },
    next_bps: change.named === undefined ? committed.map(({ json }) => json) : change.named,
  };
  const { hash, height } = readHeaderLite(fields);
  const nextHash = sha256(base58.decode(fields.next_block_inner_hash), hash);
  const heightBytes = Buffer.alloc(8);
  heightBytes.writeBigUInt64LE(BigInt.asUintN(64, change.signedHeight ?? height + 2n));
  const message = Buffer.concat([Buffer.of(0), nextHash, heightBytes]);
  const approvals_after_next = signers.map((each) =>
    each === null ? null : `ed25519:${base58.encode(signBytes(each.keyPair, message))}`,
  );
  return { ...fields, approvals_after_next };
}

/** A head at height 100 in the first epoch. */
export function headOf(producers: readonly Signer[], nextProducers: readonly Signer[] | null): LightHead {
  const { inner_lite, ...rest } = block([], { height: 100, committed: nextProducers ?? [] });
  const header = readHeaderLite({ ...rest, inner_lite });
  return trustHead(header, producersOf(producers), nextProducers && producersOf(nextProducers));
}

/** Base58 of a hash that stands for something. */
export function named(name: string): string {
  return base58.encode(sha256(Buffer.from(name)));
}

/** NEAR's Borsh of a list of stakes, written down here once more. */
function committedHash(signers: readonly Signer[]): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(signers.length);
  const stakes = signers.map(({ json }) => {
    const account = Buffer.from(json.account_id);
    const accountLength = Buffer.alloc(4);
    accountLength.writeUInt32LE(account.length);
    const [kind, encoded = ""] = json.public_key.split(":");
    const stake = Buffer.alloc(16);
    stake.writeBigUInt64LE(BigInt.asUintN(64, BigInt(json.stake)));
    stake.writeBigUInt64LE(BigInt(json.stake) >> 64n, 8);
    const key = Buffer.concat([Buffer.of(kind === "ed25519" ? 0 : 1), base58.decode(encoded)]);
    return Buffer.concat([Buffer.of(0), accountLength, account, key, stake]);
  });
  return sha256(length, ...stakes);
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}
