import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Route } from "../../../transport/routes.ts";
import type { AskPeer } from "../p2p/ask-peer.ts";
import { type CeremonyPlan, openCeremony } from "../p2p/ceremony.ts";
import type { CeremonyLine } from "../p2p/exchange-round.ts";
import {
  type KeyGenerationRound,
  ROUND_READERS,
  type Round1Message,
  roundPath,
} from "../p2p/key-generation-messages.ts";
import { keyGenerationRoutes } from "../p2p/key-generation-routes.ts";
import { createMessageInbox } from "../p2p/message-inbox.ts";
import type { SignerPeer } from "../p2p/signer-peer.ts";
import { type GeneratedKeys, generateTogether, meet } from "../p2p/take-part.ts";
import { toHex } from "../read-fields.ts";
import { shareKeyGeneration } from "../share-key-generation.ts";
import { reasonOf, SignerError } from "../signer-error.ts";
import { type Round1Package, startKeyGeneration } from "../start-key-generation.ts";
import { identityOf, memoryStore } from "./tls-network.ts";

const PARTICIPANTS: readonly SignerPeer[] = [0, 1, 2].map((participant_id) => ({
  account_id: `node-${participant_id}.near`,
  participant_id,
  url: `https://node-${participant_id}:8443`,
  tls_public_key: identityOf(participant_id).publicKey,
}));
const PLAN: CeremonyPlan = { participants: PARTICIPANTS, threshold: 2, domains: ["frost-secp256k1"] };

type Body = Record<string, unknown>;
/** Changes what participant 2 sends on its way to a receiver. */
type Tamper = (round: KeyGenerationRound, receiver: number, body: Body) => Body | Promise<Body>;

interface Outcome {
  readonly outcome: "done" | "failed";
  readonly keys?: GeneratedKeys;
  readonly code?: string;
  readonly blamed?: readonly number[];
  readonly stored: number;
}

/** Runs three participants on an in-memory network; what isn't decided after the first failure is stopped. */
async function run(tamper: Tamper): Promise<readonly Outcome[]> {
  const routes = new Map<number, readonly Route<SignerPeer>[]>();
  const stops = PARTICIPANTS.map(() => new AbortController());
  const members = PARTICIPANTS.map((self, index) => {
    const askPeer: AskPeer = async (peer, { path, body }) => {
      const round = (["hello", "round1", "round2", "echo", "stored"] as const).find(
        (each) => roundPath(each) === path,
      );
      assert.ok(round);
      const sent = index === 2 ? await tamper(round, peer.participant_id, body as Body) : body;
      const route = routes.get(peer.participant_id)?.find((candidate) => candidate.path === path);
      assert.ok(route);
      const reply = await route.handle(self, sent, new AbortController().signal);
      if (reply.kind === "refused") throw new Error(reply.code);
      return reply.body;
    };
    const ceremony = openCeremony(PLAN, self.tls_public_key);
    const stop = stops[index]!;
    const line: CeremonyLine = { ceremony, inbox: createMessageInbox(), askPeer, stop: stop.signal };
    const fail = (error: SignerError) => stop.abort(error);
    routes.set(index, keyGenerationRoutes({ line, fail, onGiveUp: () => undefined }));
    return { line, store: memoryStore() };
  });
  return Promise.all(
    members.map(async ({ line, store }): Promise<Outcome> => {
      try {
        const sessionId = await meet(line, 5_000);
        const keys = await generateTogether({ line, sessionId, store, roundMillis: 5_000 });
        return { outcome: "done", keys, stored: store.held.length };
      } catch (thrown) {
        for (const stop of stops)
          setImmediate(() => stop.abort(new SignerError("ABORTED", reasonOf(thrown))));
        const error = thrown as SignerError;
        return {
          outcome: "failed",
          code: error.code,
          blamed: error.participantIds,
          stored: store.held.length,
        };
      }
    }),
  );
}

const honest: Tamper = (_, __, body) => body;

const toWirePackages = (packages: readonly Round1Package[]): unknown =>
  packages.map(({ commitments, proofOfKnowledge }, domain_id) => ({
    domain_id,
    commitments: commitments.map(toHex),
    proof_of_knowledge: toHex(proofOfKnowledge),
  }));

/** Participant 2 shows participant 1 another face, with valid packages in both rounds. */
function twoFaced(): Tamper {
  const group = { participantIds: [0, 1, 2], threshold: 2 };
  const other = startKeyGeneration("frost-secp256k1", group, 2);
  const third = startKeyGeneration("frost-secp256k1", group, 0);
  const shown = startKeyGeneration("frost-secp256k1", group, 1);
  // The library asks for the others' broadcasts before it evaluates; any valid ones do for the liar.
  const shares = shareKeyGeneration(other, [third.round1, shown.round1]);
  const toOne = shares.find(({ to }) => to === 1)!;
  return (round, receiver, body) => {
    if (receiver !== 1) return body;
    if (round === "round1") return { ...body, packages: toWirePackages([other.round1]) };
    if (round === "round2")
      return { ...body, packages: [{ domain_id: 0, signing_share: toHex(toOne.signingShare) }] };
    return body;
  };
}

