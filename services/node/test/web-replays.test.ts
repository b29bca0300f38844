import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { EphemeralKeyPurpose } from "../../../contract/src/protocol/records.ts";
import { ProofError } from "../../../sdk/src/errors/proof-error.ts";
import { runningWith } from "../../operations/test/fake-contract.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { sha256Hex } from "../../transport/web/signed-header.ts";
import { ask, movingDraft, openingDraft, proofFor, replay } from "./web-requests.ts";
import {
  backupWorld,
  KEY_BLOCKS,
  MALLORY,
  NODE,
  nodeInfo,
  openNode,
  recoveryWorld,
  registered,
  SERVICE,
  type WebWorld,
} from "./web-world.ts";

const WORLDS: Readonly<Record<EphemeralKeyPurpose, (context: TestContext) => Promise<WebWorld>>> = {
  backup: backupWorld,
  recovery: recoveryWorld,
};
const PURPOSES = ["backup", "recovery"] as const;
const EXPIRES = 200 + 1 + KEY_BLOCKS;

for (const purpose of PURPOSES) {
  describe(`behavior: the node refuses a ${purpose} request of another session, role or time`, () => {
    test("a replay, at once or after a restart", async (context) => {
      const world = await WORLDS[purpose](context);
      const honest = await movingDraft(world, purpose);
      assert.equal((await replay(world.port, honest)).status, 200);
      assert.equal((await replay(world.port, honest)).code, "REQUEST_REPLAYED");
      assert.equal((await ask(world.port, honest)).code, "SESSION_USED");
      world.serving.endpoint = (await openNode(world.at, world.disk)).endpoint;
      assert.equal((await replay(world.port, honest)).code, "SESSION_USED");
      const opening = { claim: { ...honest.claim, node: null, body_sha256: sha256Hex("") }, body: "" };
      assert.equal((await ask(world.port, opening)).code, "SESSION_USED");
      assert.equal(world.at.published.length, 2);
    });

    async function backupOrRecovery(context: TestContext) {
      const world = await WORLDS[purpose](context);
      return { world, honest: await movingDraft(world, purpose) };
    }

    test("a replay costs no look at the contract", async (context) => {
      const { world, honest } = await backupOrRecovery(context);
      assert.equal((await replay(world.port, honest)).status, 200);
      const { readSlots } = world.at;
      let reads = 0;
      const counting = {
        ...world.at,
        readSlots: (...asked: Parameters<typeof readSlots>) => {
          reads += 1;
          return readSlots(...asked);
        },
      };
      world.serving.endpoint = (await openNode(counting, world.disk)).endpoint;
      for (const _ of [1, 2, 3, 4]) assert.equal((await replay(world.port, honest)).status, 409);
      assert.equal(reads, 1);
    });

    test("two of the same request at once: one is answered", async (context) => {
      const world = await WORLDS[purpose](context);
      const honest = await movingDraft(world, purpose);
      const outcomes = await Promise.all([1, 2, 3].map(() => replay(world.port, honest)));
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), [200, 409, 409]);
      const next = await backupOrRecovery(context);
      const anewAtOnce = await Promise.all([1, 2, 3].map(() => ask(next.world.port, next.honest)));
      assert.deepEqual(anewAtOnce.map(({ status }) => status).sort(), [200, 409, 409]);
    });

    test("a replay of an earlier session in the next", async (context) => {
      const world = await WORLDS[purpose](context);
      const first = await movingDraft(world, purpose);
      world.service.keys.take(purpose, first.own, await world.at.readSlots(purpose, NEVER));
      const second = await movingDraft(world, purpose);
      assert.equal((await ask(world.port, first)).code, "SESSION_NOT_SHOWN");
      assert.equal((await ask(world.port, second)).status, 200);
      assert.equal((await ask(world.port, first)).code, "SESSION_NOT_SHOWN");
      const mixed = { ...second, claim: { ...second.claim, node: first.claim.node } };
      assert.equal((await ask(world.port, mixed)).code, "SESSION_USED");
    });

    test("an expired session, whatever the header says", async (context) => {
      const world = await WORLDS[purpose](context);
      const honest = await movingDraft(world, purpose);
      world.at.height = EXPIRES - 1;
      const claim = { ...honest.claim, expires: EXPIRES + 50 };
      assert.equal((await ask(world.port, { ...honest, claim })).code, "AUTHENTICATION_EXPIRED");
      world.at.height = EXPIRES;
      assert.equal((await ask(world.port, honest)).code, "AUTHENTICATION_EXPIRED");
      assert.equal((await ask(world.port, { ...honest, claim })).code, "SESSION_NOT_SHOWN");
    });

    test("while the contract can't be read, and it publishes nothing then", async (context) => {
      const { world, honest } = await backupOrRecovery(context);
      const { view } = world.at;
      const unreadable = new ProofError("ENDPOINTS_DISAGREE", "They disagree.", "");
      Object.defineProperty(world.at, "view", {
        configurable: true,
        get: () => {
          throw unreadable;
        },
      });
      const refused = await ask(world.port, honest);
      assert.deepEqual(refused, { status: 503, code: "ENDPOINTS_DISAGREE" });
      Object.defineProperty(world.at, "view", { configurable: true, writable: true, value: view });
      assert.equal((await ask(world.port, honest)).status, 200);
      assert.equal(world.at.published.length, 2);
    });

    test("a key that the service published for the other purpose", async (context) => {
      const world = await WORLDS[purpose](context);
      const other = purpose === "backup" ? "recovery" : "backup";
      const honest = await openingDraft(world, purpose);
      const { own } = await openingDraft(world, other);
      const { session, public_key, proof } = own;
      const swapped = { ...honest, claim: { ...honest.claim, service: { session, public_key }, proof } };
      assert.equal((await ask(world.port, swapped)).code, "INVALID_EPHEMERAL_KEY_PROOF");
    });

    test("a key in the node's role under the service's name", async (context) => {
      const world = await WORLDS[purpose](context);
      const honest = await movingDraft(world, purpose);
      const { node } = honest.claim;
      const publicKey = node!.public_key;
      const asService = { session: node!.session, public_key: publicKey };
      for (const signer of [NODE, SERVICE]) {
        const proof = proofFor({ role: "node", purpose, session: node!.session, publicKey }, signer);
        const swapped = { ...honest, claim: { ...honest.claim, service: asService, proof } };
        assert.equal((await ask(world.port, swapped)).code, "INVALID_EPHEMERAL_KEY_PROOF");
      }
      const proof = proofFor({ purpose, session: node!.session, publicKey });
      const ownProof = { ...honest, claim: { ...honest.claim, service: asService, proof } };
      assert.equal((await ask(world.port, ownProof)).code, "SESSION_NOT_SHOWN");
    });

    test("a service that was replaced, or is shown on an unproven state", async (context) => {
      const world = await WORLDS[purpose](context);
      const honest = await movingDraft(world, purpose);
      const { view } = world.at;
      world.at.view = { ...view, backup_service: registered(MALLORY) };
      assert.equal((await ask(world.port, honest)).code, "NOT_THE_REGISTERED_SERVICE");
      world.at.view = { ...view, proof: { kind: "unproven", reason: "one endpoint" } };
      assert.equal((await ask(world.port, honest)).code, "UNPROVEN_STATE");
      world.at.view = {
        ...view,
        state: runningWith({ ...nodeInfo(1), tls_public_key: MALLORY.publicKey as never }),
      };
      assert.equal(
        (await ask(world.port, honest)).code,
        purpose === "backup" ? "NOT_THIS_NODE" : "NOT_RECOVERING",
      );
      world.at.view = view;
      assert.equal((await ask(world.port, honest)).status, 200);
    });
  });
}
