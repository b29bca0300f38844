import { createHash } from "node:crypto";
import { join } from "node:path";
import { recipientsFingerprint } from "../store/age-recipient.ts";
import { makeFolderDurably, removeDurably, removeUnfinished, writeDurably } from "../store/durable-file.ts";
import type { Files } from "../store/files.ts";
import { open, seal } from "../store/seal.ts";
import { type SealContext, sameContext } from "../store/seal-context.ts";
import type { StoreKey } from "../store/store-key.ts";
import { keysetHash } from "./keyset-hash.ts";
import type { Keyset, Keyshare } from "./keyshare.ts";
import type { KeyshareStore, StoredKeyset } from "./keyshare-store.ts";
import { decodeKeysharesDocument, encodeKeysharesDocument, keysharesDocument } from "./keyshares-document.ts";

/** A `KeyshareStore` of sealed files, one per keyset, that can also tell what is damaged and erase by rule. */
export interface FileKeyshareStore extends KeyshareStore {
  /** Files in the folder that should be shares but can't be used, with the reason. They count as not held. */
  damaged(): Promise<readonly DamagedFile[]>;
  /** Removes one keyset's shares for good, also a damaged file. Nothing happens when they aren't held. */
  erase(keysetHash: string): Promise<void>;
  /**
   * Seals anew what isn't sealed to this store's recipients, as after a change of the config; returns what changed.
   * Each such file gets another digest.
   */
  reseal(): Promise<readonly StoredKeyset[]>;
}

export interface DamagedFile {
  readonly name: string;
  readonly keyset_hash: string;
  readonly reason: string;
}

/** Whose shares a store may hold; a file of another network, contract or account is refused. */
export interface StoreOwner {
  readonly network: string;
  readonly contract: string;
  readonly account: string;
}

interface ReadKeyset {
  readonly stored: StoredKeyset;
  readonly keyset: Keyset;
  /** `recipientsFingerprint` of the file. */
  readonly recipients: string;
  readonly shares: readonly Keyshare[];
}

const FILE_NAME = /^([0-9a-f]{64})\.keyshares$/;

/**
 * Opens (and if need be makes) the folder that holds an account's shares, one sealed file per keyset hash.
 * Leftovers of interrupted writes are cleared away, so only one program at a time may do this; whole files are never
 * touched by opening.
 *
 * @param recipients operators' `age1…` keys that shall open each file too; see `seal`
 */
export async function openFileKeyshareStore(
  files: Files,
  folder: string,
  key: StoreKey,
  owner: StoreOwner,
  recipients: readonly string[] = [],
): Promise<FileKeyshareStore> {
  await makeFolderDurably(files, folder);
  await removeUnfinished(files, folder);
  // A program that was killed may have left names that are seen and not yet on the disk.
  await files.sync(folder);
  return fileKeyshareStore(files, folder, key, owner, recipients);
}

/** The store of a folder as it is, without clearing up: for looking into the folder of a running program. */
export function fileKeyshareStore(
  files: Files,
  folder: string,
  key: StoreKey,
  owner: StoreOwner,
  recipients: readonly string[] = [],
): FileKeyshareStore {
  const read = (hash: string) => readKeyset(files, folder, key, owner, hash);
  const changes = changesOf(files, folder);
  const readAll = async () => {
    const found = await Promise.all((await storedHashes(files, folder)).map(read));
    await changes.makeSure();
    return found;
  };
  const sealedTo = recipientsFingerprint(recipients);
  const write = async (keyset: Keyset, shares: readonly Keyshare[]): Promise<StoredKeyset> => {
    const stored = { keyset_hash: keysetHash(keyset), epoch_id: keyset.epoch_id };
    const plaintext = encodeKeysharesDocument(keysharesDocument(keyset, shares));
    const sealed = await seal(key, { ...owner, ...stored }, plaintext, recipients);
    await changes.make(() => writeDurably(files, filePath(folder, stored.keyset_hash), sealed));
    return { ...stored, digest: sha256Hex(sealed) };
  };
  return {
    list: async () => (await readAll()).filter(isReadKeyset).map(({ stored }) => stored),
    async export(hash) {
      const found = await read(hash);
      return isReadKeyset(found) ? found.shares : undefined;
    },
    async import(keyset, shares) {
      const held = await read(keysetHash(keyset));
      await changes.makeSure();
      const same = isReadKeyset(held) && held.recipients === sealedTo && sameShares(held.shares, shares);
      return same ? held.stored : write(keyset, shares);
    },
    damaged: async () => damagedAmong(await storedHashes(files, folder), read),
    erase: (hash) => changes.make(() => removeDurably(files, filePath(folder, hash))),
    async reseal() {
      const others = (await readAll()).filter(isReadKeyset).filter((each) => each.recipients !== sealedTo);
      const written: StoredKeyset[] = [];
      for (const { keyset, shares } of others) written.push(await write(keyset, shares));
      return written;
    },
  };
}

