import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { createProvenReader } from "../../../sdk/src/client/proven-reader.ts";
import { type TlsIdentity, tlsIdentityFromKeyPair } from "../../../sdk/src/crypto/tls-identity.ts";
import { type FakeBehaviour, type FakeNode, honest, startFakeNode } from "../../../sdk/test/fake-node.ts";
import { exchangeOverTls } from "../../backup/adapters/exchange-keyshares.ts";
import { parseBackupEntry } from "../../backup/memory.ts";
import { stepBackupService } from "../../backup/service.ts";
import { openFileKeyshareStore } from "../../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { sampleCheckers, sampleShares } from "../../keyshare/test/samples.ts";
import { identifyPeer } from "../../node/decide-transfer.ts";
import { createKeyshareRoutes } from "../../node/keyshare-routes.ts";
import { parseNodeEntry } from "../../node/memory.ts";
import { openJournal } from "../../store/journal.ts";
import { storeKeyFromBytes } from "../../store/store-key.ts";
import { crashingFiles, emptyDisk } from "../../store/test/crashing-files.ts";
import { pinnedRequest } from "../../transport/pinned-request.ts";
import { startPinnedServer } from "../../transport/pinned-server.ts";
import { createAlarm } from "../alarm.ts";
import { systemClock } from "../clock.ts";
import { contractViewReader } from "../read-contract-view.ts";
import { createViewSource } from "../view-source.ts";
import { FAKE_KEYSET, fakeViews, loopbackInfo, runningWith, type Shown, testKey } from "./fake-contract.ts";
import { memoryLog, NEVER } from "./in-memory-ports.ts";
import { recovery } from "./sample-views.ts";

const NODE = tlsIdentityFromKeyPair(testKey(1));
const SERVICE = tlsIdentityFromKeyPair(testKey(2));
const MALLORY = tlsIdentityFromKeyPair(testKey(3));
const SIGNER = testKey(4).publicKey;
const OWNER = { network: "testnet", contract: "mpc.near", account: "a.near" };
const WHOLE = keysharesDocument(FAKE_KEYSET, sampleShares(FAKE_KEYSET, 0));
const HEIGHT = 100;
const EXPECTED = { epoch_id: FAKE_KEYSET.epoch_id, keyset_hash: keysetHash(FAKE_KEYSET) };

/** An endpoint that shows `newer` from block 100 on and `older` before, with its head at `head`. */
function showing(newer: Shown, older: Shown = newer, head = HEIGHT): FakeBehaviour {
  return (method, params) => {
    const height = Number(String(params.block_id).replace(/^block-/, ""));
    // Blocks are a second apart for all endpoints alike.
    const headMillis = START + (head - HEIGHT) * 1_000;
    const views = fakeViews((Number.isNaN(height) ? head : height) < HEIGHT ? older : newer);
    return honest({ head, headMillis, views })(method, params);
  };
}

const START = Date.now();

async function twoEndpoints(context: TestContext, first: FakeBehaviour, second: FakeBehaviour) {
  const nodes: FakeNode[] = [
    await startFakeNode(context, first),
    await startFakeNode(context, second, "127.0.0.2"),
  ];
  const trust = { kind: "quorum", endpoints: nodes.map(({ endpoint }) => endpoint), mustAgree: 2 } as const;
  const reader = createProvenReader({ contractId: "mpc.near", trust });
  const proof = { kind: "agreement", endpoints: 2 } as const;
  return { nodes, readView: contractViewReader(reader, proof, "a.near") };
}

async function storage() {
  const files = crashingFiles(emptyDisk(), Number.POSITIVE_INFINITY);
  const sealedWith = storeKeyFromBytes(new Uint8Array(32).fill(6));
  const store = await openFileKeyshareStore(files, "/data/shares", sealedWith, OWNER);
  await store.import(FAKE_KEYSET, WHOLE.keyshares);
  return { files, store };
}

function infoOf({ publicKey }: TlsIdentity, port: number) {
  return loopbackInfo(publicKey, port);
}

function registered({ publicKey }: TlsIdentity) {
  return { public_key: publicKey, signer_account_pk: SIGNER };
}

