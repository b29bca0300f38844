import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { combine, split } from "shamir-secret-sharing";
import { openEnvelope, readEnvelopeHeader, sealEnvelope } from "../../src/crypto/envelope.ts";
import { formatPublicKey } from "../../src/crypto/keys.ts";
import { generateKxKeyPair, kxKeyPairFromSeed } from "../../src/crypto/kx.ts";
import { sha256Hex } from "../../src/crypto/sha256-hex.ts";
import { seedCommitment, shareCommitment } from "../../src/sharing/commitments.ts";
import { dealSeed } from "../../src/sharing/deal-seed.ts";
import { recombine } from "../../src/sharing/recombine.ts";
import { openOwnShare, releaseShare, type ShareOwner } from "../../src/sharing/release-share.ts";
import { checkSeedBackup, parseSeedBackup, type SeedBackup } from "../../src/sharing/seed-backup.ts";
import { sampleProgram } from "../approval/sample-recipient.ts";
import {
  approved,
  DEALER,
  deal,
  EXPECTED,
  NAME,
  OPERATORS,
  OWNER_KEYS,
  recombination,
  release,
  SEED,
  SHARE_KEYS,
} from "./operators.ts";

interface Vectors {
  readonly seed: string;
  readonly commitment: string;
  readonly backup: SeedBackup;
  /** Each operator's share, which openers of the backup must find. */
  readonly shares: Readonly<
    Record<string, { readonly exchange_seed: string; readonly share: string; readonly commitment: string }>
  >;
}

const vectors: Vectors = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));
const program = sampleProgram(10);

test("behavior: the vector's backup opens share by share, and any three make its seed", async () => {
  const seed = Buffer.from(vectors.seed, "hex");
  assert.equal(seedCommitment(seed, NAME), vectors.commitment);
  const headers = checkSeedBackup(parseSeedBackup(vectors.backup), EXPECTED, SHARE_KEYS);
  for (const [account, { exchange_seed, share, commitment }] of Object.entries(vectors.shares)) {
    const exchange = kxKeyPairFromSeed(Buffer.from(exchange_seed, "hex"));
    const opened = openOwnShare({ account, exchange }, vectors.backup, headers.get(account));
    assert.equal(Buffer.from(opened).toString("hex"), share);
    const sharing = { ...NAME, commitment: vectors.commitment, threshold: vectors.backup.threshold };
    assert.equal(shareCommitment(opened, sharing, account), commitment);
  }
  const shares = Object.values(vectors.shares).map(({ share }) => new Uint8Array(Buffer.from(share, "hex")));
  for (const left of [0, 1, 2])
    assert.deepEqual(Buffer.from(await combine(shares.slice(left, left + 3))), seed);
});

test("behavior: three of five operators bring the seed back into an approved program", async () => {
  const backup = await deal();
  const released = OPERATORS.slice(1, 4).map((owner) => release(owner, backup, approved(program)));
  const outcome = await recombine(recombination(backup, program.sealKey), released);
  assert.equal(outcome.kind, "recovered");
  assert.ok(outcome.kind === "recovered" && Buffer.from(outcome.seed).equals(SEED));
  assert.deepEqual(outcome.rejected, []);
});

test("behavior: with one too few it says who is missing; the bare shares make another seed", async () => {
  const backup = await deal();
  const released = OPERATORS.slice(0, 2).map((owner) => release(owner, backup, approved(program)));
  const outcome = await recombine(recombination(backup, program.sealKey), released);
  assert.equal(outcome.kind, "waiting");
  assert.ok(outcome.kind === "waiting");
  assert.equal(outcome.message, "2 of 3 shares, waiting for node-3.testnet, node-4.testnet, node-5.testnet");
  const shares = Object.values(vectors.shares).map(({ share }) => new Uint8Array(Buffer.from(share, "hex")));
  assert.notDeepEqual(Buffer.from(await combine(shares.slice(0, 2))).toString("hex"), vectors.seed);
});

test("behavior: an envelope that is longer than any share's isn't read", async () => {
  const backup = await deal();
  const long = { owner: "node-1.testnet", envelope: " ".repeat(4_097) };
  const outcome = await recombine(recombination(backup, program.sealKey), [long]);
  assert.deepEqual(outcome.rejected, [
    { owner: "node-1.testnet", reason: "the envelope is longer than any share's" },
  ]);
});

test("behavior: the same operator three times is one share", async () => {
  const backup = await deal();
  const again = [1, 2, 3].map(() => release(OPERATORS[0]!, backup, approved(program)));
  const outcome = await recombine(recombination(backup, program.sealKey), again);
  assert.ok(outcome.kind === "waiting" && outcome.message.startsWith("1 of 3 shares"));
});

