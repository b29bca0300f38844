import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { test } from "node:test";
import type { AccountId, DomainId, DomainPublicKey } from "../../../../contract/src/protocol/brand.ts";
import type {
  HexBytes,
  SignatureRequest,
} from "../../../../contract/src/protocol/requests/signature-request.ts";
import {
  derivePublicKey,
  deriveTweak,
  requestIdOf,
  verifySignatureResponse,
} from "../../../../sdk/src/crypto/derived-keys.ts";
import { parsePublicKey } from "../../../../sdk/src/crypto/keys.ts";
import { verifySignature } from "../../signer/aggregate-signature.ts";
import { deriveMaterial } from "../../signer/derive-material.ts";
import { toKeyshare } from "../../signer/keyshare-codec.ts";
import type { AskPeer } from "../../signer/p2p/ask-peer.ts";
import type { SignerPeer } from "../../signer/p2p/signer-peer.ts";
import { createSignerRoutes } from "../../signer/p2p/signer-routes.ts";
import { generateKey, signTogether } from "../../signer/test/in-memory-network.ts";
import { identityOf } from "../../signer/test/tls-network.ts";
import { eddsaPayload, isRequestedOnChain } from "../approve-request.ts";
import { createAnswerMaker } from "../make-answer.ts";
import type { RequestsView } from "../ports.ts";

const MATERIALS = generateKey("frost-ed25519", [0, 1, 2], 2);
const SHARES = MATERIALS.map((material) => toKeyshare(material, { domain_id: 0, epoch_id: 0, attempt: 0 }));
const KEY = SHARES[0]?.public_key as DomainPublicKey;
const MESSAGE = Buffer.from("a message of more than thirty-two bytes");
const REQUEST: SignatureRequest = {
  tweak: deriveTweak("x.near" as AccountId, "path"),
  payload: { Eddsa: MESSAGE.toString("hex") as HexBytes },
  domain_id: 0 as DomainId,
};
const DERIVED = derivePublicKey(KEY, REQUEST.tweak) ?? assert.fail("no derived key");

test("behavior: shares with the tweak added sign under the derived key, as any Ed25519 verifier sees it", () => {
  for (const pair of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    const signers = pair.map((at) => deriveMaterial(MATERIALS[at] ?? assert.fail(), REQUEST.tweak));
    const signature = signTogether(signers, MESSAGE);
    const x = Buffer.from(parsePublicKey(DERIVED, "ed25519")).toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    assert.ok(verify(null, MESSAGE, key, signature));
    assert.ok(!verifySignature(MATERIALS[0] ?? assert.fail(), MESSAGE, signature));
  }
  const own = MATERIALS[0] ?? assert.fail();
  const other = deriveMaterial(MATERIALS[1] ?? assert.fail(), REQUEST.tweak);
  assert.throws(() => signTogether([own, other], MESSAGE), { code: "BAD_SIGNATURE_SHARE" });
  const secp = generateKey("frost-secp256k1", [0, 1], 2).map((one) => deriveMaterial(one, REQUEST.tweak));
  assert.ok(verifySignature(secp[0] ?? assert.fail(), MESSAGE, signTogether(secp, MESSAGE)));
});

const PEERS: readonly SignerPeer[] = [0, 1, 2].map((participant_id) => ({
  account_id: `node-${participant_id}.near`,
  participant_id,
  url: `https://node-${participant_id}:8443`,
  tls_public_key: identityOf(participant_id).publicKey,
}));

/** Nodes 1 and 2 with their own look at the chain; `down` doesn't answer. */
function network(view: () => RequestsView, down: readonly number[] = []) {
  const asked: number[] = [];
  const routes = PEERS.map((peer, at) =>
    createSignerRoutes({
      self: peer.tls_public_key,
      peers: async () => PEERS,
      keyshareOf: async () => SHARES[at],
      nowMillis: () => 0,
      approve: async ({ domain_id, message, tweak }) => {
        const source = { recent: async () => view(), refresh: async () => view() };
        const holds =
          tweak !== undefined &&
          (await isRequestedOnChain({ domain_id, payload: eddsaPayload(message), tweak }, source));
        return holds ? { kind: "approved" } : { kind: "refused", reason: "not on chain" };
      },
    }),
  );
  const askPeer: AskPeer = async (peer, { path, body }) => {
    asked.push(peer.participant_id);
    if (down.includes(peer.participant_id)) throw new Error("no route");
    const route = routes[peer.participant_id]?.find((one) => one.path === path) ?? assert.fail();
    const wire = JSON.parse(JSON.stringify(body));
    const reply = await route.handle(PEERS[0] ?? assert.fail(), wire, new AbortController().signal);
    if (reply.kind === "refused") throw new Error(reply.code);
    return reply.body;
  };
  const maker = createAnswerMaker({
    account_id: "node-0.near",
    keyshareOf: async () => SHARES[0],
    peers: async () => PEERS,
    askPeer,
    nowMillis: () => 0,
  });
  return { asked, answer: (request = REQUEST) => maker(request, new AbortController().signal) };
}

const showing = (...requests: readonly SignatureRequest[]): RequestsView => ({
  height: 1,
  waiting: requests.map((request) => ({
    request_id: requestIdOf(request),
    request,
    requested_in: 1 as never,
  })),
});

test("behavior: nodes sign what the contract shows as waiting", async () => {
  const { answer } = network(() => showing(REQUEST));
  const response = await answer();
  assert.ok(verifySignatureResponse(DERIVED, MESSAGE.toString("hex") as HexBytes, response));
});

test("behavior: nobody signs what a coordinator alone wants: another message, path or domain, or a request that is gone", async () => {
  const other = { ...REQUEST, payload: { Eddsa: "00".repeat(32) as HexBytes } };
  const otherPath = { ...REQUEST, tweak: deriveTweak("x.near" as AccountId, "other") };
  const otherDomain = { ...REQUEST, domain_id: 1 as DomainId };
  for (const shown of [showing(), showing(other, otherPath, otherDomain)]) {
    const { answer } = network(() => shown);
    await assert.rejects(answer(), { code: "NOT_ENOUGH_SIGNERS", message: /NOT_APPROVED/ });
  }
});

test("behavior: a node that lags is asked to look once more before it refuses", async () => {
  let looks = 0;
  const lagging = () => (++looks % 2 === 1 ? showing() : showing(REQUEST));
  await network(lagging).answer();
});

test("behavior: whoever failed as a signer is asked last from then on", async () => {
  const { answer, asked } = network(() => showing(REQUEST), [1]);
  await answer();
  assert.ok(asked.includes(1));
  asked.length = 0;
  await answer();
  assert.ok(!asked.includes(1));
});
