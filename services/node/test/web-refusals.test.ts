import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { EphemeralKeyPurpose } from "../../../contract/src/protocol/records.ts";
import type { RequestClaim } from "../../transport/web/claim.ts";
import { signHeader } from "../../transport/web/signed-header.ts";
import { anew, ask, askWithHeader, type Draft, movingDraft, OTHER_KEY, proofFor } from "./web-requests.ts";
import {
  backupWorld,
  KEY_BLOCKS,
  MALLORY,
  NODE,
  recoveryWorld,
  SERVICE,
  type WebWorld,
} from "./web-world.ts";

const WORLDS: Readonly<Record<EphemeralKeyPurpose, (context: TestContext) => Promise<WebWorld>>> = {
  backup: backupWorld,
  recovery: recoveryWorld,
};
const PURPOSES = ["backup", "recovery"] as const;
const EXPIRES = 200 + 1 + KEY_BLOCKS;

/** Every field of a request's claim with other values, and how the node refuses each although the service signed it. */
const CHANGES: Readonly<Record<keyof RequestClaim, readonly (readonly [unknown, string])[]>> = {
  v: [
    [1, "AUTHENTICATION_MALFORMED"],
    [3, "AUTHENTICATION_MALFORMED"],
  ],
  direction: [["answer", "AUTHENTICATION_MALFORMED"]],
  nonce: [["", "AUTHENTICATION_MALFORMED"]],
  network: [["mainnet", "AUTHENTICATION_OTHER_CONTEXT"]],
  contract: [["mpc2.near", "AUTHENTICATION_OTHER_CONTEXT"]],
  account: [["b.near", "AUTHENTICATION_OTHER_CONTEXT"]],
  method: [["PUT", "AUTHENTICATION_MALFORMED"]],
  path: [
    ["/shares", "AUTHENTICATION_OTHER_MESSAGE"],
    ["/", "AUTHENTICATION_MALFORMED"],
  ],
  from: [
    [MALLORY.publicKey, "NOT_THE_REGISTERED_SERVICE"],
    [NODE.publicKey, "NOT_THE_REGISTERED_SERVICE"],
    [OTHER_KEY, "AUTHENTICATION_MALFORMED"],
  ],
  to: [
    [MALLORY.publicKey, "AUTHENTICATION_OTHER_CONTEXT"],
    [SERVICE.publicKey, "AUTHENTICATION_OTHER_CONTEXT"],
  ],
  service: [
    [null, "SESSION_MISSING"],
    [{ session: 1, public_key: OTHER_KEY }, "INVALID_EPHEMERAL_KEY_PROOF"],
    [{ session: 1, public_key: SERVICE.publicKey }, "AUTHENTICATION_MALFORMED"],
    [{ session: 1 }, "AUTHENTICATION_MALFORMED"],
  ],
  node: [
    [{ session: 1, public_key: OTHER_KEY }, "SESSION_UNKNOWN"],
    [{ session: 9, public_key: OTHER_KEY }, "SESSION_UNKNOWN"],
  ],
  proof: [
    [null, "SESSION_MISSING"],
    [proofFor({}), "INVALID_EPHEMERAL_KEY_PROOF"],
    ["ed25519:x", "AUTHENTICATION_MALFORMED"],
  ],
  body_sha256: [["ab".repeat(32), "AUTHENTICATION_OTHER_MESSAGE"]],
  expires: [
    [200, "AUTHENTICATION_EXPIRED"],
    [0, "AUTHENTICATION_EXPIRED"],
    [EXPIRES + 1, "AUTHENTICATION_EXPIRED"],
    [-1, "AUTHENTICATION_MALFORMED"],
  ],
};