describe("key generation between nodes", () => {
  it("gives everybody the same keyset, stored", async () => {
    const outcomes = await run(honest);
    for (const { outcome, keys, stored } of outcomes) {
      assert.equal(outcome, "done");
      assert.equal(stored, 1);
      assert.deepEqual(keys?.keyset, outcomes[0]?.keys?.keyset);
    }
  });

  it("notices a two-faced broadcaster; nobody stores anything", async () => {
    const outcomes = await run(twoFaced());
    assert.ok(outcomes.slice(0, 2).some(({ code }) => code === "TRANSCRIPT_MISMATCH"));
    for (const { outcome, stored } of outcomes) {
      assert.equal(outcome, "failed");
      assert.equal(stored, 0);
    }
  });

  it("names the sender of a corrupt package of round 1 or 2; nobody stores anything", async () => {
    const corruptions: [Tamper, string][] = [
      [
        (round, receiver, body) => {
          if (round !== "round2" || receiver !== 1) return body;
          return { ...body, packages: [{ domain_id: 0, signing_share: "11".repeat(32) }] };
        },
        "BAD_ROUND2_PACKAGE",
      ],
      [
        (round, receiver, body) => {
          if (round !== "round1" || receiver !== 1) return body;
          const { packages } = ROUND_READERS.round1(body, "body") as Round1Message;
          const first = packages[0]!;
          return {
            ...body,
            packages: [
              {
                domain_id: 0,
                commitments: [...first.commitments].reverse().map(toHex),
                proof_of_knowledge: toHex(first.proof_of_knowledge),
              },
            ],
          };
        },
        "BAD_ROUND1_PACKAGE",
      ],
      [
        (round, receiver, body) =>
          round === "round2" && receiver === 1
            ? { ...body, packages: [{ domain_id: 1, signing_share: "11".repeat(32) }] }
            : body,
        "BAD_MESSAGE",
      ],
      [
        (round, receiver, body) =>
          round === "round1" && receiver === 1 ? { ...body, session_id: "ab".repeat(32) } : body,
        "PEER_CHANGED_ITS_MIND",
      ],
      [
        (round, receiver, body) =>
          round === "echo" && receiver === 1 ? { ...body, transcript_hash: "ab".repeat(32) } : body,
        "TRANSCRIPT_MISMATCH",
      ],
    ];
    for (const [tamper, expected] of corruptions) {
      const outcomes = await run(tamper);
      assert.equal(outcomes[1]!.code, expected);
      assert.deepEqual([...outcomes[1]!.blamed!], [2], expected);
      for (const { outcome } of outcomes) assert.equal(outcome, "failed");
      assert.equal(outcomes[1]!.stored, 0);
    }
  });

  it("refuses malformed messages and a plan that differs", async () => {
    const malformed: Tamper = (round, _, body) => (round === "round1" ? { ...body, packages: [] } : body);
    const refused = await run(malformed);
    assert.equal(refused[2]!.code, "PEER_REFUSED");
    const otherPlan: Tamper = (round, receiver, body) =>
      round === "hello" && receiver === 0 ? { ...body, plan_hash: "ab".repeat(32) } : body;
    const differing = await run(otherPlan);
    assert.equal(differing[0]!.code, "BAD_PARAMETERS");
    assert.deepEqual([...differing[0]!.blamed!], [2]);
  });

  it("fails when a participant changes a message that is already in use", async () => {
    const inbox = createMessageInbox();
    const hello = { plan_hash: "aa", nonce: "01" };
    assert.equal(inbox.deliver("hello", 1, hello), "kept");
    assert.equal(
      inbox.deliver("hello", 1, { ...hello, nonce: "02" }),
      "kept",
      "not collected yet: the last counts",
    );
    const signal = new AbortController().signal;
    const collected = await inbox.collect("hello", [1], signal);
    assert.equal(collected.get(1)?.nonce, "02");
    assert.equal(inbox.deliver("hello", 1, { ...hello, nonce: "02" }), "kept", "a repetition is harmless");
    assert.equal(inbox.deliver("hello", 1, { ...hello, nonce: "03" }), "changed");
    await assert.rejects(inbox.collect("echo", [1], AbortSignal.abort(new Error("stopped"))), /stopped/);
  });
});

describe("key generation plans", () => {
  const own = identityOf(0).publicKey;

  it("refuse doubled participants, unfit thresholds and strangers", () => {
    const [a, b, c] = PARTICIPANTS as [SignerPeer, SignerPeer, SignerPeer];
    const refused: CeremonyPlan[] = [
      { ...PLAN, participants: [a] },
      { ...PLAN, participants: [a, b, { ...c, participant_id: 1 }] },
      { ...PLAN, participants: [a, b, { ...c, account_id: a.account_id }] },
      { ...PLAN, participants: [a, b, { ...c, tls_public_key: a.tls_public_key }] },
      { ...PLAN, participants: [a, b, { ...c, url: b.url }] },
      { ...PLAN, threshold: 1 },
      { ...PLAN, threshold: 4 },
      { ...PLAN, domains: [] },
      { ...PLAN, participants: [b, c] },
    ];
    for (const plan of refused) assert.throws(() => openCeremony(plan, own), { code: "BAD_PARAMETERS" });
  });

  it("hash alike in any order of participants, and differently for any other change", () => {
    const { planHash } = openCeremony(PLAN, own);
    const turned = { ...PLAN, participants: [...PARTICIPANTS].reverse() };
    assert.equal(openCeremony(turned, own).planHash, planHash);
    const [a, ...rest] = PARTICIPANTS as [SignerPeer, ...SignerPeer[]];
    const changed: CeremonyPlan[] = [
      { ...PLAN, threshold: 3 },
      { ...PLAN, domains: ["frost-ed25519"] },
      { ...PLAN, domains: [...PLAN.domains, ...PLAN.domains] },
      { ...PLAN, participants: [{ ...a, url: "https://elsewhere" }, ...rest] },
      { ...PLAN, participants: [{ ...a, account_id: "other.near" }, ...rest] },
    ];
    for (const plan of changed) assert.notEqual(openCeremony(plan, own).planHash, planHash);
  });
});
