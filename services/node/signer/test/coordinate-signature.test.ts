import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Keyshare } from "../../../keyshare/keyshare.ts";
import type { Route } from "../../../transport/routes.ts";
import { verifySignature } from "../aggregate-signature.ts";
import { toKeyshare } from "../keyshare-codec.ts";
import type { AskPeer } from "../p2p/ask-peer.ts";
import { type CoordinatedSignature, coordinateSignature } from "../p2p/coordinate-signature.ts";
import type { SignerPeer } from "../p2p/signer-peer.ts";
import { createSignerRoutes } from "../p2p/signer-routes.ts";
import { SIGNING_PATHS } from "../p2p/signing-messages.ts";
import { generateKey } from "./in-memory-network.ts";
import { identityOf } from "./tls-network.ts";

const IDS = [0, 1, 2, 3, 4];
const MATERIALS = generateKey("frost-secp256k1", IDS, 3);
const PEERS: readonly SignerPeer[] = IDS.map((participant_id) => ({
  account_id: `node-${participant_id}.near`,
  participant_id,
  url: `https://node-${participant_id}:8443`,
  tls_public_key: identityOf(participant_id).publicKey,
}));
const MESSAGE = new Uint8Array(32).fill(9);
const SHARES = MATERIALS.map((material) => toKeyshare(material, { domain_id: 0, epoch_id: 0, attempt: 0 }));

const ROUTES: readonly (readonly Route<SignerPeer>[])[] = PEERS.map((peer, index) =>
  createSignerRoutes({
    self: peer.tls_public_key,
    peers: async () => PEERS,
    keyshareOf: async () => SHARES[index],
    nowMillis: () => 0,
    approve: async () => ({ kind: "approved" }),
  }),
);

type Answer = Record<string, unknown>;
/** How one peer strays: it gets the path and its own honest answer. */
type Stray = (path: string, honest: Answer) => Answer | Promise<Answer>;

/** Asks as participant 0; the listed participants stray. */
const askAsFirst =
  (strays: Readonly<Record<number, Stray>>, asked: number[] = []): AskPeer =>
  async (peer, { path, body }) => {
    asked.push(peer.participant_id);
    const route = ROUTES[peer.participant_id]!.find((candidate) => candidate.path === path)!;
    const reply = await route.handle(PEERS[0]!, body, new AbortController().signal);
    if (reply.kind === "refused") throw new Error(reply.code);
    const honest = reply.body as Answer;
    return strays[peer.participant_id]?.(path, honest) ?? honest;
  };

const sign = (
  askPeer: AskPeer,
  signers: readonly SignerPeer[] = PEERS,
  signal: AbortSignal = new AbortController().signal,
): Promise<CoordinatedSignature> =>
  coordinateSignature({
    keyshare: SHARES[0] as Keyshare,
    message: MESSAGE,
    signers,
    askPeer,
    answerMillis: 1_000,
    signal,
  });

const idsOf = (signers: readonly SignerPeer[]): number[] =>
  signers.map(({ participant_id }) => participant_id);
const unreachable: Stray = () => Promise.reject(new Error("no route"));

