import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { EphemeralKeyPurpose } from "../../../contract/src/protocol/records.ts";
import { sealEnvelope } from "../../../sdk/src/crypto/envelope.ts";
import type { Ed25519KeyPair } from "../../../sdk/src/crypto/keys.ts";
import { generateKxKeyPair } from "../../../sdk/src/crypto/kx.ts";
import { encodeKeysharesDocument } from "../../keyshare/keyshares-document.ts";
import { OTHER_KEY, proofFor } from "../../node/test/web-requests.ts";
import {
  backupWorld,
  EXPECTED,
  HASH,
  KEY_BLOCKS,
  MALLORY,
  NODE,
  nodeInfo,
  OWNER,
  openService,
  recoveryWorld,
  SERVICE,
  type WebWorld,
  WHOLE,
} from "../../node/test/web-world.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { emptyDisk } from "../../store/test/crashing-files.ts";
import type { AnswerClaim } from "../../transport/web/claim.ts";
import { readHeader, sha256Hex, signHeader } from "../../transport/web/signed-header.ts";
import type { SignedAnswer } from "../../transport/web/web-server.ts";

type Tampering = (answer: SignedAnswer, claim: AnswerClaim) => SignedAnswer;

const EXPIRES = 200 + 1 + KEY_BLOCKS;

/** Puts somebody on the way who changes the answers of one kind: to the opening request, or to the moving one. */
function tamper({ serving, node }: WebWorld, which: "opening" | "moving", how: Tampering): void {
  serving.endpoint = {
    ...node.endpoint,
    async answer(request, body) {
      const answer = await node.endpoint.answer(request, body);
      if (answer.kind === "refused" || (request.claim.node === null) !== (which === "opening")) return answer;
      return how(answer, readHeader(answer.header).claim as AnswerClaim);
    },
  };
}

/** The answer with a changed claim, signed anew. */
const resigned =
  (change: Readonly<Record<string, unknown>>, signer: Ed25519KeyPair = NODE): Tampering =>
  (answer, claim) => ({ ...answer, header: signHeader(signer, { ...claim, ...change } as AnswerClaim) });

/** Every field of an answer's claim with another value, which the node itself signs, and the service's refusal. */
const CHANGES: Readonly<Record<keyof AnswerClaim, readonly (readonly [unknown, string])[]>> = {
  v: [[1, "AUTHENTICATION_MALFORMED"]],
  direction: [["request", "AUTHENTICATION_MALFORMED"]],
  status: [[201, "AUTHENTICATION_MALFORMED"]],
  request_sha256: [["ab".repeat(32), "AUTHENTICATION_OTHER_MESSAGE"]],
  network: [["mainnet", "AUTHENTICATION_OTHER_CONTEXT"]],
  contract: [["mpc2.near", "AUTHENTICATION_OTHER_CONTEXT"]],
  account: [["b.near", "AUTHENTICATION_OTHER_CONTEXT"]],
  method: [["PUT", "AUTHENTICATION_MALFORMED"]],
  path: [["/other", "AUTHENTICATION_OTHER_MESSAGE"]],
  from: [
    [MALLORY.publicKey, "AUTHENTICATION_BAD_SIGNATURE"],
    [SERVICE.publicKey, "AUTHENTICATION_BAD_SIGNATURE"],
  ],
  to: [
    [MALLORY.publicKey, "AUTHENTICATION_OTHER_CONTEXT"],
    [NODE.publicKey, "AUTHENTICATION_OTHER_CONTEXT"],
  ],
  service: [
    [null, "AUTHENTICATION_OTHER_CONTEXT"],
    [{ session: 2, public_key: OTHER_KEY }, "AUTHENTICATION_OTHER_CONTEXT"],
  ],
  node: [
    [null, ""],
    [{ session: 1, public_key: OTHER_KEY }, ""],
  ],
  proof: [
    [null, ""],
    [proofFor({}, NODE), ""],
  ],
  body_sha256: [["ab".repeat(32), "AUTHENTICATION_OTHER_MESSAGE"]],
  expires: [
    [200, "AUTHENTICATION_EXPIRED"],
    [0, "AUTHENTICATION_EXPIRED"],
  ],
};

