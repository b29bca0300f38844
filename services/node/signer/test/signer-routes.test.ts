import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Keyshare } from "../../../keyshare/keyshare.ts";
import type { Route, RouteReply } from "../../../transport/routes.ts";
import { toKeyshare } from "../keyshare-codec.ts";
import type { SignerPeer } from "../p2p/signer-peer.ts";
import { createSignerRoutes, type SigningDecision, type SigningProposal } from "../p2p/signer-routes.ts";
import { SIGNING_PATHS } from "../p2p/signing-messages.ts";
import { MAX_SESSIONS_PER_COORDINATOR, SESSION_MILLIS } from "../p2p/signing-sessions.ts";
import { generateKey } from "./in-memory-network.ts";
import { identityOf } from "./tls-network.ts";

const PEERS: readonly SignerPeer[] = [0, 1, 2].map((participant_id) => ({
  account_id: `node-${participant_id}.near`,
  participant_id,
  url: `https://node-${participant_id}:8443`,
  tls_public_key: identityOf(participant_id).publicKey,
}));
const [A, B, C] = PEERS as [SignerPeer, SignerPeer, SignerPeer];
const SHARES: readonly Keyshare[] = generateKey("frost-ed25519", [0, 1, 2], 2).map((material) =>
  toKeyshare(material, { domain_id: 4, epoch_id: 7, attempt: 1 }),
);

const session = (number: number): string => number.toString(16).padStart(64, "0");

/** Node B with everything that a test may change. */
function nodeB() {
  const world = {
    peers: PEERS,
    share: SHARES[1] as Keyshare | undefined,
    nowMillis: 1_000,
    decision: { kind: "approved" } as SigningDecision,
    proposals: [] as SigningProposal[],
  };
  const routes: readonly Route<SignerPeer>[] = createSignerRoutes({
    self: B.tls_public_key,
    peers: async () => world.peers,
    keyshareOf: async (domainId) => (domainId === 4 ? world.share : undefined),
    nowMillis: () => world.nowMillis,
    approve: async (proposal) => {
      world.proposals.push(proposal);
      return world.decision;
    },
  });
  const post = (path: string, sender: SignerPeer, body: unknown): Promise<RouteReply> => {
    const route = routes.find((candidate) => candidate.path === path);
    assert.ok(route);
    return route.handle(sender, body, new AbortController().signal);
  };
  const commit = (sender: SignerPeer, change: Record<string, unknown> = {}) =>
    post(SIGNING_PATHS.commit, sender, { ...REQUEST, ...change });
  const share = (sender: SignerPeer, session_id: string, commitments: unknown) =>
    post(SIGNING_PATHS.share, sender, { session_id, commitments });
  return { world, post, commit, share };
}

const REQUEST = {
  session_id: session(1),
  domain_id: 4,
  epoch_id: 7,
  attempt: 1,
  public_key: SHARES[1]!.public_key,
  message: "68656c6c6f",
};

const code = (reply: RouteReply): string => (reply.kind === "ok" ? "ok" : `${reply.status} ${reply.code}`);

const commitmentIn = (reply: RouteReply): Record<string, unknown> => {
  assert.equal(reply.kind, "ok");
  const { session_id: _, ...commitment } = (reply as Extract<RouteReply, { kind: "ok" }>).body as {
    session_id: string;
  };
  return commitment;
};

