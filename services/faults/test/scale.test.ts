import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { KEYSHARE_LIMITS } from "../../keyshare/keyshare.ts";
import {
  decodeKeysharesDocument,
  encodeKeysharesDocument,
  keysharesDocument,
} from "../../keyshare/keyshares-document.ts";
import { sampleCheckers, sampleShares } from "../../keyshare/test/samples.ts";
import { testKey } from "../../operations/test/fake-contract.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { backUpAndRecover, PARTICIPANT, startLargeNode } from "./support/thousand-shares.ts";

const MEBIBYTE = 1_024 * 1_024;

describe("behavior: a thousand shares", () => {
  for (const version of ["version 1", "version 2"] as const) {
    test(`go to the node and back over ${version}, again and again with the same memory`, async (context) => {
      const document = documentOf(1_000);
      const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-scale-"));
      context.after(() => rm(folder, { recursive: true }));
      const node = await startLargeNode(document, sampleCheckers, folder);
      context.after(() => node.close());
      const heaps: number[] = [];
      for (let rounds = 0; rounds < 6; rounds += 1) {
        await backUpAndRecover(node, version, document);
        heaps.push(heapBytes());
      }
      assert.equal((await node.store.export(keysetHash(document.keyset)))?.length, 1_000);
      const grown = (heaps.at(-1) ?? 0) - (heaps[1] ?? 0);
      context.diagnostic(`heap after each round: ${heaps.map((bytes) => Math.round(bytes / MEBIBYTE))} MiB`);
      assert.ok(grown < 4 * MEBIBYTE, `${grown} bytes more after four more rounds`);
    });

    test(`one more than the cap is refused before anything is stored, over ${version}`, async (context) => {
      const document = documentOf(KEYSHARE_LIMITS.keyshares + 1);
      const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-scale-"));
      context.after(() => rm(folder, { recursive: true }));
      const node = await startLargeNode(document, sampleCheckers, folder);
      context.after(() => node.close());
      node.show("recovering");
      await assert.rejects(node.exchanges[version].send(node.info, document, NEVER), {
        code: "PEER_REFUSED",
      });
      assert.deepEqual(await node.store.list(), []);
    });
  }

  test("no document is read that is larger than its cap, or has more shares", () => {
    const whole = encodeKeysharesDocument(documentOf(KEYSHARE_LIMITS.keyshares));
    assert.equal(decodeKeysharesDocument(whole).keyshares.length, KEYSHARE_LIMITS.keyshares);
    const invalid = { code: "KEYSHARES_DOCUMENT_INVALID" };
    const more = encodeKeysharesDocument(documentOf(KEYSHARE_LIMITS.keyshares + 1));
    assert.throws(() => decodeKeysharesDocument(more), invalid);
    const padded = Buffer.concat([whole, Buffer.alloc(KEYSHARE_LIMITS.documentBytes, " ")]);
    assert.throws(() => decodeKeysharesDocument(padded), invalid);
  });
});

function documentOf(count: number) {
  const domains = Array.from({ length: count }, (_, domain_id) => ({
    domain_id,
    key: testKey(domain_id % 200).publicKey as string,
    attempt: 0,
  }));
  const keyset = { epoch_id: 4, domains };
  return keysharesDocument(keyset, sampleShares(keyset, PARTICIPANT));
}

function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