for (const purpose of PURPOSES) {
  describe(`behavior: the node refuses, and uses up nothing for, a false ${purpose} request`, () => {
    /** Asks for something that must be refused, then shows that the honest request still works. */
    async function refusedThenAnswered(
      context: TestContext,
      code: string,
      attack: (world: WebWorld, honest: Draft) => Promise<{ readonly code: string | undefined }>,
    ) {
      const world = await WORLDS[purpose](context);
      const honest = await movingDraft(world, purpose);
      assert.equal((await attack(world, honest)).code, code);
      await requireUnharmed(world, honest);
    }

    /** Nothing was published or stored for what was refused, and the honest request is still answered. */
    async function requireUnharmed(world: WebWorld, honest: Draft) {
      assert.deepEqual(world.at.published, [`backup_service ${purpose} 1`, `node ${purpose} 1`]);
      if (purpose === "recovery") assert.deepEqual(await world.node.store.list(), []);
      assert.equal((await ask(world.port, honest)).status, 200);
    }

    for (const [name, values] of Object.entries(CHANGES)) {
      test(`another ${name}, though the service itself signed it`, async (context) => {
        const world = await WORLDS[purpose](context);
        const honest = await movingDraft(world, purpose);
        const { method, path } = honest.claim;
        for (const [value, code] of values) {
          const header = signHeader(SERVICE, { ...anew(honest).claim, [name]: value } as RequestClaim);
          const refused = await askWithHeader(world.port, header, { method, path, body: honest.body });
          assert.equal(refused.code, code, JSON.stringify(value));
        }
        await requireUnharmed(world, honest);
      });
    }

    test("any change of the header that the service didn't sign", async (context) => {
      const world = await WORLDS[purpose](context);
      const honest = await movingDraft(world, purpose);
      const { method, path } = honest.claim;
      const signature = signHeader(SERVICE, honest.claim).split(".")[1];
      const names = Object.keys(CHANGES) as (keyof RequestClaim)[];
      assert.deepEqual(names.sort(), Object.keys(honest.claim).sort());
      for (const name of names) {
        const changed = {
          ...honest.claim,
          [name]: name === "nonce" ? "02".repeat(32) : CHANGES[name][0]![0],
        };
        const header = `${signHeader(SERVICE, changed as RequestClaim).split(".")[0]}.${signature}`;
        const { status } = await askWithHeader(world.port, header, { method, path, body: honest.body });
        assert.ok(status === 400 || status === 403, `${name}: ${status}`);
      }
      assert.equal((await ask(world.port, honest)).status, 200);
    });

    test("a signature by anybody else's key", (context) =>
      refusedThenAnswered(context, "AUTHENTICATION_BAD_SIGNATURE", async ({ port }, honest) => {
        assert.equal((await ask(port, honest, { signer: NODE })).code, "AUTHENTICATION_BAD_SIGNATURE");
        return ask(port, honest, { signer: MALLORY });
      }));

    test("Mallory under his own name", (context) =>
      refusedThenAnswered(context, "NOT_THE_REGISTERED_SERVICE", ({ port }, { claim, body }) =>
        ask(port, { claim: { ...claim, from: MALLORY.publicKey as never }, body }, { signer: MALLORY }),
      ));

    test("another method or path than the signed one", (context) =>
      refusedThenAnswered(context, "AUTHENTICATION_OTHER_MESSAGE", async ({ port }, honest) => {
        for (const path of ["/shares_recover", "/shares_backup", "/shares_backup?x=1", "/"]) {
          if (path === honest.claim.path) continue;
          assert.equal((await ask(port, honest, { path })).code, "AUTHENTICATION_OTHER_MESSAGE", path);
        }
        return ask(port, honest, { method: purpose === "backup" ? "POST" : "GET" });
      }));

    test("another body than the signed one", (context) =>
      refusedThenAnswered(context, "AUTHENTICATION_OTHER_MESSAGE", ({ port }, { claim, body }) =>
        ask(port, { claim, body: `${body} ` }),
      ));

    test("no header, or one that can't be read", (context) =>
      refusedThenAnswered(context, "AUTHENTICATION_MALFORMED", async ({ port }, { claim, body }) => {
        const { method, path } = claim;
        const header = signHeader(SERVICE, claim);
        const send = (text: string) => askWithHeader(port, text, { method, path, body });
        const long = `${"A".repeat(5_000)}.${"A".repeat(86)}`;
        const [json = "", signature = ""] = header.split(".");
        const spaced = Buffer.from(` ${Buffer.from(json, "base64url")}`).toString("base64url");
        for (const text of [json, `${header}.`, `${header}=`, long, `${spaced}.${signature}`, "."]) {
          assert.equal((await send(text)).code, "AUTHENTICATION_MALFORMED", text.slice(0, 20));
        }
        return send(`${json}.${signature.slice(1)}`);
      }));
  });
}
