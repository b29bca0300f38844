import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { equalBytes } from "@noble/curves/utils.js";
import { finishKeyGeneration } from "../finish-key-generation.ts";
import { groupPointOf, type KeyshareMaterial } from "../keyshare-material.ts";
import { type Round2Package, shareKeyGeneration } from "../share-key-generation.ts";
import { SignerError } from "../signer-error.ts";
import { type KeyGeneration, startKeyGeneration } from "../start-key-generation.ts";
import { FROST_SCHEMES, type FrostScheme } from "../suites.ts";
import { requireSameTranscript, transcriptHash } from "../transcript-hash.ts";
import { broadcastsFor, generateKey, packagesFor } from "./in-memory-network.ts";

const IDS = [0, 4, 7];
const GROUP = { participantIds: IDS, threshold: 2 };
const start = (scheme: FrostScheme): KeyGeneration[] =>
  IDS.map((id) => startKeyGeneration(scheme, GROUP, id));

const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, index) => (index === 3 ? byte ^ 1 : byte));

const blames =
  (code: string, ...participantIds: number[]) =>
  (thrown: unknown): boolean => {
    assert.ok(thrown instanceof SignerError);
    assert.equal(thrown.code, code);
    assert.deepEqual([...thrown.participantIds], participantIds);
    return true;
  };

