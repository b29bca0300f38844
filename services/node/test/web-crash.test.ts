import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { EphemeralKeyPurpose } from "../../../contract/src/protocol/records.ts";
import { FAKE_KEYSET } from "../../operations/test/fake-contract.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { AFTERMATHS, diskAfterCrash, emptyDisk } from "../../store/test/crashing-files.ts";
import { ask, movingDraft } from "./web-requests.ts";
import {
  backupWorld,
  EXPECTED,
  nodeInfo,
  openNode,
  openService,
  recoveryWorld,
  type WebWorld,
  WHOLE,
} from "./web-world.ts";

const WORLDS: Readonly<Record<EphemeralKeyPurpose, (context: TestContext) => Promise<WebWorld>>> = {
  backup: backupWorld,
  recovery: recoveryWorld,
};
const MOVES: Readonly<Record<EphemeralKeyPurpose, (world: WebWorld) => Promise<unknown>>> = {
  backup: ({ service, port }) => service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER),
  recovery: ({ service, port }) => service.exchange.send(nodeInfo(port), WHOLE, NEVER),
};

for (const purpose of ["backup", "recovery"] as const) {
  describe(`behavior: killed in a ${purpose} over version 2`, () => {
    /** The node up to where the request that moves the shares comes in, killed at a file operation of it. */
    async function nodeBefore(context: TestContext, crashAt: number) {
      const world = await WORLDS[purpose](context);
      const node = await openNode(world.at, world.disk, crashAt);
      world.serving.endpoint = node.endpoint;
      return { world, node, honest: await movingDraft(world, purpose) };
    }

    test("at any file operation, the node acknowledges nothing that it lost, and takes no request twice", async (context) => {
      const before = (await nodeBefore(context, Number.POSITIVE_INFINITY)).node.files.operations();
      let status = 0;
      let crashes = 0;
      for (; status !== 200; crashes += 1) {
        const { world, honest } = await nodeBefore(context, before + crashes);
        status = (await ask(world.port, honest)).status;
        for (const aftermath of AFTERMATHS) {
          const after = await openNode(world.at, diskAfterCrash(world.disk, aftermath));
          world.serving.endpoint = after.endpoint;
          const replay = await ask(world.port, honest);
          assert.equal(replay.status, 409, `${crashes} ${aftermath}: ${replay.code}`);
          const held = (await after.store.list()).length;
          assert.ok(status !== 200 || held === 1, `${crashes} ${aftermath}: acknowledged and lost`);
        }
        const disk = diskAfterCrash(world.disk, "synced_only");
        world.serving.endpoint = (await openNode(world.at, disk)).endpoint;
        if (purpose === "backup" || status !== 200)
          await MOVES[purpose]({ ...world, service: await openService(world.at) });
      }
      context.diagnostic(`${crashes - 1} crash points, ${AFTERMATHS.length} aftermaths each`);
      assert.ok(crashes > 3);
    });

    test("at any file operation, the service uses no key again and comes through after its restart", async (context) => {
      const opening = (await openService((await WORLDS[purpose](context)).at)).files.operations();
      let done = false;
      let crashes = 0;
      for (; !done; crashes += 1) {
        const world = await WORLDS[purpose](context);
        const disk = emptyDisk();
        const service = await openService(world.at, disk, opening + crashes);
        done = await MOVES[purpose]({ ...world, service }).then(
          () => true,
          () => false,
        );
        const again = await openService(world.at, diskAfterCrash(disk, "synced_only"));
        await MOVES[purpose]({ ...world, service: again });
        assert.equal(new Set(world.at.published).size, world.at.published.length);
        const [share] = (await world.node.store.list()).map(({ epoch_id }) => epoch_id);
        assert.equal(share, FAKE_KEYSET.epoch_id);
      }
      context.diagnostic(`${crashes - 1} crash points`);
      assert.ok(crashes > 1);
    });
  });
}
