/** What the contract keeps of upgrade transparency and seed backups, in Maps. */
import type { SeedVersion, Sha256Hex, UnixSeconds } from "../../src/protocol/brand.ts";
import { NO_SHARE_KEYS } from "../../src/protocol/transparency/share-keys.ts";
import {
  type CodeHashVotes,
  type HandoverName,
  NO_CODE_HASHES,
  type ShareKeysJson,
  type StoredReceipt,
  type TransparencyChange,
  type TransparencyLookup,
} from "../../src/protocol/transparency/transparency.ts";
import { sha256Hex } from "./keys.ts";

export interface TransparencyWorld {
  readonly votes: CodeHashVotes;
  readonly shareKeys: ShareKeysJson;
  /** JSON by version. */
  readonly seedBackups: ReadonlyMap<SeedVersion, string>;
  /** By the name's JSON. */
  readonly handovers: ReadonlyMap<string, StoredReceipt>;
}

export const EMPTY_TRANSPARENCY: TransparencyWorld = {
  votes: NO_CODE_HASHES,
  shareKeys: NO_SHARE_KEYS,
  seedBackups: new Map(),
  handovers: new Map(),
};

/** The block's time at a height: a block a second. */
export function timeAt(height: number): UnixSeconds {
  return (1_800_000_000 + height) as UnixSeconds;
}

export function transparencyLookup(world: TransparencyWorld): TransparencyLookup {
  return {
    votes: () => world.votes,
    shareKeys: () => world.shareKeys,
    seedBackup: (version) => world.seedBackups.get(version),
    seedBackupDigest: (version) => {
      const json = world.seedBackups.get(version);
      return json === undefined ? undefined : (sha256Hex(json) as Sha256Hex);
    },
    handover: (name) => world.handovers.get(keyOf(name)),
  };
}

export function advanceTransparency(
  world: TransparencyWorld,
  { votes, shareKeys, seedBackup, handover }: TransparencyChange,
): TransparencyWorld {
  return {
    votes: votes ?? world.votes,
    shareKeys: shareKeys ?? world.shareKeys,
    seedBackups: seedBackup
      ? new Map([...world.seedBackups, [seedBackup.version, seedBackup.json]])
      : world.seedBackups,
    handovers: handover
      ? new Map([...world.handovers, [keyOf(handover.name), handover.receipt]])
      : world.handovers,
  };
}

function keyOf({ version, from, to }: HandoverName): string {
  return JSON.stringify([version, from, to]);
}
