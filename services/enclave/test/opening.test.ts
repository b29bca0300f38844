import assert from "node:assert/strict";
import { test } from "node:test";
import { sealEnvelope } from "../../../sdk/src/crypto/envelope.ts";
import { x25519PublicKey } from "../../../sdk/src/crypto/keys.ts";
import { generateKxKeyPair, kxKeyPairFromSeed } from "../../../sdk/src/crypto/kx.ts";
import { errorCode } from "../../../sdk/src/errors/base-error.ts";
import { seedCommitment } from "../../../sdk/src/sharing/commitments.ts";
import { dealSeed } from "../../../sdk/src/sharing/deal-seed.ts";
import type { SeedBackup, ShareKeys } from "../../../sdk/src/sharing/seed-backup.ts";
import { keyPair, NOW } from "../../../sdk/test/approval/sample-recipient.ts";
import { sealingKeys } from "../../safe-mode/sealed-seed.ts";
import { openJournal } from "../../store/journal.ts";
import {
  AFTERMATHS,
  Crash,
  crashingFiles,
  type Disk,
  diskAfterCrash,
  emptyDisk,
} from "../../store/test/crashing-files.ts";
import {
  type OpeningIdentity,
  type OpeningPorts,
  openAsFirst,
  openingPhase,
  openRecovered,
  parseOpeningEntry,
} from "../opening.ts";
import { sealedSeedFile } from "../seed-file.ts";
import { signedFile } from "../signed-file.ts";

const NAME = { network: "testnet", contract: "mpc.testnet", version: 3 };
const IDENTITY: OpeningIdentity = { ...NAME, threshold: 2, owners: 3, dealer: keyPair(90) };
const KEYS: ShareKeys = Object.fromEntries(
  ["ann", "bob", "cy"].map((name, at) => [
    `${name}.testnet`,
    kxKeyPairFromSeed(Buffer.alloc(32, at + 1)).publicKey,
  ]),
);
const SEALING = sealingKeys("5a".repeat(32));
const SEAL_KEY = kxKeyPairFromSeed(Buffer.alloc(32, 77));
const SEED = Uint8Array.from({ length: 32 }, (_, at) => 5 * at + 1);
const NEVER = Number.POSITIVE_INFINITY;

/** What the contract shows. */
interface Shown {
  keys: ShareKeys;
  backup: SeedBackup | null;
  /** Whether a publication arrives. */
  takes: boolean;
}

test("behavior: it opens only once the chain shows the backup of its own seed", async () => {
  const shown: Shown = { keys: KEYS, backup: null, takes: false };
  const disk = emptyDisk();
  assert.equal(await codeOf(async () => openAsFirst(await portsOn(disk, shown), IDENTITY)), "BACKUP_MISSING");
  assert.equal(await phaseOn(disk), "dealt");
  shown.takes = true;
  await openAsFirst(await portsOn(disk, shown), IDENTITY);
  assert.equal(await phaseOn(disk), "open");
  const seed = await (await portsOn(disk, shown)).seedFile.read();
  assert.equal(seedCommitment(seed!, NAME), shown.backup?.commitment);
});

test("behavior: another's backup of the same version bars the opening for good", async () => {
  const squatted = await dealSeed(SEED, { ...NAME, threshold: 2, keys: KEYS }, keyPair(91));
  const shown: Shown = { keys: KEYS, backup: squatted, takes: true };
  const disk = emptyDisk();
  for (let attempt = 0; attempt < 2; attempt++) {
    assert.equal(await codeOf(async () => openAsFirst(await portsOn(disk, shown), IDENTITY)), "BACKUP_TAKEN");
  }
  assert.equal(await phaseOn(disk), "dealt");
});

test("behavior: with fewer share keys than the image wants no seed is made", async () => {
  const { "cy.testnet": _, ...two } = KEYS;
  const disk = emptyDisk();
  const shown: Shown = { keys: two, backup: null, takes: true };
  assert.equal(
    await codeOf(async () => openAsFirst(await portsOn(disk, shown), IDENTITY)),
    "SHARE_KEYS_MISSING",
  );
  assert.equal(await (await portsOn(disk, shown)).seedFile.read(), undefined);
});

test("behavior: killed at any file operation it opens all the same, with the one seed that was published", async () => {
  for (const aftermath of AFTERMATHS) {
    for (let crashAt = 0; ; crashAt++) {
      const shown: Shown = { keys: KEYS, backup: null, takes: true };
      let disk = emptyDisk();
      const crashed = await codeOf(async () => openAsFirst(await portsOn(disk, shown, crashAt), IDENTITY));
      disk = diskAfterCrash(disk, aftermath);
      await openAsFirst(await portsOn(disk, shown), IDENTITY);
      const seed = await (await portsOn(disk, shown)).seedFile.read();
      assert.equal(seedCommitment(seed!, NAME), shown.backup?.commitment, `${crashAt}, ${aftermath}`);
      if (crashed === "accepted") {
        assert.ok(crashAt > 10, `${crashAt} operations`);
        break;
      }
    }
  }
});