describe("coordinating a signature, 3 of 5", () => {
  it("asks no more signers than it needs", async () => {
    const asked: number[] = [];
    const made = await sign(askAsFirst({}, asked));
    assert.ok(verifySignature(MATERIALS[4]!, MESSAGE, made.signature));
    assert.deepEqual(idsOf(made.signers), [0, 1, 2]);
    assert.deepEqual(new Set(asked), new Set([1, 2]));
  });

  it("need not sign itself", async () => {
    const made = await sign(askAsFirst({}), [PEERS[4]!, PEERS[1]!, PEERS[3]!]);
    assert.ok(verifySignature(MATERIALS[0]!, MESSAGE, made.signature));
    assert.deepEqual(idsOf(made.signers), [1, 3, 4]);
  });

  it("replaces signers that fail in the first round", async () => {
    const made = await sign(askAsFirst({ 1: unreachable, 3: unreachable }));
    assert.ok(verifySignature(MATERIALS[0]!, MESSAGE, made.signature));
    assert.deepEqual(idsOf(made.signers), [0, 2, 4]);
    assert.deepEqual(
      made.replaced.map(({ signer, reason }) => [signer.participant_id, reason]),
      [
        [1, "no route"],
        [3, "no route"],
      ],
    );
  });

  it("starts anew without a signer that fails in the second round", async () => {
    const late: Stray = (path, honest) =>
      path === SIGNING_PATHS.share ? Promise.reject(new Error("too late")) : honest;
    const made = await sign(askAsFirst({ 2: late }));
    assert.ok(verifySignature(MATERIALS[0]!, MESSAGE, made.signature));
    assert.deepEqual(idsOf(made.signers), [0, 1, 3]);
  });

  it("names and replaces whoever sends a false share or another's commitment", async () => {
    const falseShare: Stray = (path, honest) =>
      path === SIGNING_PATHS.share ? { ...honest, share: `${"0".repeat(63)}1` } : honest;
    let earlier: Answer | undefined;
    const staleCommitment: Stray = (path, honest) => {
      if (path !== SIGNING_PATHS.commit) return honest;
      const answer = { ...honest, ...(earlier && { hiding: earlier.hiding, binding: earlier.binding }) };
      earlier = honest;
      return answer;
    };
    await sign(askAsFirst({ 2: staleCommitment }));
    for (const stray of [falseShare, staleCommitment]) {
      const made = await sign(askAsFirst({ 2: stray }));
      assert.ok(verifySignature(MATERIALS[0]!, MESSAGE, made.signature));
      assert.deepEqual(idsOf(made.signers), [0, 1, 3]);
      assert.deepEqual(
        made.replaced.map(({ signer }) => signer.participant_id),
        [2],
      );
    }
  });

  it("takes an answer only from the one it asked, to the session it opened, in its form", async () => {
    const strays: Stray[] = [
      (_, honest) => ({ ...honest, participant_id: 3 }),
      (_, honest) => ({ ...honest, session_id: "ab".repeat(32) }),
      (path, honest) => (path === SIGNING_PATHS.commit ? { ...honest, hiding: "ff".repeat(33) } : honest),
      (path, honest) => (path === SIGNING_PATHS.commit ? { ...honest, hiding: "00".repeat(32) } : honest),
      (path, honest) => (path === SIGNING_PATHS.share ? { ...honest, share: "ff" } : honest),
      (_, honest) => ({ ...honest, more: 1 }),
      () => ({}),
    ];
    for (const stray of strays) {
      const made = await sign(askAsFirst({ 1: stray }));
      assert.deepEqual(idsOf(made.signers), [0, 2, 3]);
      assert.ok(verifySignature(MATERIALS[0]!, MESSAGE, made.signature));
    }
  });

  it("says who failed when too few are left", async () => {
    await assert.rejects(sign(askAsFirst({ 1: unreachable, 2: unreachable, 4: unreachable })), {
      code: "NOT_ENOUGH_SIGNERS",
      retryable: true,
      participantIds: [1, 2, 4],
    });
    await assert.rejects(sign(askAsFirst({}), PEERS.slice(0, 2)), { code: "NOT_ENOUGH_SIGNERS" });
    await assert.rejects(sign(askAsFirst({}), []), { code: "NOT_ENOUGH_SIGNERS", participantIds: [] });
  });

  it("refuses signers without a share, doubled signers and overlong messages", async () => {
    const outsider = { ...PEERS[1]!, participant_id: 9 };
    await assert.rejects(sign(askAsFirst({}), [...PEERS, outsider]), {
      code: "BAD_PARAMETERS",
      participantIds: [9],
    });
    await assert.rejects(sign(askAsFirst({}), [...PEERS, PEERS[1]!]), {
      code: "BAD_PARAMETERS",
      participantIds: [1],
    });
    const { signal } = new AbortController();
    const options = {
      keyshare: SHARES[0]!,
      signers: PEERS,
      askPeer: askAsFirst({}),
      answerMillis: 1,
      signal,
    };
    await assert.rejects(coordinateSignature({ ...options, message: new Uint8Array(4_097) }), {
      code: "BAD_PARAMETERS",
    });
  });

  it("stops when its caller gives up", async () => {
    const caller = new AbortController();
    const abortThenFail: Stray = () => {
      caller.abort();
      throw new Error("aborted");
    };
    await assert.rejects(sign(askAsFirst({ 1: abortThenFail }), PEERS, caller.signal), { code: "ABORTED" });
    await assert.rejects(sign(askAsFirst({}), PEERS, AbortSignal.abort()), { code: "ABORTED" });
  });
});
