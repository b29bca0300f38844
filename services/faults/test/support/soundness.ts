import assert from "node:assert/strict";
import { parseBackupEntry } from "../../../backup/memory.ts";
import { checkKeyshares } from "../../../keyshare/check-keyshares.ts";
import { fileKeyshareStore, openFileKeyshareStore } from "../../../keyshare/file-keyshare-store.ts";
import type { Keyset } from "../../../keyshare/keyshare.ts";
import { sampleCheckers } from "../../../keyshare/test/samples.ts";
import { parseNodeEntry } from "../../../node/memory.ts";
import { isUnfinished } from "../../../store/durable-file.ts";
import { openJournal } from "../../../store/journal.ts";
import {
  AFTERMATHS,
  type Aftermath,
  crashingFiles,
  type Disk,
  diskAfterCrash,
} from "../../../store/test/crashing-files.ts";
import { ownerOf, PLACES, STORE_KEY } from "./parties.ts";

/** What a program would find if it were killed now and came back. */
export async function heldAfterCrash(disk: Disk, name: string, aftermath: Aftermath) {
  const files = crashingFiles(diskAfterCrash(disk, aftermath), Number.POSITIVE_INFINITY);
  const store = fileKeyshareStore(files, PLACES.shares, STORE_KEY, ownerOf(name));
  return { list: await store.list(), store };
}

/** The disk keeps this keyset, whatever a crash leaves of what isn't synced. */
export async function requireKept(disk: Disk, name: string, hash: string, digest?: string): Promise<void> {
  for (const aftermath of AFTERMATHS) {
    const { list } = await heldAfterCrash(disk, name, aftermath);
    const found = list.find((each) => each.keyset_hash === hash);
    assert.ok(found, `${aftermath}: the shares that were promised are not on the disk`);
    if (digest !== undefined) assert.equal(found.digest, digest, aftermath);
  }
}

/**
 * Whatever a start finds on a disk as whole is exactly the participant's share of a keyset that the contract had;
 * nothing is damaged, journals of either kind can be read, and no rest of a write is left after it.
 */
export async function requireSoundDisk(
  disk: Disk,
  name: string,
  participantId: number,
  keysets: ReadonlyMap<string, Keyset>,
): Promise<void> {
  const found = diskAfterCrash(disk, "everything");
  const files = crashingFiles(found, Number.POSITIVE_INFINITY);
  const store = await openFileKeyshareStore(files, PLACES.shares, STORE_KEY, ownerOf(name));
  for (const { keyset_hash } of await store.list()) {
    const keyset = keysets.get(keyset_hash);
    assert.ok(keyset, "a keyset that the contract never had");
    const shares = (await store.export(keyset_hash)) ?? [];
    assert.deepEqual(checkKeyshares(keyset, shares, participantId, sampleCheckers), { kind: "exact" });
  }
  assert.deepEqual(await store.damaged(), []);
  await openJournal(files, PLACES.journal, (value) => parseNodeEntry(value) ?? parseBackupEntry(value));
  assert.deepEqual([...found.names.keys()].filter(isUnfinished), []);
}