test("behavior: a seed that somebody put there is never the first of a version", async () => {
  const shown: Shown = { keys: KEYS, backup: null, takes: true };
  const disk = emptyDisk();
  await (await portsOn(disk, shown)).seedFile.write(SEED);
  assert.equal(await codeOf(async () => openAsFirst(await portsOn(disk, shown), IDENTITY)), "SEED_PRESENT");
  assert.equal(shown.backup, null);
  // Nor when it is put there while the program makes its own.
  const { journal } = await portsOn(disk, shown);
  await journal.append({ type: "dealing" });
  await openAsFirst(await portsOn(disk, shown), IDENTITY);
  assert.notDeepEqual(await (await portsOn(disk, shown)).seedFile.read(), SEED);
});

test("behavior: a dealt backup that somebody changed on disk is refused", async () => {
  const shown: Shown = { keys: KEYS, backup: null, takes: false };
  const disk = emptyDisk();
  await codeOf(async () => openAsFirst(await portsOn(disk, shown), IDENTITY));
  const other = signedFile(crashingFiles(disk, NEVER), "opening/backup", "seed-backup", keyPair(66));
  await other.write(JSON.stringify(await dealSeed(SEED, { ...NAME, threshold: 2, keys: KEYS }, keyPair(66))));
  shown.takes = true;
  assert.equal(await codeOf(async () => openAsFirst(await portsOn(disk, shown), IDENTITY)), "FILE_FORGED");
});

test("behavior: a recovered seed is taken only if it is the published one, in time, and never over another", async () => {
  const backup = await dealSeed(SEED, { ...NAME, threshold: 2, keys: KEYS }, keyPair(90));
  const shown: Shown = { keys: KEYS, backup, takes: false };
  const open = async (disk: Disk, envelope: string, crashAt = NEVER) =>
    openRecovered(await portsOn(disk, shown, crashAt), NAME, SEAL_KEY, envelope);
  const other = SEED.map((byte) => byte ^ 1);
  assert.equal(await codeOf(() => open(emptyDisk(), sealed(other))), "SEED_UNKNOWN");
  assert.equal(await codeOf(() => open(emptyDisk(), sealed(SEED, NOW))), "ENVELOPE_EXPIRED");
  const owner = emptyDisk();
  await (await portsOn(owner, shown)).seedFile.write(other);
  assert.equal(await codeOf(() => open(owner, sealed(SEED))), "SEED_PRESENT");
  assert.deepEqual(await (await portsOn(owner, shown)).seedFile.read(), other);
  for (let crashAt = 0; ; crashAt++) {
    let disk = emptyDisk();
    const crashed = await codeOf(() => open(disk, sealed(SEED), crashAt));
    disk = diskAfterCrash(disk, "synced_only");
    if ((await phaseOn(disk)) !== "open") await open(disk, sealed(SEED));
    assert.equal(await phaseOn(disk), "open");
    assert.equal(await codeOf(() => open(disk, sealed(SEED))), "SEED_PRESENT");
    if (crashed === "accepted") break;
  }
  shown.backup = null;
  assert.equal(await codeOf(() => open(emptyDisk(), sealed(SEED))), "BACKUP_MISSING");
});

async function portsOn(disk: Disk, shown: Shown, crashAt = NEVER): Promise<OpeningPorts> {
  const files = crashingFiles(disk, crashAt);
  return {
    journal: await openJournal(files, "opening/journal", parseOpeningEntry),
    seedFile: sealedSeedFile(files, "opening/seed", NAME, SEALING),
    backupFile: signedFile(files, "opening/backup", "seed-backup", SEALING.signing),
    published: {
      readShareKeys: async () => shown.keys,
      readBackup: async () => ({ backup: shown.backup, time: NOW }),
      async publish(backup) {
        // What the contract does: the first one stays.
        if (shown.takes) shown.backup ??= backup;
      },
    },
  };
}

async function phaseOn(disk: Disk): Promise<string> {
  const journal = await openJournal(crashingFiles(disk, NEVER), "opening/journal", parseOpeningEntry);
  return openingPhase(journal.entries()).kind;
}

function sealed(seed: Uint8Array, expires = NOW + 60): string {
  const place = { ...NAME, account: "new.testnet", epoch: 3, keyset_hash: seedCommitment(SEED, NAME) };
  const { network, contract, account, epoch, keyset_hash } = place;
  const about = { purpose: "handover", network, contract, account, epoch, keyset_hash } as const;
  const address = { ...about, session: NOW, expires, to: x25519PublicKey(SEAL_KEY.publicKey) };
  return sealEnvelope({ exchange: generateKxKeyPair(), signing: keyPair(5) }, address, seed);
}

async function codeOf(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return "accepted";
  } catch (error) {
    if (error instanceof Crash) return "crashed";
    const code = errorCode(error);
    if (code === undefined) throw error;
    return code;
  }
}
