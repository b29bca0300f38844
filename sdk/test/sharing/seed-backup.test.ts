import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson } from "../../src/crypto/canonical-json.ts";
import { readEnvelopeHeader, sealEnvelope } from "../../src/crypto/envelope.ts";
import { generateKxKeyPair } from "../../src/crypto/kx.ts";
import { checkSeedBackup, parseSeedBackup } from "../../src/sharing/seed-backup.ts";
import { DEALER, deal, EXPECTED, OWNER_KEYS, SEED, SHARE_KEYS } from "./operators.ts";

test("behavior: a backup for another network, contract, version, dealer or key is refused", async () => {
  const backup = await deal();
  for (const change of [
    { network: "mainnet" },
    { contract: "other.testnet" },
    { version: 4 },
    { dealer: OWNER_KEYS["node-1.testnet"]! },
  ]) {
    assert.throws(() => checkSeedBackup(backup, { ...EXPECTED, ...change }, SHARE_KEYS), {
      code: "BACKUP_MISMATCH",
    });
  }
  const [first = "", second = ""] = Object.keys(SHARE_KEYS);
  const swappedKeys = { ...SHARE_KEYS, [first]: SHARE_KEYS[second]!, [second]: SHARE_KEYS[first]! };
  assert.throws(() => checkSeedBackup(backup, EXPECTED, swappedKeys), { code: "BACKUP_MISMATCH" });
  const { [first]: _, ...fewer } = SHARE_KEYS;
  assert.throws(() => checkSeedBackup(backup, EXPECTED, fewer), { code: "BACKUP_MISMATCH" });
});

test("behavior: a backup that the dealer didn't sign isn't taken, whatever its headers say", async () => {
  const backup = await deal();
  const [[account, envelope], ...others] = backup.shares as [[string, string], ...[string, string][]];
  const { header, body, signature } = JSON.parse(envelope);
  const [, [, other]] = backup.shares as [[string, string], [string, string]];
  const forgeries = [
    { header: { ...header, keyset_hash: "00".repeat(32) }, body, signature },
    { header, body: JSON.parse(other).body, signature },
    { header, body, signature: JSON.parse(other).signature },
  ];
  for (const forged of forgeries) {
    const shares = [[account, canonicalJson(forged)] as const, ...others];
    assert.throws(() => checkSeedBackup({ ...backup, shares }, EXPECTED, SHARE_KEYS), {
      code: "ENVELOPE_BAD_SIGNATURE",
    });
  }
});

test("behavior: an envelope for another purpose, network, contract or account is no share, though the dealer signed it", async () => {
  const backup = await deal();
  const [[account, envelope], ...others] = backup.shares as [[string, string], ...[string, string][]];
  const { v: _, epk: __, from: ___, ...address } = readEnvelopeHeader(envelope);
  for (const change of [
    { purpose: "handover" as const },
    { network: "mainnet" },
    { contract: "other.testnet" },
    { account: "node-2.testnet" },
    { epoch: 4 },
  ]) {
    const sender = { exchange: generateKxKeyPair(), signing: DEALER };
    const shares = [[account, sealEnvelope(sender, { ...address, ...change }, SEED)] as const, ...others];
    assert.throws(
      () => checkSeedBackup({ ...backup, shares }, EXPECTED, SHARE_KEYS),
      { code: "BACKUP_MISMATCH" },
      JSON.stringify(change),
    );
  }
});

test("behavior: backups out of order, with an owner twice, or with too long a share are malformed", async () => {
  const backup = await deal();
  const [first, second, ...rest] = backup.shares;
  for (const shares of [
    [second, first, ...rest],
    [first, first, ...rest],
    [[first![0], `{${" ".repeat(4_096)}`], second, ...rest],
    [["Node", first![1]], second, ...rest],
  ]) {
    assert.throws(() => parseSeedBackup({ ...backup, shares }), { code: "BAD_FORMAT" });
  }
  assert.throws(() => parseSeedBackup({ ...backup, threshold: 6 }), { code: "BAD_FORMAT" });
});

test("property: malformed backups are refused", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.throws(() => parseSeedBackup(value), { code: "BAD_FORMAT" });
    }),
  );
});
