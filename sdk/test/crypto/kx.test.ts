import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { inspect } from "node:util";
import { base58 } from "@scure/base";
import fc from "fast-check";
import sodium from "libsodium-wrappers-sumo";
import { formatPublicKey, KeyError, parsePublicKey } from "../../src/crypto/keys.ts";
import {
  eraseKxKeyPair,
  generateKxKeyPair,
  kxClientKeys,
  kxKeyPairFromSeed,
  kxServerKeys,
} from "../../src/crypto/kx.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const raw = (publicKey: string) => parsePublicKey(publicKey, "x25519");
const seedOf = (byte: number) => new Uint8Array(32).fill(byte);

before(async () => sodium.ready);

describe("behavior: key exchange", () => {
  test("the reference vector", () => {
    const [client, server] = [kxKeyPairFromSeed(seedOf(1)), kxKeyPairFromSeed(seedOf(2))];
    assert.equal(
      hex(raw(client.publicKey)),
      "ab2fca32898322c208fb2dab5048bd43c355c6430f588897cb574961cfa9806f",
    );
    assert.equal(
      hex(raw(server.publicKey)),
      "fc3b339367a5225d53a92d380323afd035d7817b6d1be47d946f6b09a9cbdc06",
    );
    const keys = kxClientKeys(client, server.publicKey);
    assert.equal(hex(keys.receive), "e0f480d42cd0d8a95993dd50976fb24ef81a6788b7b5bc722fc258410ac723ed");
    assert.equal(hex(keys.send), "43eb74c847209a3af513e0fc824b791865665dcc727fc332f4ddfc614e0ab79a");
  });

  test("equals libsodium byte for byte, keys and both sides, over random seeds", (context) => {
    const seed = Date.now();
    context.diagnostic(`seed ${seed}`);
    const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const property = fc.property(seeds, seeds, (one, other) => {
      const [client, server] = [kxKeyPairFromSeed(one), kxKeyPairFromSeed(other)];
      const theirs = [sodium.crypto_kx_seed_keypair(one), sodium.crypto_kx_seed_keypair(other)] as const;
      assert.deepEqual(
        [hex(raw(client.publicKey)), hex(client.secretKey)],
        [hex(theirs[0].publicKey), hex(theirs[0].privateKey)],
      );
      const here = [kxClientKeys(client, server.publicKey), kxServerKeys(server, client.publicKey)] as const;
      const there = [
        sodium.crypto_kx_client_session_keys(theirs[0].publicKey, theirs[0].privateKey, theirs[1].publicKey),
        sodium.crypto_kx_server_session_keys(theirs[1].publicKey, theirs[1].privateKey, theirs[0].publicKey),
      ] as const;
      for (const side of [0, 1] as const) {
        assert.equal(hex(here[side].receive), hex(there[side].sharedRx));
        assert.equal(hex(here[side].send), hex(there[side].sharedTx));
      }
      assert.equal(hex(here[0].send), hex(here[1].receive));
    });
    fc.assert(property, { seed, numRuns: 60 });
  });

  test("any 32 bytes as the peer's key give what libsodium gives, or are refused by both", (context) => {
    const seed = Date.now();
    context.diagnostic(`seed ${seed}`);
    const own = kxKeyPairFromSeed(seedOf(7));
    const any = fc.oneof(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.constantFrom(...SMALL_ORDER.map((text) => Uint8Array.from(Buffer.from(text, "hex")))),
    );
    const attempt = (use: () => Uint8Array) => {
      try {
        return hex(use());
      } catch {
        return "refused";
      }
    };
    const property = fc.property(any, (peer) => {
      assert.equal(
        attempt(() => kxClientKeys(own, formatPublicKey("x25519", peer)).receive),
        attempt(() => sodium.crypto_kx_client_session_keys(raw(own.publicKey), own.secretKey, peer).sharedRx),
      );
    });
    fc.assert(property, { seed, numRuns: 100 });
  });

  test("points of small order are refused", () => {
    const own = generateKxKeyPair();
    for (const point of SMALL_ORDER) {
      const publicKey = `x25519:${base58.encode(Buffer.from(point, "hex"))}`;
      assert.throws(() => kxClientKeys(own, publicKey), { code: "BAD_KEY" });
      assert.throws(() => kxServerKeys(own, publicKey), { code: "BAD_KEY" });
    }
  });

  test("an ed25519 key doesn't pass for an x25519 key", () => {
    const own = generateKxKeyPair();
    const confused = own.publicKey.replace("x25519:", "ed25519:");
    assert.throws(() => kxClientKeys(own, confused), { code: "WRONG_KEY_KIND" });
  });

  test("an erased pair makes no keys, a seed of another length makes no pair", () => {
    const [own, peer] = [generateKxKeyPair(), generateKxKeyPair()];
    eraseKxKeyPair(own);
    assert.throws(() => kxClientKeys(own, peer.publicKey), KeyError);
    assert.throws(() => kxKeyPairFromSeed(new Uint8Array(31)), { code: "BAD_KEY" });
  });

  test("printing a pair shows its public key only", () => {
    const pair = generateKxKeyPair();
    const secret = [...pair.secretKey.slice(0, 4)].join(", ");
    for (const text of [inspect(pair, { depth: 9 }), JSON.stringify(pair), JSON.stringify({ ...pair })]) {
      assert.ok(text.includes(pair.publicKey));
      assert.ok(!text.includes("secretKey") && !text.includes(secret));
    }
  });
});

/** The points of order 1, 2, 4 and 8 in every encoding of 32 bytes without the highest bit. */
const SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];