describe("behavior: a lying endpoint shows the service a false Recovery", () => {
  /** A service with a backup, and a machine of Mallory's that keeps whatever it is sent. */
  async function setUp(context: TestContext) {
    const stolen: unknown[] = [];
    let connections = 0;
    const server = await startPinnedServer({
      identity: MALLORY,
      listen: { host: "127.0.0.1", port: 0 },
      authorize: async () => {
        connections += 1;
        return {};
      },
      routes: [
        {
          method: "PUT",
          path: "/v1/keyshares",
          handle: async (_, body) => {
            stolen.push(body);
            return { kind: "ok", body: {} };
          },
        },
      ],
    });
    context.after(() => server.close());
    const truth = { state: runningWith(infoOf(NODE, 1)), service: registered(SERVICE) };
    const recovering = { prospective_info: infoOf(MALLORY, server.port), signer_account_pk: SIGNER as never };
    const state = { ...recovery(recovering), previous_running_state: truth.state } as ProtocolState;
    return { truth, lie: { ...truth, state }, stolen, connections: () => connections };
  }

  async function step(context: TestContext, first: FakeBehaviour, second: FakeBehaviour) {
    const { readView } = await twoEndpoints(context, first, second);
    const { files, store } = await storage();
    const ports = {
      readView,
      contract: {} as never,
      node: exchangeOverTls(SERVICE),
      store,
      journal: await openJournal(files, "/data/journal", parseBackupEntry),
      checkers: sampleCheckers,
      clock: systemClock,
      log: memoryLog(),
      random: Math.random,
    };
    const own = { tls_public_key: SERVICE.publicKey, signer_public_key: SIGNER };
    const settings = { account_id: "a.near", ...own, poll_interval_millis: 1_000 };
    return stepBackupService(ports, settings, () => undefined, NEVER);
  }

  test("nobody is even connected to, whichever endpoint lies", async (context) => {
    const { truth, lie, connections } = await setUp(context);
    const disagree = { code: "ENDPOINTS_DISAGREE" };
    await assert.rejects(step(context, showing(lie), showing(truth)), disagree);
    await assert.rejects(step(context, showing(truth), showing(lie)), disagree);
    assert.equal(connections(), 0);
  });

  test("nor when the other endpoint is kept from answering", async (context) => {
    const { lie, connections } = await setUp(context);
    const silenced: FakeBehaviour = () => ({ raw: (_, response) => response.destroy() });
    await assert.rejects(step(context, showing(lie), silenced), { code: "QUORUM_NOT_REACHED" });
    assert.equal(connections(), 0);
  });

  test("what both show is believed, so that the tests above prove something", async (context) => {
    const { lie, stolen } = await setUp(context);
    assert.deepEqual(await step(context, showing(lie), showing(lie)), { kind: "acted", what: "send_shares" });
    assert.deepEqual(stolen, [WHOLE]);
  });
});

describe("behavior: a lying endpoint shows the node a false backup service", () => {
  async function setUp(context: TestContext, first: FakeBehaviour, second: FakeBehaviour) {
    const { nodes, readView } = await twoEndpoints(context, first, second);
    const { files, store } = await storage();
    const view = createViewSource(readView, systemClock, NEVER);
    const journal = await openJournal(files, "/data/journal", parseNodeEntry);
    const alarm = createAlarm(systemClock);
    const ports = { view, store, journal, checkers: sampleCheckers, alarm, log: memoryLog() };
    const machine = { account_id: "a.near", tls_public_key: NODE.publicKey };
    const hello = { network_id: OWNER.network, contract_id: OWNER.contract, ...machine };
    const server = await startPinnedServer({
      identity: NODE,
      listen: { host: "127.0.0.1", port: 0 },
      authorize: async (peerKey) => identifyPeer(await view.recent(0), machine, peerKey),
      routes: createKeyshareRoutes(ports, hello),
    });
    context.after(() => server.close());
    const ask = (identity: TlsIdentity) =>
      exchangeOverTls(identity).fetch(infoOf(NODE, server.port), EXPECTED, NEVER);
    const sayHello = (identity: TlsIdentity) =>
      pinnedRequest({
        identity,
        url: `https://127.0.0.1:${server.port}`,
        peerKey: NODE.publicKey,
        method: "GET",
        path: "/v1/hello",
      });
    return { ask, sayHello, nodes };
  }

  const truth = { state: runningWith(infoOf(NODE, 1)), service: registered(SERVICE) };
  const lie = { ...truth, service: registered(MALLORY) };

  test("neither Mallory nor anybody else gets an answer, whichever endpoint lies", async (context) => {
    for (const [first, second] of [[lie, truth] as const, [truth, lie] as const]) {
      const { ask, sayHello } = await setUp(context, showing(first), showing(second));
      await assert.rejects(ask(MALLORY), { code: "PEER_CLOSED" });
      await assert.rejects(sayHello(MALLORY), { code: "PEER_CLOSED" });
      await assert.rejects(ask(SERVICE), { code: "PEER_CLOSED" });
    }
  });

  test("a service that was replaced gets nothing from an endpoint that pretends to lag behind that", async (context) => {
    const then = showing(truth, lie, HEIGHT - 1);
    const now = showing(truth, lie, HEIGHT);
    const { ask, nodes } = await setUp(context, now, now);
    assert.deepEqual(await ask(SERVICE), WHOLE);
    nodes[1]!.behave = then;
    await assert.rejects(ask(MALLORY), { code: "PEER_CLOSED" });
    assert.deepEqual(await ask(SERVICE), WHOLE);
  });

  test("what both show is believed, so that the tests above prove something", async (context) => {
    const { ask } = await setUp(context, showing(lie), showing(lie));
    assert.deepEqual(await ask(MALLORY), WHOLE);
  });
});
