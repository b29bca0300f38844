import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { describe, it } from "node:test";
import { secp256k1_FROST } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { aggregateSignature, verifySignature } from "../aggregate-signature.ts";
import { commitToNonces, discardNonce, type NonceCommitment } from "../commit-to-nonces.ts";
import { groupPointOf, type KeyshareMaterial } from "../keyshare-material.ts";
import { signShare } from "../sign-share.ts";
import { SignerError } from "../signer-error.ts";
import { FROST_SCHEMES, type FrostScheme } from "../suites.ts";
import { generateKey, signTogether } from "./in-memory-network.ts";

const MESSAGE = new TextEncoder().encode("move 5 NEAR to the cold wallet");

/** Verifiers that know nothing of this project's code. */
const verifiesIndependently = (
  scheme: FrostScheme,
  groupPoint: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean => {
  switch (scheme) {
    case "frost-ed25519": {
      const x = Buffer.from(groupPoint).toString("base64url");
      const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
      return verify(null, message, key, signature);
    }
    case "frost-secp256k1":
      return secp256k1_FROST.verify(signature, message, groupPoint);
  }
};

const refusal =
  (code: string, ...participantIds: number[]) =>
  (thrown: unknown): boolean => {
    assert.ok(thrown instanceof SignerError);
    assert.equal(thrown.code, code);
    assert.deepEqual([...thrown.participantIds], participantIds);
    return true;
  };

for (const scheme of FROST_SCHEMES)
  describe(`signing, ${scheme}`, () => {
    for (const [threshold, ids] of [
      [2, [0, 1, 2]],
      [3, [0, 2, 3, 9, 40]],
    ] as const)
      it(`${threshold} of ${ids.length}: every large enough set signs, verified independently`, () => {
        const materials = generateKey(scheme, ids, threshold);
        const groupPoint = groupPointOf(materials[0]!);
        fc.assert(
          fc.property(
            fc.shuffledSubarray([...materials], { minLength: threshold }),
            fc.uint8Array({ maxLength: 200 }),
            (signers, message) => {
              const signature = signTogether(signers, message);
              assert.ok(verifiesIndependently(scheme, groupPoint, message, signature));
              const other = Uint8Array.from([...message, 0]);
              assert.ok(!verifiesIndependently(scheme, groupPoint, other, signature));
            },
          ),
          { numRuns: 5 },
        );
      });

    const materials = generateKey(scheme, [0, 1, 2], 2);
    const [a, b, c] = materials as [KeyshareMaterial, KeyshareMaterial, KeyshareMaterial];

    it("names the signer of a false, missing, doubled or foreign share", () => {
      const nonces = [a, b].map(commitToNonces);
      const commitments = nonces.map(({ commitment }) => commitment);
      const [good, bad] = [a, b].map((material, index) =>
        signShare(material, nonces[index]!, commitments, MESSAGE),
      );
      const flip = bad!.share.map((byte, index) => (index === 5 ? byte ^ 1 : byte));
      const lies = [
        [good!, { ...bad!, share: flip }],
        [good!, { ...bad!, share: new Uint8Array(32).fill(255) }],
        [good!, { ...bad!, share: new Uint8Array(3) }],
        [good!, { ...good!, participantId: 1 }],
        [good!],
        [good!, bad!, bad!],
      ];
      for (const shares of lies)
        assert.throws(
          () => aggregateSignature(a, commitments, MESSAGE, shares),
          refusal("BAD_SIGNATURE_SHARE", 1),
        );
      assert.throws(
        () => aggregateSignature(a, commitments, new Uint8Array(1), [good!, bad!]),
        refusal("BAD_SIGNATURE_SHARE", 0, 1),
      );
      const signature = aggregateSignature(a, commitments, MESSAGE, [good!, bad!]);
      assert.ok(verifySignature(c, MESSAGE, signature));
    });

    it("refuses to use a nonce twice, whether the first use worked or not", () => {
      const [own, other] = [commitToNonces(a), commitToNonces(b)];
      const commitments = [own.commitment, other.commitment];
      signShare(a, own, commitments, MESSAGE);
      assert.throws(() => signShare(a, own, commitments, new Uint8Array(1)), refusal("NONCE_SPENT"));

      const failed = commitToNonces(a);
      assert.throws(() => signShare(a, failed, [], MESSAGE), refusal("BAD_COMMITMENT_LIST"));
      assert.throws(
        () => signShare(a, failed, [failed.commitment, other.commitment], MESSAGE),
        refusal("NONCE_SPENT"),
      );

      const discarded = commitToNonces(a);
      discardNonce(discarded);
      assert.throws(
        () => signShare(a, discarded, [discarded.commitment, other.commitment], MESSAGE),
        refusal("NONCE_SPENT"),
      );
    });

    it("shows no nonce in the object that stands for it, nor in a copy", () => {
      const nonce = commitToNonces(a);
      assert.deepEqual(Object.keys(nonce), ["commitment"]);
      const copy = { ...nonce };
      const commitments = [nonce.commitment, commitToNonces(b).commitment];
      assert.throws(() => signShare(a, copy, commitments, MESSAGE), refusal("NONCE_SPENT"));
    });

    it("signs only over a fit list of commitments that holds its own", () => {
      const peer = commitToNonces(b).commitment;
      const foreign = { ...commitToNonces(c).commitment, participantId: 5 };
      const swapped = { ...commitToNonces(a).commitment };
      const identity = new Uint8Array(peer.hiding.length);
      const attempts: [(own: NonceCommitment) => NonceCommitment[], number[]][] = [
        [(own) => [own], []],
        [(own) => [own, own], [0]],
        [(own) => [own, peer, peer], [1]],
        [(own) => [own, foreign], [5]],
        [(own) => [own, { ...peer, hiding: identity }], [1]],
        [(own) => [own, { ...peer, binding: peer.binding.subarray(1) }], [1]],
        [() => [swapped, peer], []],
        [() => [peer, commitToNonces(c).commitment], []],
      ];
      for (const [list, culprits] of attempts) {
        const nonce = commitToNonces(a);
        assert.throws(
          () => signShare(a, nonce, list(nonce.commitment), MESSAGE),
          refusal("BAD_COMMITMENT_LIST", ...culprits),
        );
      }
    });

    it("calls malformed signatures false instead of failing", () => {
      for (const length of [0, 1, 63, 64, 65, 66])
        assert.equal(verifySignature(a, MESSAGE, new Uint8Array(length)), false);
    });
  });
