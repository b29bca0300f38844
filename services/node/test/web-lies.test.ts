import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { createProvenReader } from "../../../sdk/src/client/proven-reader.ts";
import { generateKxKeyPair } from "../../../sdk/src/crypto/kx.ts";
import { type FakeBehaviour, honest, startFakeNode } from "../../../sdk/test/fake-node.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { createOwnKeys } from "../../transport/web/own-keys.ts";
import { type Slot, sessionSlotsReader } from "../../transport/web/session-slots.ts";
import { ask, movingDraft, openingDraft } from "./web-requests.ts";
import {
  backupWorld,
  EXPECTED,
  type FakeContract,
  nodeInfo,
  OWNER,
  recoveryWorld,
  SERVICE,
  WHOLE,
} from "./web-world.ts";

const MALLORYS = generateKxKeyPair().publicKey;

/** Endpoints that all show Mallory's key in a role's slot, in place of or beside the true session. */
function lie(at: FakeContract, slot: string, session?: number): void {
  const found = at.keys.get(slot);
  at.keys.set(slot, {
    session: session ?? found?.session ?? 1,
    public_key: MALLORYS as never,
    expires_on: 900,
  });
}

describe("behavior: keys on the contract that endpoints make up are worth nothing, even if all of them lie", () => {
  test("no share is sealed to a key in the node's slot that the node's TLS key didn't publish", async (context) => {
    const { at, port, service, serving, node } = await recoveryWorld(context);
    serving.endpoint = {
      ...node.endpoint,
      async answer(request, body) {
        const answer = await node.endpoint.answer(request, body);
        lie(at, "node recovery");
        return answer;
      },
    };
    await assert.rejects(service.exchange.send(nodeInfo(port), WHOLE, NEVER), { code: "PEER_KEY_NOT_SHOWN" });
  });

  test("nor one to a key in the service's slot", async (context) => {
    const world = await backupWorld(context);
    const draft = await movingDraft(world, "backup");
    lie(world.at, "backup_service backup");
    assert.equal((await ask(world.port, draft)).code, "SESSION_NOT_SHOWN");
    const named = { session: 1, public_key: MALLORYS };
    const renamed = { ...draft, claim: { ...draft.claim, service: named } };
    assert.equal((await ask(world.port, renamed)).code, "INVALID_EPHEMERAL_KEY_PROOF");
  });

  test("a session that is shown too high or too low only delays", async (context) => {
    const { at, port, service } = await backupWorld(context);
    lie(at, "backup_service backup", 50);
    assert.deepEqual(await service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER), WHOLE);
    assert.equal(at.published[0], "backup_service backup 51");
  });

  test("the contract refuses a key whose proof is for another session than it counts", async (context) => {
    const world = await backupWorld(context);
    const { readSlots } = world.at;
    let lied = false;
    const { own } = await openingDraft(world, "backup");
    assert.equal(own.session, 1);
    const lying = async (...asked: Parameters<typeof readSlots>) => {
      const slots = await readSlots(...asked);
      if (lied) return slots;
      lied = true;
      return { ...slots, backup_service: { session: 7, key: null } };
    };
    const publish = world.at.publishAs("backup_service", SERVICE);
    const keys = createOwnKeys({
      role: "backup_service",
      owner: OWNER,
      tlsKey: SERVICE,
      readSlots: lying,
      publish,
    });
    await assert.rejects(keys.offer("backup", NEVER), { code: "INVALID_EPHEMERAL_KEY_PROOF" });
    assert.equal((await keys.offer("backup", NEVER)).own.session, 2);
  });
});

describe("behavior: the slots are read on proven state only", () => {
  const START = Date.now();
  const key = (public_key: string) => ({ session: 3, key: { public_key, expires_on: 900 } });
  const TRUE_KEY = generateKxKeyPair().publicKey;

  const showing = (slot: unknown, head = 100): FakeBehaviour =>
    honest({ head, headMillis: START + (head - 100) * 1_000, views: { ephemeral_key: slot } });

  async function readerOf(context: TestContext, first: FakeBehaviour, second: FakeBehaviour) {
    const nodes = [await startFakeNode(context, first), await startFakeNode(context, second, "127.0.0.2")];
    const trust = { kind: "quorum", endpoints: nodes.map(({ endpoint }) => endpoint), mustAgree: 2 } as const;
    const read = sessionSlotsReader(createProvenReader({ contractId: "mpc.near", trust }), "a.near");
    return { nodes, read };
  }

  test("one endpoint that lies about a key stops the exchange, whichever it is", async (context) => {
    for (const [first, second] of [[TRUE_KEY, MALLORYS] as const, [MALLORYS, TRUE_KEY] as const]) {
      const { read } = await readerOf(context, showing(key(first)), showing(key(second)));
      await assert.rejects(read("backup", NEVER), { code: "ENDPOINTS_DISAGREE" });
    }
    const { read } = await readerOf(context, showing(key(TRUE_KEY)), showing(key(TRUE_KEY)));
    assert.deepEqual((await read("backup", NEVER)).node, key(TRUE_KEY));
  });

  test("what isn't a slot is refused", async (context) => {
    const confused: Partial<Slot> = {
      session: 1,
      key: { public_key: "ed25519:x" as never, expires_on: 900 },
    };
    for (const slot of [confused, { session: -1, key: null }, null, {}]) {
      const { read } = await readerOf(context, showing(slot), showing(slot));
      await assert.rejects(read("backup", NEVER), { code: "RESULT_INVALID" });
    }
  });

  test("time isn't turned back: an older block changes nothing", async (context) => {
    const { read, nodes } = await readerOf(context, showing(key(TRUE_KEY)), showing(key(TRUE_KEY)));
    const newest = await read("backup", NEVER);
    for (const node of nodes) node.behave = showing({ session: 2, key: null }, 99);
    assert.deepEqual(await read("backup", NEVER), newest);
  });
});