test("behavior: a corrupt share is named with its owner, and doesn't spoil the others", async () => {
  const backup = await deal();
  const honest = OPERATORS.slice(0, 3).map((owner) => release(owner, backup, approved(program)));
  const corrupt = forged(backup, 3, (share) => share.map((byte, index) => (index === 5 ? byte ^ 1 : byte)));
  const outcome = await recombine(recombination(backup, program.sealKey), [corrupt, ...honest]);
  assert.equal(outcome.kind, "recovered");
  assert.equal(outcome.rejected.length, 1);
  assert.equal(outcome.rejected[0]!.owner, "node-4.testnet");
  assert.match(outcome.rejected[0]!.reason, /The share of node-4.testnet isn't the one/);
});

test("behavior: shares that two operators exchanged are named with both", async () => {
  const backup = await deal();
  const shareOf = (index: number) => ownShare(OPERATORS[index]!, backup);
  const exchanged = [forged(backup, 0, () => shareOf(1)), forged(backup, 1, () => shareOf(0))];
  const honest = release(OPERATORS[2]!, backup, approved(program));
  const outcome = await recombine(recombination(backup, program.sealKey), [...exchanged, honest]);
  assert.equal(outcome.kind, "waiting");
  assert.deepEqual(
    outcome.rejected.map(({ owner }) => owner),
    ["node-1.testnet", "node-2.testnet"],
  );
});

test("behavior: one operator's envelope handed in under another's name is named", async () => {
  const backup = await deal();
  const { envelope } = release(OPERATORS[0]!, backup, approved(program));
  const outcome = await recombine(recombination(backup, program.sealKey), [
    { owner: "node-2.testnet", envelope },
  ]);
  assert.equal(outcome.rejected[0]?.owner, "node-2.testnet");
  const stranger = await recombine(recombination(backup, program.sealKey), [
    { owner: "mallory.testnet", envelope },
  ]);
  assert.deepEqual(stranger.rejected, [
    { owner: "mallory.testnet", reason: "mallory.testnet has no share of this seed" },
  ]);
});

test("behavior: shares go only to the approved key, for the approved purpose, in its time and session", async () => {
  const backup = await deal();
  const source = { backup, expected: EXPECTED, keys: SHARE_KEYS };
  assert.throws(() => releaseShare(OPERATORS[0]!, source, approved(program, "safe_mode")), {
    code: "BACKUP_MISMATCH",
  });
  const released = OPERATORS.slice(0, 3).map((owner) => release(owner, backup, approved(program)));
  const known = recombination(backup, program.sealKey);
  const others = [
    { ...known, sealKey: generateKxKeyPair() },
    { ...known, session: known.session + 1 },
    { ...known, now: known.now + 3_600 },
    { ...known, ownerKeys: { ...OWNER_KEYS, ...SHARED_OWNER } },
  ];
  for (const other of others) {
    const outcome = await recombine(other, released);
    assert.equal(outcome.kind, "waiting");
    assert.equal(outcome.rejected.length, 3);
  }
});

test("behavior: a dealer who commits to another seed is found out", async () => {
  const backup = await dealByHand(SEED, { commitment: "00".repeat(32), threshold: 3 });
  const released = OPERATORS.slice(0, 3).map((owner) => release(owner, backup, approved(program)));
  await assert.rejects(recombine(recombination(backup, program.sealKey), released), {
    code: "SEED_MISMATCH",
  });
});

test("behavior: a dealer whose shares can't be put together is found out the same way", async () => {
  const commitment = seedCommitment(SEED, NAME);
  const spoilt = [
    (share: Uint8Array) => share.subarray(1),
    // All at the same place.
    (share: Uint8Array) => Uint8Array.from([...share.subarray(0, -1), 7]),
  ];
  for (const spoil of spoilt) {
    const backup = await dealByHand(SEED, { commitment, threshold: 3 }, (share, index) =>
      index < 2 ? spoil(share) : share,
    );
    const released = OPERATORS.slice(0, 3).map((owner) => release(owner, backup, approved(program)));
    await assert.rejects(recombine(recombination(backup, program.sealKey), released), {
      code: "SEED_MISMATCH",
    });
  }
});

test("behavior: two of three can't bring a seed of their own by a backup that asks for two", async () => {
  const backup = await deal();
  const two = OPERATORS.slice(0, 2);
  const shares = two.map((owner) => ownShare(owner, backup));
  const theirs = await combine(shares);
  const changed = { ...backup, threshold: 2, commitment: seedCommitment(theirs, NAME) };
  for (const owner of two) {
    assert.throws(() => release(owner, changed, approved(program)), { code: "SHARE_CORRUPT" });
  }
  // Nor when they don't keep to the program that releases shares.
  const released = two.map((owner) => release(owner, backup, approved(program)));
  const outcome = await recombine(recombination(changed, program.sealKey), released);
  assert.equal(outcome.kind, "waiting");
  assert.equal(outcome.rejected.length, 2);
});

test("behavior: an approval for another network or contract releases nothing", async () => {
  const backup = await deal();
  const recipient = approved(program);
  for (const change of [{ network: "mainnet" }, { contract: "other.testnet" }]) {
    const elsewhere = { ...recipient, statement: { ...recipient.statement, ...change } };
    assert.throws(() => release(OPERATORS[0]!, backup, elsewhere), { code: "BACKUP_MISMATCH" });
  }
});

test("behavior: what can't work isn't dealt", async () => {
  const dealing = { ...NAME, threshold: 3, keys: SHARE_KEYS };
  const twice = { ...SHARE_KEYS, "node-9.testnet": SHARE_KEYS["node-1.testnet"]! };
  for (const attempt of [
    dealSeed(new Uint8Array(31).fill(1), dealing, DEALER),
    dealSeed(new Uint8Array(32), dealing, DEALER),
    dealSeed(SEED, { ...dealing, threshold: 1 }, DEALER),
    dealSeed(SEED, { ...dealing, threshold: 6 }, DEALER),
    dealSeed(SEED, { ...dealing, keys: twice }, DEALER),
    dealSeed(SEED, { ...dealing, keys: manyKeys(256) }, DEALER),
  ]) {
    await assert.rejects(attempt, { code: "SHARING_PARAMETERS" });
  }
  // A key with which there is no secret, or of another kind, is named with its owner.
  for (const bad of [formatPublicKey("x25519", new Uint8Array(32)), DEALER.publicKey]) {
    const keys = { ...SHARE_KEYS, "node-2.testnet": bad };
    await assert.rejects(dealSeed(SEED, { ...dealing, keys }, DEALER), /a key of node-2\.testnet to seal to/);
  }
});

test("property: any set of at least t operators succeeds, any smaller one waits", async () => {
  const backup = await deal();
  const all = OPERATORS.map((owner) => release(owner, backup, approved(program)));
  await fc.assert(
    fc.asyncProperty(fc.subarray(all), async (chosen) => {
      const outcome = await recombine(recombination(backup, program.sealKey), chosen);
      assert.equal(outcome.kind, chosen.length >= 3 ? "recovered" : "waiting");
    }),
    { numRuns: 30 },
  );
});

const SHARED_OWNER = Object.fromEntries(
  Object.keys(OWNER_KEYS).map((account) => [account, DEALER.publicKey]),
);

function ownShare(owner: ShareOwner, backup: SeedBackup): Uint8Array {
  return openOwnShare(owner, backup, checkSeedBackup(backup, EXPECTED, SHARE_KEYS).get(owner.account));
}

function manyKeys(count: number): Readonly<Record<string, string>> {
  const keyOf = (index: number) => formatPublicKey("x25519", Buffer.from(sha256Hex(`key ${index}`), "hex"));
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}.near`, keyOf(index)]));
}

/** A backup by a dealer who says of the seed's shares what he likes. */
async function dealByHand(
  seed: Uint8Array,
  claim: { readonly commitment: string; readonly threshold: number },
  spoil = (share: Uint8Array, _index: number) => share,
): Promise<SeedBackup> {
  const shares = (await split(seed, OPERATORS.length, claim.threshold)).map(spoil);
  const sealed = OPERATORS.map(({ account, exchange }, index) => {
    const keyset_hash = shareCommitment(shares[index]!, { ...NAME, ...claim }, account);
    const { network, contract, version: epoch } = NAME;
    const about = { purpose: "share", network, contract, account, epoch, keyset_hash, session: 0 } as const;
    const address = { ...about, expires: Number.MAX_SAFE_INTEGER, to: exchange.publicKey };
    const sender = { exchange: generateKxKeyPair(), signing: DEALER };
    return [account, sealEnvelope(sender, address, shares[index]!)] as const;
  });
  return { version: NAME.version, ...claim, shares: sealed };
}

/** What an operator sends who replaces the share but follows the protocol otherwise. */
function forged(backup: SeedBackup, index: number, replace: (share: Uint8Array) => Uint8Array) {
  const owner = OPERATORS[index]!;
  const { envelope } = release(owner, backup, approved(program));
  const { v: _, epk, from, expires, ...address } = readEnvelopeHeader(envelope);
  const share = openEnvelope(program.sealKey, { context: { ...address, epk, from }, now: 0 }, envelope);
  const sender = { exchange: generateKxKeyPair(), signing: owner.signing };
  return { owner: owner.account, envelope: sealEnvelope(sender, { ...address, expires }, replace(share)) };
}