describe("the routes of a signer", () => {
  it("commit to a proposal that the node approves, and show it who wants what signed", async () => {
    const { world, commit } = nodeB();
    assert.equal(code(await commit(A)), "ok");
    assert.deepEqual(world.proposals, [
      { domain_id: 4, message: new TextEncoder().encode("hello"), tweak: undefined, coordinator: A },
    ]);
    world.decision = { kind: "refused", reason: "no such request on chain" };
    const refused = await commit(A, { session_id: session(2) });
    assert.equal(code(refused), "403 NOT_APPROVED");
  });

  it("refuse whoever isn't a peer at this moment, in both rounds, and sign nothing when left out", async () => {
    const { world, commit, share } = nodeB();
    const stranger = { ...A, tls_public_key: identityOf(8).publicKey };
    assert.equal(code(await commit(stranger)), "403 NOT_A_PEER");
    const own = commitmentIn(await commit(C));
    world.peers = [A, B];
    assert.equal(code(await commit(C, { session_id: session(2) })), "403 NOT_A_PEER");
    assert.equal(code(await share(C, session(1), [own, { ...own, participant_id: 2 }])), "403 NOT_A_PEER");
    world.peers = [A, C];
    assert.equal(code(await commit(A)), "409 NOT_SIGNING");
  });

  it("refuse another key, epoch or attempt than the node holds", async () => {
    const { world, commit } = nodeB();
    assert.equal(code(await commit(A, { epoch_id: 6 })), "409 KEYSET_DIFFERS");
    assert.equal(code(await commit(A, { attempt: 0 })), "409 KEYSET_DIFFERS");
    const other = toKeyshare(generateKey("frost-ed25519", [0, 1], 2)[0]!, SHARES[0]!).public_key;
    assert.equal(code(await commit(A, { public_key: other })), "409 KEYSET_DIFFERS");
    assert.equal(code(await commit(A, { domain_id: 5 })), "409 NO_KEYSHARE");
    world.share = undefined;
    assert.equal(code(await commit(A)), "409 NO_KEYSHARE");
  });

  it("sign once per session, for its coordinator only", async () => {
    const { commit, share } = nodeB();
    const own = commitmentIn(await commit(A));
    assert.equal(code(await commit(A)), "409 SESSION_EXISTS");
    const other = commitmentIn(await commit(C));
    const list = [own, { ...other, participant_id: 0 }];
    assert.equal(code(await share(C, session(2), list)), "404 NO_SUCH_SESSION");
    assert.equal(code(await share(A, session(1), list)), "ok");
    assert.equal(code(await share(A, session(1), list)), "404 NO_SUCH_SESSION");
  });

  it("give the nonce up when the list of commitments is unfit", async () => {
    const { commit, share } = nodeB();
    const own = commitmentIn(await commit(A));
    const foreign = { ...own, participant_id: 9 };
    assert.equal(code(await share(A, session(1), [own, foreign])), "422 BAD_COMMITMENT_LIST");
    const fit = [own, { ...own, participant_id: 0 }];
    assert.equal(code(await share(A, session(1), fit)), "404 NO_SUCH_SESSION");
  });

  it("forget sessions after their time, and keep a coordinator to its room", async () => {
    const { world, commit, share } = nodeB();
    for (let number = 1; number <= MAX_SESSIONS_PER_COORDINATOR; number += 1)
      assert.equal(code(await commit(A, { session_id: session(number) })), "ok");
    assert.equal(code(await commit(A, { session_id: session(999) })), "429 TOO_MANY_SESSIONS");
    const own = commitmentIn(await commit(C));
    world.nowMillis += SESSION_MILLIS;
    const list = [own, { ...own, participant_id: 0 }];
    assert.equal(code(await share(C, session(1), list)), "404 NO_SUCH_SESSION");
    assert.equal(code(await commit(A, { session_id: session(999) })), "ok");
  });

  it("refuse malformed messages field by field", async () => {
    const { commit, share, post } = nodeB();
    const malformed: Record<string, unknown>[] = [
      { session_id: "00" },
      { session_id: session(1).toUpperCase().replace(/0/g, "A") },
      { domain_id: -1 },
      { domain_id: "4" },
      { epoch_id: 2 ** 53 },
      { attempt: 0.5 },
      { public_key: "x".repeat(300) },
      { public_key: 7 },
      { message: "abc" },
      { message: "GG" },
      { message: "00".repeat(4_097) },
      { message: undefined },
      { further: 1 },
    ];
    for (const change of malformed)
      assert.equal(code(await commit(A, change)), "400 BAD_MESSAGE", JSON.stringify(change));
    const point = "00".repeat(32);
    const commitment = { participant_id: 0, hiding: point, binding: point };
    for (const commitments of [
      [],
      [commitment],
      Array(101).fill(commitment),
      [commitment, { ...commitment, hiding: "00" }],
      [commitment, { ...commitment, binding: `${point}0000` }],
      [commitment, null],
      { 0: commitment, 1: commitment },
    ])
      assert.equal(code(await share(A, session(1), commitments)), "400 BAD_MESSAGE");
    for (const path of Object.values(SIGNING_PATHS))
      for (const body of [null, 1, "x", [], true])
        assert.equal(code(await post(path, A, body)), "400 BAD_MESSAGE");
  });

  it("answer any JSON with a refusal", async () => {
    const { post } = nodeB();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(SIGNING_PATHS)),
        fc.jsonValue(),
        async (path, body) => {
          assert.equal(code(await post(path, A, body)), "400 BAD_MESSAGE");
        },
      ),
    );
  });
});