const MOVES: Readonly<Record<EphemeralKeyPurpose, (world: WebWorld) => Promise<unknown>>> = {
  backup: ({ service, port }) => service.exchange.fetch(nodeInfo(port), EXPECTED, NEVER),
  recovery: ({ service, port }) => service.exchange.send(nodeInfo(port), WHOLE, NEVER),
};
const WORLDS: Readonly<Record<EphemeralKeyPurpose, (context: TestContext) => Promise<WebWorld>>> = {
  backup: backupWorld,
  recovery: recoveryWorld,
};

for (const purpose of ["backup", "recovery"] as const) {
  describe(`behavior: the service takes no false answer in a ${purpose}`, () => {
    for (const which of ["opening", "moving"] as const) {
      test(`another value in any field of the ${which} answer, though the node itself signed it`, async (context) => {
        const world = await WORLDS[purpose](context);
        for (const [name, values] of Object.entries(CHANGES)) {
          for (const [value, code] of values) {
            tamper(world, which, resigned({ [name]: value }));
            const expected = code === "" ? KEY_REFUSALS[which][name] : code;
            // The proof only matters where the key is learned; afterwards the key is known.
            if (expected === undefined) continue;
            await assert.rejects(
              MOVES[purpose](world),
              { code: expected },
              `${name} ${JSON.stringify(value)}`,
            );
          }
        }
        world.serving.endpoint = world.node.endpoint;
        await MOVES[purpose](world);
      });

      test(`a ${which} answer of another status, unsigned, signed by another or changed`, async (context) => {
        const world = await WORLDS[purpose](context);
        const attempt = async (how: Tampering, code: string) => {
          tamper(world, which, how);
          await assert.rejects(MOVES[purpose](world), { code });
        };
        await attempt(
          (answer) => ({ ...answer, status: which === "opening" ? 200 : 202 }),
          "AUTHENTICATION_OTHER_MESSAGE",
        );
        const other = which === "opening" ? 200 : 202;
        await attempt(
          (answer, claim) => ({ ...resigned({ status: other })(answer, claim), status: other }),
          "AUTHENTICATION_OTHER_MESSAGE",
        );
        await attempt(resigned({ status: other }), "AUTHENTICATION_OTHER_MESSAGE");
        await attempt((answer) => ({ ...answer, header: "" }), "AUTHENTICATION_MALFORMED");
        await attempt(resigned({}, MALLORY), "AUTHENTICATION_BAD_SIGNATURE");
        await attempt(resigned({ from: MALLORY.publicKey }, MALLORY), "AUTHENTICATION_BAD_SIGNATURE");
        await attempt((answer) => ({ ...answer, body: `${answer.body} ` }), "AUTHENTICATION_OTHER_MESSAGE");
        const [json, signature] = ["AAAA", "A".repeat(86)];
        await attempt(
          (answer) => ({ ...answer, header: `${json}.${signature}` }),
          "AUTHENTICATION_MALFORMED",
        );
      });
    }

    test("an answer recorded from an earlier exchange", async (context) => {
      const world = await WORLDS[purpose](context);
      const recorded: SignedAnswer[] = [];
      const record: Tampering = (answer) => {
        recorded.push(answer);
        return answer;
      };
      tamper(world, "moving", record);
      await MOVES[purpose](world);
      tamper(world, "moving", () => recorded[0]!);
      await assert.rejects(MOVES[purpose](world), { code: "AUTHENTICATION_OTHER_MESSAGE" });
    });

    test("a key that was used before, also after a restart", async (context) => {
      const world = await WORLDS[purpose](context);
      const disk = emptyDisk();
      const service = await openService(world.at, disk);
      await MOVES[purpose]({ ...world, service });
      const used = world.at.keys.get(`node ${purpose}`)!;
      const again = await openService(world.at, disk);
      const proof = proofFor(
        { role: "node", purpose, session: used.session, publicKey: used.public_key },
        NODE,
      );
      const { session, public_key } = used;
      world.serving.endpoint = {
        ...world.node.endpoint,
        answer: async (request) => {
          const { claim } = request;
          const parts = { status: 202, node: { session, public_key }, proof, expires: EXPIRES } as const;
          const { network, contract, account, method, path, service: named } = claim;
          const said: AnswerClaim = {
            v: 2,
            direction: "answer",
            request_sha256: sha256Hex(request.header.text),
            network,
            contract,
            account,
            method,
            path,
            service: named,
            from: claim.to,
            to: claim.from,
            body_sha256: sha256Hex("{}"),
            ...parts,
          };
          return { kind: "signed", status: 202, header: signHeader(NODE, said), body: "{}" };
        },
      };
      await assert.rejects(MOVES[purpose]({ ...world, service: again }), { code: "SESSION_USED" });
    });

    test("a node's key that the contract doesn't show, or no longer", async (context) => {
      const world = await WORLDS[purpose](context);
      tamper(world, "opening", (answer) => {
        world.at.keys.delete(`node ${purpose}`);
        return answer;
      });
      await assert.rejects(MOVES[purpose](world), { code: "PEER_KEY_NOT_SHOWN" });
      tamper(world, "opening", (answer) => {
        world.at.height = EXPIRES + KEY_BLOCKS;
        return answer;
      });
      await assert.rejects(MOVES[purpose](world), { code: "PEER_KEY_NOT_SHOWN" });
    });
  });
}

