import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RecoveryState } from "../../../contract/src/protocol/state.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { sampleShares } from "../../keyshare/test/samples.ts";
import { FAKE_KEYSET, loopbackInfo, runningWith, testKey } from "../../operations/test/fake-contract.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { emptyDisk } from "../../store/test/crashing-files.ts";
import {
  backupWorld,
  EXPECTED,
  HASH,
  KEY_BLOCKS,
  NODE,
  nodeInfo,
  openNode,
  openService,
  recoveryWorld,
  running,
  WHOLE,
} from "./web-world.ts";

for (const scheme of ["http", "https"] as const) {
  const at = (port: number) => ({ ...nodeInfo(port), url: `${scheme}://127.0.0.1:${port}` as never });

  describe(`behavior: shares over version 2, ${scheme}`, () => {
    test("a backup is fetched under one key of each side, the service's published first", async (context) => {
      const world = await backupWorld(context);
      const document = await world.service.exchange.fetch(at(world.port), EXPECTED, NEVER);
      assert.deepEqual(document, WHOLE);
      assert.deepEqual(world.at.published, ["backup_service backup 1", "node backup 1"]);
      assert.doesNotMatch(world.node.log.text(), /share of/);
    });

    test("a new node gets its shares, stores them and says what it holds", async (context) => {
      const { at: contract, node, port, service } = await recoveryWorld(context);
      assert.deepEqual(await service.exchange.heldKeysets(at(port), NEVER), []);
      assert.deepEqual(contract.published, []);
      await service.exchange.send(at(port), WHOLE, NEVER);
      assert.deepEqual(await node.store.export(HASH), WHOLE.keyshares);
      assert.deepEqual(await service.exchange.heldKeysets(at(port), NEVER), [HASH]);
      assert.deepEqual(contract.published, ["backup_service recovery 1", "node recovery 1"]);
    });
  });
}

test("behavior: a thousand shares travel both ways", async (context) => {
  const domains = Array.from({ length: 1_000 }, (_, domain_id) => ({
    domain_id,
    key: testKey(domain_id % 200).publicKey as string,
    attempt: 0,
  }));
  const keyset = { epoch_id: 4, domains };
  const document = keysharesDocument(keyset, sampleShares(keyset, 0));
  const expected = { epoch_id: 4, keyset_hash: keysetHash(keyset) };
  const { at, port, node, service } = await recoveryWorld(context);
  const { state } = at.view;
  const running = { ...(state as RecoveryState).previous_running_state, keyset: keyset as never };
  at.view = { ...at.view, state: { ...(state as RecoveryState), previous_running_state: running } };
  const started = performance.now();
  await service.exchange.send(nodeInfo(port), document, NEVER);
  assert.equal((await node.store.export(expected.keyset_hash))?.length, 1_000);
  at.view = { ...at.view, state: { ...runningWith(nodeInfo(port)), keyset: keyset as never } as never };
  assert.deepEqual(await service.exchange.fetch(nodeInfo(port), expected, NEVER), document);
  context.diagnostic(`${Math.round(performance.now() - started)} ms for both ways`);
});