for (const scheme of FROST_SCHEMES)
  describe(`key generation, ${scheme}`, () => {
    it("gives everybody the same group key and verifying shares, and different signing shares", () => {
      const materials = generateKey(scheme, IDS, 2);
      const [first] = materials;
      assert.ok(first);
      for (const material of materials) {
        assert.deepEqual(groupPointOf(material), groupPointOf(first));
        assert.deepEqual(material.verifyingShares, first.verifyingShares);
      }
      assert.equal(new Set(materials.map(({ signingShare }) => signingShare.join())).size, IDS.length);
    });

    it("names the sender of a broadcast whose proof, commitment or length is false", () => {
      const [own, peer, liar] = start(scheme) as [KeyGeneration, KeyGeneration, KeyGeneration];
      const stranger = startKeyGeneration(scheme, GROUP, 7).round1;
      const lies = [
        { ...liar.round1, proofOfKnowledge: flipped(liar.round1.proofOfKnowledge) },
        { ...liar.round1, commitments: stranger.commitments },
        { ...liar.round1, commitments: liar.round1.commitments.map(flipped) },
        { ...liar.round1, commitments: liar.round1.commitments.slice(0, 1) },
        { ...liar.round1, commitments: [...liar.round1.commitments, ...stranger.commitments] },
        { ...peer.round1, participantId: 7 },
      ];
      for (const lie of lies)
        assert.throws(() => shareKeyGeneration(own, [peer.round1, lie]), blames("BAD_ROUND1_PACKAGE", 7));
    });

    it("refuses a missing, a doubled and a stranger's broadcast", () => {
      const [own, peer, other] = start(scheme) as [KeyGeneration, KeyGeneration, KeyGeneration];
      assert.throws(() => shareKeyGeneration(own, [peer.round1]), blames("BAD_ROUND1_PACKAGE", 7));
      assert.throws(
        () => shareKeyGeneration(own, [peer.round1, peer.round1, other.round1]),
        blames("BAD_ROUND1_PACKAGE", 4),
      );
      assert.throws(
        () => shareKeyGeneration(own, [peer.round1, { ...other.round1, participantId: 9 }]),
        blames("BAD_ROUND1_PACKAGE", 9),
      );
    });

    it("names the sender of a corrupt, missing or misaddressed round-2 package", () => {
      const spoil: ((share: Round2Package) => Round2Package[])[] = [
        (share) => [{ ...share, signingShare: flipped(share.signingShare) }],
        (share) => [{ ...share, signingShare: new Uint8Array(32) }],
        (share) => [{ ...share, signingShare: new Uint8Array(32).fill(255) }],
        () => [],
        (share) => [share, share],
        (share) => [{ ...share, to: 7 }],
      ];
      for (const change of spoil) {
        const generations = start(scheme);
        const [own] = generations as [KeyGeneration];
        const packages = generations.flatMap((generation) =>
          shareKeyGeneration(generation, broadcastsFor(generation, generations)),
        );
        const received = packagesFor(own, packages).flatMap((share) =>
          share.from === 4 ? change(share) : [share],
        );
        assert.throws(
          () => finishKeyGeneration(own, broadcastsFor(own, generations), received),
          blames("BAD_ROUND2_PACKAGE", 4),
        );
      }
    });

    it("notices a two-faced broadcaster in the echo round, though every package was valid", () => {
      const [a, b, honestFace] = start(scheme) as [KeyGeneration, KeyGeneration, KeyGeneration];
      const otherFace = startKeyGeneration(scheme, GROUP, 7);
      const seenByA = [a, b, honestFace];
      const seenByB = [a, b, otherFace];
      const fromA = shareKeyGeneration(a, broadcastsFor(a, seenByA));
      const fromB = shareKeyGeneration(b, broadcastsFor(b, seenByB));
      const toA = shareKeyGeneration(honestFace, [a.round1, b.round1]).filter(({ to }) => to === 0);
      const toB = shareKeyGeneration(otherFace, [a.round1, b.round1]).filter(({ to }) => to === 4);
      const materialA = finishKeyGeneration(a, broadcastsFor(a, seenByA), [...packagesFor(a, fromB), ...toA]);
      const materialB = finishKeyGeneration(b, broadcastsFor(b, seenByB), [...packagesFor(b, fromA), ...toB]);
      const hashOf = (seen: readonly KeyGeneration[], material: KeyshareMaterial): string =>
        transcriptHash([
          { sessionId: "00", domainId: 0, round1: seen.map(({ round1 }) => round1), material },
        ]);
      assert.throws(
        () =>
          requireSameTranscript(hashOf(seenByA, materialA), [
            { participantId: 4, hash: hashOf(seenByB, materialB) },
            { participantId: 7, hash: hashOf(seenByA, materialA) },
          ]),
        blames("TRANSCRIPT_MISMATCH", 4),
      );
    });

    it("makes equal transcripts of equal sessions, whatever the order of arrival", () => {
      const generations = start(scheme);
      const packages = generations.flatMap((generation) =>
        shareKeyGeneration(generation, broadcastsFor(generation, generations)),
      );
      const hashes = generations.map((generation, index) => {
        const broadcasts = generations.map(({ round1 }) => round1);
        const rotated = [...broadcasts.slice(index), ...broadcasts.slice(0, index)];
        const material = finishKeyGeneration(
          generation,
          broadcastsFor(generation, generations),
          packagesFor(generation, packages),
        );
        return transcriptHash([{ sessionId: "00", domainId: 0, round1: rotated, material }]);
      });
      assert.equal(new Set(hashes).size, 1);
    });

    it("can't be finished twice", () => {
      const generations = start(scheme);
      const [own] = generations as [KeyGeneration];
      const packages = generations.flatMap((generation) =>
        shareKeyGeneration(generation, broadcastsFor(generation, generations)),
      );
      const finish = (): KeyshareMaterial =>
        finishKeyGeneration(own, broadcastsFor(own, generations), packagesFor(own, packages));
      finish();
      assert.throws(finish);
      assert.equal(own.secret.coefficients, undefined);
    });
  });

describe("key generation groups", () => {
  it("refuses groups that are no threshold groups", () => {
    const refused = [
      { participantIds: [0, 1, 2], threshold: 1 },
      { participantIds: [0, 1, 2], threshold: 4 },
      { participantIds: [0, 1, 2], threshold: 2.5 },
      { participantIds: [0, 0, 2], threshold: 2 },
      { participantIds: [2, 0], threshold: 2 },
      { participantIds: [1, 2], threshold: 2 },
      { participantIds: [-1, 0], threshold: 2 },
      { participantIds: [0, Number.MAX_SAFE_INTEGER], threshold: 2 },
    ];
    for (const group of refused)
      assert.throws(() => startKeyGeneration("frost-ed25519", group, 0), blames("BAD_PARAMETERS"));
  });

  it("differs from run to run", () => {
    const keys = [generateKey("frost-ed25519", [0, 1], 2), generateKey("frost-ed25519", [0, 1], 2)];
    assert.ok(!equalBytes(groupPointOf(keys[0]![0]!), groupPointOf(keys[1]![0]!)));
  });
});
