import assert from "node:assert/strict";
import http from "node:http";
import net from "node:net";
import { describe, test } from "node:test";
import { FAKE_KEYSET, runningWith } from "../../operations/test/fake-contract.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { recovery } from "../../operations/test/sample-views.ts";
import { AUTHENTICATION_HEADER, sha256Hex } from "../../transport/web/signed-header.ts";
import { ask, movingDraft, openingDraft, proofFor } from "./web-requests.ts";
import { backupWorld, HASH, MALLORY, nodeInfo, recovering, recoveryWorld, WHOLE } from "./web-world.ts";

describe("behavior: nobody but the service makes the node publish, and no stranger costs it much", () => {
  test("nothing is published for a request that isn't authentic", async (context) => {
    const world = await backupWorld(context);
    const { claim } = await openingDraft(world, "backup");
    const { port, at } = world;
    assert.equal((await ask(port, { claim, body: "" }, { signer: MALLORY })).status, 403);
    const mallory = { ...claim, from: MALLORY.publicKey as never };
    assert.equal((await ask(port, { claim: mallory, body: "" }, { signer: MALLORY })).status, 403);
    const unproven = { ...claim, proof: proofFor({}, MALLORY) };
    assert.equal((await ask(port, { claim: unproven, body: "" })).status, 403);
    assert.equal((await ask(port, { claim: { ...claim, expires: 200 }, body: "" })).status, 403);
    const body = "{}";
    assert.equal(
      (
        await ask(port, {
          claim: { ...claim, method: "POST", path: "/shares_backup", body_sha256: sha256Hex(body) },
          body,
        })
      ).status,
      404,
    );
    assert.deepEqual(at.published, ["backup_service backup 1"]);
    assert.equal((await ask(port, { claim, body: "" })).status, 202);
  });

  test("an opening request that is sent again publishes nothing new", async (context) => {
    const world = await backupWorld(context);
    const draft = await openingDraft(world, "backup");
    for (const _ of [1, 2, 3]) assert.equal((await ask(world.port, draft)).status, 202);
    assert.deepEqual(world.at.published, ["backup_service backup 1", "node backup 1"]);
  });

  test("an envelope of an earlier epoch, recovery or keyset is refused in the next", async (context) => {
    const world = await recoveryWorld(context);
    const first = await movingDraft(world, "recovery");
    const keyset = { ...FAKE_KEYSET, epoch_id: 5 };
    const running = { ...runningWith(nodeInfo(1)), keyset } as never;
    world.at.view = {
      ...world.at.view,
      state: { ...recovery({ prospective_info: nodeInfo(world.port) }, 8), previous_running_state: running },
    };
    assert.equal((await ask(world.port, first)).code, "ENVELOPE_OTHER_CONTEXT");
    assert.deepEqual(await world.node.store.list(), []);
    world.at.view = { ...world.at.view, state: recovering(world.port) };
    assert.equal((await ask(world.port, first)).code, "SESSION_USED");
    world.service.keys.take("recovery", first.own, await world.at.readSlots("recovery", NEVER));
    await world.service.exchange.send(nodeInfo(world.port), WHOLE, NEVER);
    assert.equal((await world.node.store.list())[0]?.keyset_hash, HASH);
  });

  test("a stranger's body isn't read: the refusal comes although the body doesn't", async (context) => {
    const { port } = await recoveryWorld(context);
    const socket = net.connect(port, "127.0.0.1");
    context.after(() => socket.destroy());
    socket.write("POST /shares_recover HTTP/1.1\r\nhost: a\r\ncontent-length: 20000000\r\n\r\n");
    const text = await new Promise<string>((resolve) =>
      socket.once("data", (chunk) => resolve(String(chunk))),
    );
    assert.match(text, /^HTTP\/1.1 403 [\s\S]*AUTHENTICATION_MISSING/);
  });

  test("an answer to nobody in particular carries no authentication", async (context) => {
    const { port } = await backupWorld(context);
    const response = await new Promise<http.IncomingMessage>((resolve) =>
      http.get(`http://127.0.0.1:${port}/shares_backup`, resolve),
    );
    response.resume();
    assert.equal(response.statusCode, 403);
    assert.equal(response.headers[AUTHENTICATION_HEADER], undefined);
  });
});