describe("behavior: keys of version 2 are used once", () => {
  test("every exchange takes new keys on both sides", async (context) => {
    const { at, port, service } = await backupWorld(context);
    for (const session of [1, 2, 3]) {
      await service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER);
      assert.deepEqual(at.published.slice(-2), [
        `backup_service backup ${session}`,
        `node backup ${session}`,
      ]);
    }
  });

  test("a key that nobody used is offered again instead of paying for another", async (context) => {
    const { at, port, service, serving, node } = await backupWorld(context);
    const unreachable = loopbackInfo(NODE.publicKey, 1);
    await assert.rejects(service.exchange.fetch(unreachable, EXPECTED, NEVER), { code: "PEER_UNREACHABLE" });
    await assert.rejects(service.exchange.fetch(unreachable, EXPECTED, NEVER), { code: "PEER_UNREACHABLE" });
    assert.deepEqual(at.published, ["backup_service backup 1"]);
    serving.endpoint = { ...node.endpoint, answer: async () => Promise.reject(new Error("a fault")) };
    await assert.rejects(service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER), { code: "PEER_REFUSED" });
    serving.endpoint = node.endpoint;
    assert.deepEqual(await service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER), WHOLE);
    assert.deepEqual(at.published, ["backup_service backup 1", "node backup 1"]);
  });

  test("one that is about to expire, or did, gives way to a new one", async (context) => {
    const { at, port, service } = await backupWorld(context);
    const unreachable = loopbackInfo(NODE.publicKey, 1);
    for (const blocks of [KEY_BLOCKS - 10, KEY_BLOCKS + 10]) {
      await assert.rejects(service.exchange.fetch(unreachable, EXPECTED, NEVER));
      at.height += blocks;
    }
    assert.deepEqual(await service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER), WHOLE);
    assert.deepEqual(at.published, [
      "backup_service backup 1",
      "backup_service backup 2",
      "backup_service backup 3",
      "node backup 1",
    ]);
  });

  test("an exchange that is broken off uses its keys up; the next one starts anew", async (context) => {
    const { at, port, service, serving, node } = await recoveryWorld(context);
    serving.endpoint = {
      ...node.endpoint,
      async answer(request, body) {
        const answer = await node.endpoint.answer(request, body);
        if (request.claim.node !== null) throw new Error("the answer is lost");
        return answer;
      },
    };
    await assert.rejects(service.exchange.send(nodeInfo(port), WHOLE, NEVER), { code: "PEER_REFUSED" });
    assert.deepEqual(await node.store.export(HASH), WHOLE.keyshares);
    serving.endpoint = node.endpoint;
    await service.exchange.send(nodeInfo(port), WHOLE, NEVER);
    assert.deepEqual(at.published.slice(-2), ["backup_service recovery 2", "node recovery 2"]);
  });

  test("restarts of either side forget the secrets, and the next exchange works all the same", async (context) => {
    const world = await backupWorld(context);
    const { at, port, disk } = world;
    const serviceDisk = emptyDisk();
    for (let start = 1; start <= 3; start += 1) {
      const service = await openService(at, serviceDisk);
      world.serving.endpoint = (await openNode(at, disk)).endpoint;
      assert.deepEqual(await service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER), WHOLE);
    }
    assert.equal(at.published.length, 6);
  });

  test("sessions that start anew with the slots, as after a new registration, are no replay", async (context) => {
    const { at, port, service } = await backupWorld(context);
    for (const _ of [1, 2, 3]) await service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER);
    at.keys.clear();
    at.height += 1;
    assert.deepEqual(await service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER), WHOLE);
    assert.deepEqual(at.published.slice(-2), ["backup_service backup 1", "node backup 1"]);
  });

  test("endpoints that don't show a key yet only delay", async (context) => {
    const { at, port, service } = await backupWorld(context);
    at.hide = 1;
    await assert.rejects(service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER), {
      code: "OWN_KEY_NOT_SHOWN",
    });
    assert.deepEqual(await service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER), WHOLE);
    assert.deepEqual(at.published, ["backup_service backup 1", "node backup 1"]);
  });

  test("no key is paid for when the node has nothing to send", async (context) => {
    const { at, port, service, serving } = await backupWorld(context);
    serving.endpoint = (await openNode(at, emptyDisk())).endpoint;
    const refused = { code: "PEER_REFUSED", peerCode: "KEYSHARES_MISSING" };
    await assert.rejects(service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER), refused);
    assert.deepEqual(at.published, ["backup_service backup 1"]);
  });

  test("shares of another keyset than the contract's are neither fetched nor stored", async (context) => {
    const backup = await backupWorld(context);
    const other = { epoch_id: 5, keyset_hash: "cd".repeat(32) };
    const fetching = backup.service.exchange.fetch(nodeInfo(backup.port), other, NEVER);
    await assert.rejects(fetching, { code: "ENVELOPE_OTHER_CONTEXT" });
    const { port, node, service } = await recoveryWorld(context);
    const stale = { ...WHOLE, keyset: { ...FAKE_KEYSET, epoch_id: 3 as never } };
    const refused = { code: "PEER_REFUSED", peerCode: "ENVELOPE_OTHER_CONTEXT" };
    await assert.rejects(service.exchange.send(nodeInfo(port), stale, NEVER), refused);
    assert.deepEqual(await node.store.list(), []);
  });

  test("a machine that the contract doesn't name gets no shares and no key is used for it", async (context) => {
    const { at, port, service, node } = await recoveryWorld(context);
    at.view = { ...at.view, state: running(port) };
    const refused = { code: "PEER_REFUSED", peerCode: "NOT_RECOVERING" };
    await assert.rejects(service.exchange.send(nodeInfo(port), WHOLE, NEVER), refused);
    const stranger = loopbackInfo(testKey(9).publicKey, port);
    await assert.rejects(service.exchange.send(stranger, WHOLE, NEVER), { code: "PEER_REFUSED" });
    assert.deepEqual(at.published, ["backup_service recovery 1"]);
    assert.deepEqual(await node.store.list(), []);
  });
});