const KEY_REFUSALS: Readonly<Record<"opening" | "moving", Readonly<Record<string, string>>>> = {
  opening: { node: "AUTHENTICATION_BAD_SIGNATURE", proof: "AUTHENTICATION_BAD_SIGNATURE" },
  moving: { node: "AUTHENTICATION_OTHER_CONTEXT" },
};

describe("behavior: a backup's envelope is for this exchange alone", () => {
  const address = {
    ...OWNER,
    purpose: "backup" as const,
    epoch: EXPECTED.epoch_id,
    keyset_hash: HASH,
    session: 1,
    expires: EXPIRES,
  };
  const document = encodeKeysharesDocument(WHOLE);

  /** An envelope of the tester's making in place of the node's, well signed by the node all round. */
  const replacing =
    (make: (claim: AnswerClaim) => string): Tampering =>
    (answer, claim) => {
      const body = make(claim);
      return { ...answer, body, header: signHeader(NODE, { ...claim, body_sha256: sha256Hex(body) }) };
    };

  const forgeries: readonly (readonly [string, (claim: AnswerClaim) => string, string])[] = [
    [
      "sealed with another key than the one on the contract",
      ({ service }) => {
        const sender = { exchange: generateKxKeyPair(), signing: NODE };
        return sealEnvelope(sender, { ...address, to: service!.public_key }, document);
      },
      "ENVELOPE_OTHER_CONTEXT",
    ],
    ["no envelope at all", () => document.toString(), "ENVELOPE_MALFORMED"],
    ["empty", () => "", "ENVELOPE_MALFORMED"],
  ];
  for (const [name, make, code] of forgeries) {
    test(name, async (context) => {
      const world = await backupWorld(context);
      tamper(world, "moving", replacing(make));
      await assert.rejects(MOVES.backup(world), { code });
    });
  }

  test("one recorded in an earlier exchange, signed anew by the node for this one", async (context) => {
    const world = await backupWorld(context);
    const bodies: string[] = [];
    tamper(world, "moving", (answer) => {
      bodies.push(answer.body);
      return answer;
    });
    await MOVES.backup(world);
    tamper(
      world,
      "moving",
      replacing(() => bodies[0]!),
    );
    await assert.rejects(MOVES.backup(world), { code: "ENVELOPE_OTHER_CONTEXT" });
  });
});

describe("behavior: the answer to what is held", () => {
  test("signed by another, recorded, or not a list", async (context) => {
    const world = await recoveryWorld(context);
    const ask = () => world.service.exchange.heldKeysets(nodeInfo(world.port), NEVER);
    const recorded: SignedAnswer[] = [];
    tamper(world, "opening", (answer) => {
      recorded.push(answer);
      return answer;
    });
    assert.deepEqual(await ask(), []);
    tamper(world, "opening", () => recorded[0]!);
    await assert.rejects(ask(), { code: "AUTHENTICATION_OTHER_MESSAGE" });
    tamper(world, "opening", resigned({}, MALLORY));
    await assert.rejects(ask(), { code: "AUTHENTICATION_BAD_SIGNATURE" });
    tamper(world, "opening", (answer, claim) => {
      const body = '{"held_keysets":"all"}';
      return { ...answer, body, header: signHeader(NODE, { ...claim, body_sha256: sha256Hex(body) }) };
    });
    await assert.rejects(ask(), { code: "PEER_ANSWER_INVALID" });
  });
});
