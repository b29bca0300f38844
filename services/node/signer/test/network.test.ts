import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { secp256k1, secp256k1_FROST } from "@noble/curves/secp256k1.js";
import { parsePublicKey } from "../../../../sdk/src/crypto/keys.ts";
import { startPinnedServer } from "../../../transport/pinned-server.ts";
import type { RouteReply } from "../../../transport/routes.ts";
import { checkFrostKeyshare } from "../check-frost-keyshare.ts";
import { runKeyGeneration } from "../p2p/run-key-generation.ts";
import type { SignerPeer } from "../p2p/signer-peer.ts";
import { SIGNING_PATHS } from "../p2p/signing-messages.ts";
import type { GeneratedKeys } from "../p2p/take-part.ts";
import type { FrostScheme } from "../suites.ts";
import { identityOf, listenOf, memoryStore, peersOnLoopback, startSigner } from "./tls-network.ts";

const DOMAINS: readonly FrostScheme[] = ["frost-ed25519", "frost-secp256k1"];
const PATIENCE = { startMillis: 20_000, roundMillis: 20_000 };
const MESSAGE = new TextEncoder().encode("a payload");
const approve = () => ({ kind: "approved" }) as const;

async function generateOverTls(peers: readonly SignerPeer[], threshold: number): Promise<GeneratedKeys[]> {
  const plan = { participants: peers, threshold, domains: DOMAINS };
  return Promise.all(
    peers.map(async (peer) => {
      const store = memoryStore();
      const keys = await runKeyGeneration({
        identity: identityOf(peer.participant_id),
        plan,
        listen: listenOf(peer),
        store,
        patience: PATIENCE,
        signal: new AbortController().signal,
      });
      assert.deepEqual(store.held, keys.shares);
      return keys;
    }),
  );
}

const verifies = (publicKey: string, message: Uint8Array, signature: Uint8Array): boolean => {
  if (publicKey.startsWith("ed25519:")) {
    const x = Buffer.from(parsePublicKey(publicKey, "ed25519")).toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, message, key, signature);
  }
  const whole = Uint8Array.from([4, ...parsePublicKey(publicKey, "secp256k1")]);
  return secp256k1_FROST.verify(signature, message, secp256k1.Point.fromBytes(whole).toBytes(true));
};

/** Listens until somebody connected, hangs up and frees the port. */
async function knockAt(at: { readonly host: string; readonly port: number }): Promise<void> {
  const server = createServer();
  const knocked = once(server, "connection");
  server.listen(at.port, at.host);
  const [socket] = (await knocked) as [Socket];
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}

const untilCut = (_: unknown, __: unknown, cut: AbortSignal): Promise<RouteReply> =>
  new Promise((resolve) => {
    cut.addEventListener("abort", () => resolve({ kind: "ok", body: {} }));
  });

