/// <reference path="../../engine/env.d.ts" />
/**
 * Upgrade transparency, under keys of its own: `Y` code hashes with their votes, `X` share keys, and for each seed
 * backup and each handover one key.
 */
import type { SeedVersion, Sha256Hex } from "../protocol/brand.ts";
import { NO_SHARE_KEYS } from "../protocol/transparency/share-keys.ts";
import {
  type HandoverName,
  NO_CODE_HASHES,
  type ShareKeysJson,
  type StoredReceipt,
  type TransparencyChange,
  type TransparencyLookup,
} from "../protocol/transparency/transparency.ts";
import { CODE_HASHES_KEY, readText, SHARE_KEYS_KEY } from "./storage-layout.ts";

export const seedBackupKey = (version: SeedVersion): string => `b:${version}`;
const digestKey = (version: SeedVersion): string => `d:${version}`;
const handoverKey = ({ version, from, to }: HandoverName): string => `h:${version}:${from}:${to}`;

export const STORED_TRANSPARENCY: TransparencyLookup = {
  votes: () => read(CODE_HASHES_KEY) ?? NO_CODE_HASHES,
  shareKeys: () => (readText(SHARE_KEYS_KEY) as ShareKeysJson | null) ?? NO_SHARE_KEYS,
  seedBackup: (version) => readText(seedBackupKey(version)) ?? undefined,
  seedBackupDigest: (version) => (readText(digestKey(version)) ?? undefined) as Sha256Hex | undefined,
  handover: (name) => read<StoredReceipt>(handoverKey(name)) ?? undefined,
};

export function saveTransparency({ votes, shareKeys, seedBackup, handover }: TransparencyChange): void {
  if (votes) write(CODE_HASHES_KEY, votes);
  if (shareKeys) env.storage_write(SHARE_KEYS_KEY, shareKeys);
  if (seedBackup) {
    env.storage_write(seedBackupKey(seedBackup.version), seedBackup.json);
    env.storage_write(digestKey(seedBackup.version), seedBackup.digest);
  }
  if (handover) write(handoverKey(handover.name), handover.receipt);
}

function read<Value>(key: string): Value | null {
  const text = readText(key);
  return text === null ? null : (JSON.parse(text) as Value);
}

function write(key: string, value: unknown): void {
  env.storage_write(key, JSON.stringify(value));
}