/** A change that is under way, or failed half way, may be seen and not be on the disk. */
function changesOf(files: Files, folder: string) {
  let underWay = 0;
  let doubtful = false;
  return {
    async make(change: () => Promise<void>): Promise<void> {
      underWay += 1;
      try {
        await change();
      } catch (error) {
        doubtful = true;
        throw error;
      } finally {
        underWay -= 1;
      }
    },
    /** To be called after the folder was read: what was seen in it is on the disk from then on. */
    async makeSure(): Promise<void> {
      if (underWay === 0 && !doubtful) return;
      const wasDoubtful = doubtful;
      doubtful = false;
      await files.sync(folder).catch((error: unknown) => {
        doubtful = wasDoubtful;
        throw error;
      });
    },
  };
}

async function damagedAmong(
  hashes: readonly string[],
  read: (hash: string) => ReturnType<typeof readKeyset>,
): Promise<readonly DamagedFile[]> {
  const found = await Promise.all(hashes.map(async (hash) => [hash, await read(hash)] as const));
  return found.flatMap(([keyset_hash, each]) =>
    each !== undefined && "reason" in each
      ? [{ name: fileName(keyset_hash), keyset_hash, reason: each.reason }]
      : [],
  );
}

async function readKeyset(
  files: Files,
  folder: string,
  key: StoreKey,
  owner: StoreOwner,
  hash: string,
): Promise<ReadKeyset | { readonly reason: string } | undefined> {
  const bytes = await files.read(filePath(folder, hash));
  if (bytes === undefined) return undefined;
  const opened = await open(key, bytes);
  if (opened.kind === "other_key") return { reason: `sealed under another store key (${opened.key_id})` };
  if (opened.kind === "damaged") return { reason: opened.reason };
  try {
    const { keyset, keyshares } = decodeKeysharesDocument(opened.plaintext);
    const expected: SealContext = { ...owner, keyset_hash: hash, epoch_id: keyset.epoch_id };
    if (!sameContext(opened.context, expected))
      return { reason: "it belongs to another network, contract or account" };
    if (keysetHash(keyset) !== hash) return { reason: "it holds another keyset than its name says" };
    const stored = { keyset_hash: hash, epoch_id: keyset.epoch_id, digest: sha256Hex(bytes) };
    return { stored, keyset, recipients: opened.recipients, shares: keyshares };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

async function storedHashes(files: Files, folder: string): Promise<readonly string[]> {
  return (await files.list(folder)).flatMap((name) => FILE_NAME.exec(name)?.[1] ?? []);
}

function isReadKeyset(found: ReadKeyset | { readonly reason: string } | undefined): found is ReadKeyset {
  return found !== undefined && "stored" in found;
}

function sameShares(a: readonly Keyshare[], b: readonly Keyshare[]): boolean {
  const sorted = (shares: readonly Keyshare[]) =>
    [...shares]
      .sort((x, y) => x.domain_id - y.domain_id)
      .map((s) => [s.domain_id, s.epoch_id, s.attempt, s.public_key, s.scheme, s.secret]);
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function filePath(folder: string, hash: string): string {
  return join(folder, fileName(hash));
}

function fileName(hash: string): string {
  return `${hash}.keyshares`;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