describe("three nodes over TLS", () => {
  it("generate both keys together, and sign with one node down", async (context: TestContext) => {
    const peers = await peersOnLoopback(3);
    const generated = await generateOverTls(peers, 2);
    for (const keys of generated) {
      assert.deepEqual(keys.keyset, generated[0]!.keyset);
      assert.deepEqual(
        keys.keyset.domains.map(({ domain_id, attempt }) => [domain_id, attempt]),
        [
          [0, 0],
          [1, 0],
        ],
      );
      for (const share of keys.shares) {
        const { key } = keys.keyset.domains[share.domain_id]!;
        assert.deepEqual(checkFrostKeyshare(share, key, keys.participantId), { ok: true });
      }
    }
    const nodes = await Promise.all(
      peers.map((peer, index) =>
        startSigner(context, {
          peer,
          shares: generated[index]!.shares,
          peers: () => peers,
          decide: approve,
        }),
      ),
    );
    const [a, b, c] = peers as [SignerPeer, SignerPeer, SignerPeer];
    for (const domainId of [0, 1]) {
      const made = await nodes[0]!.sign(domainId, MESSAGE, [a, b, c]);
      assert.equal(made.public_key, generated[0]!.keyset.domains[domainId]!.key);
      assert.ok(verifies(made.public_key, MESSAGE, made.signature));
      assert.deepEqual(made.signers, [a, b]);
      assert.deepEqual(made.replaced, []);
    }

    await nodes[1]!.server.close();
    for (const domainId of [0, 1]) {
      const made = await nodes[0]!.sign(domainId, MESSAGE, [b, a, c]);
      assert.ok(verifies(made.public_key, MESSAGE, made.signature));
      assert.deepEqual(made.signers, [a, c], "the dead node was replaced");
      assert.deepEqual(
        made.replaced.map(({ signer }) => signer),
        [b],
      );
      assert.match(made.replaced[0]!.reason, /No connection/);
    }
    const others = await nodes[2]!.sign(0, MESSAGE, [c, a]);
    assert.ok(verifies(others.public_key, MESSAGE, others.signature));

    await nodes[2]!.server.close();
    await assert.rejects(nodes[0]!.sign(0, MESSAGE, peers), {
      code: "NOT_ENOUGH_SIGNERS",
      participantIds: [1, 2],
    });
  });

  it("generate keys although one starts late", async () => {
    const peers = await peersOnLoopback(3);
    const late = peers[2]!;
    const plan = { participants: peers, threshold: 2, domains: DOMAINS };
    const start = (peer: SignerPeer): Promise<GeneratedKeys> =>
      runKeyGeneration({
        identity: identityOf(peer.participant_id),
        plan,
        listen: listenOf(peer),
        store: memoryStore(),
        patience: PATIENCE,
        signal: new AbortController().signal,
      });
    // Something else holds the port until a first node has knocked there in vain.
    const knocked = knockAt(listenOf(late));
    const early = peers.slice(0, 2).map(start);
    await knocked;
    const generated = await Promise.all([...early, start(late)]);
    for (const { keyset } of generated) assert.deepEqual(keyset, generated[0]!.keyset);
  });

  it("replace a signer that takes the question and never answers", async (context: TestContext) => {
    const peers = await peersOnLoopback(3);
    const generated = await generateOverTls(peers, 2);
    const serve = (index: number) =>
      startSigner(context, {
        peer: peers[index]!,
        shares: generated[index]!.shares,
        peers: () => peers,
        decide: approve,
      });
    const coordinator = await serve(0);
    await serve(2);
    const silent = await startPinnedServer({
      identity: identityOf(1),
      listen: listenOf(peers[1]!),
      authorize: async () => ({}),
      routes: [{ method: "POST", path: SIGNING_PATHS.commit, handle: untilCut }],
    });
    context.after(() => silent.close());
    const made = await coordinator.sign(0, MESSAGE, peers, 500);
    assert.deepEqual(made.signers, [peers[0], peers[2]]);
    assert.match(made.replaced[0]!.reason, /longer than 500 ms/);
  });

  it("tell who started with another participants file", async () => {
    const peers = await peersOnLoopback(3);
    const start = (peer: SignerPeer, threshold: number) =>
      runKeyGeneration({
        identity: identityOf(peer.participant_id),
        plan: { participants: peers, threshold, domains: DOMAINS },
        listen: listenOf(peer),
        store: memoryStore(),
        patience: PATIENCE,
        signal: new AbortController().signal,
      });
    const outcomes = await Promise.allSettled([start(peers[0]!, 2), start(peers[1]!, 3)]);
    for (const outcome of outcomes) {
      assert.equal(outcome.status, "rejected");
      const { code } = (outcome as PromiseRejectedResult).reason as { code: string };
      assert.match(code, /^(BAD_PARAMETERS|PEER_REFUSED)$/);
    }
  });

  it("give up in time, naming who never came, and store nothing", async () => {
    const peers = await peersOnLoopback(3);
    const stores = [memoryStore(), memoryStore()];
    const outcomes = await Promise.allSettled(
      stores.map((store, index) =>
        runKeyGeneration({
          identity: identityOf(index),
          plan: { participants: peers, threshold: 2, domains: DOMAINS },
          listen: listenOf(peers[index]!),
          store,
          patience: { startMillis: 1_000, roundMillis: 1_000 },
          signal: new AbortController().signal,
        }),
      ),
    );
    for (const outcome of outcomes) {
      assert.equal(outcome.status, "rejected");
      const error = (outcome as PromiseRejectedResult).reason as { code: string; participantIds: number[] };
      assert.equal(error.code, "TIMED_OUT");
      assert.ok(error.participantIds.includes(2));
    }
    assert.deepEqual(
      stores.map(({ held }) => held),
      [[], []],
    );
  });

  it("all fail when one can't store its shares", async () => {
    const peers = await peersOnLoopback(3);
    const full = { import: () => Promise.reject(new Error("the disk is full")) };
    const outcomes = await Promise.allSettled(
      peers.map((peer, index) =>
        runKeyGeneration({
          identity: identityOf(index),
          plan: { participants: peers, threshold: 2, domains: ["frost-ed25519"] },
          listen: listenOf(peer),
          store: index === 1 ? full : memoryStore(),
          patience: PATIENCE,
          signal: new AbortController().signal,
        }),
      ),
    );
    const reasons = outcomes.map((outcome) => String((outcome as PromiseRejectedResult).reason));
    assert.match(reasons[1]!, /the disk is full/);
    assert.match(reasons[0]!, /node-1\.near gave up/);
    assert.match(reasons[2]!, /node-1\.near gave up/);
  });
});
