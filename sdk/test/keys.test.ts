import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { base58 } from "@scure/base";
import fc from "fast-check";
import { KeyPair, type KeyPairString } from "near-api-js";
import { equalBytes, equalKeyTexts } from "../src/crypto/equal-bytes.ts";
import {
  ed25519KeyPairFromSecretKey,
  ed25519KeyPairFromSeed,
  formatPublicKey,
  generateEd25519KeyPair,
  parsePublicKey,
  secretKeyText,
  signBytes,
  signerKey,
  tlsPublicKey,
  verifyBytes,
  x25519PublicKey,
} from "../src/crypto/keys.ts";
import { tlsIdentityFromKeyPair } from "../src/crypto/tls-identity.ts";

const BYTES_32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("behavior: key texts go there and back, and stay of their kind", () => {
  fc.assert(
    fc.property(BYTES_32, fc.constantFrom("ed25519" as const, "x25519" as const), (bytes, kind) => {
      const text = formatPublicKey(kind, bytes);
      assert.deepEqual(parsePublicKey(text, kind), bytes);
      const other = kind === "ed25519" ? "x25519" : "ed25519";
      assert.throws(() => parsePublicKey(text, other), { code: "WRONG_KEY_KIND" });
      assert.throws(() => parsePublicKey(text, "secp256k1"), { code: "WRONG_KEY_KIND" });
    }),
  );
});

test("behavior: an x25519 key can't stand where a TLS or signer key belongs, nor the other way round", () => {
  const [x, ed] = [
    formatPublicKey("x25519", new Uint8Array(32)),
    formatPublicKey("ed25519", new Uint8Array(32)),
  ];
  assert.throws(() => tlsPublicKey(x), { code: "WRONG_KEY_KIND" });
  assert.throws(() => signerKey(x), { code: "WRONG_KEY_KIND" });
  assert.throws(() => x25519PublicKey(ed), { code: "WRONG_KEY_KIND" });
  assert.equal(x25519PublicKey(x), x);
});

test("behavior: malformed key texts are refused, overlong ones without decoding them", () => {
  const good = base58.encode(new Uint8Array(32).fill(7));
  const bad = [
    "",
    good,
    "ed25519",
    "ed25519:",
    ` ed25519:${good}`,
    `ED25519:${good}`,
    `ed25519:${good} `,
    `ed25519:${good}1`,
    `ed25519:${good.slice(1)}`,
    `ed25519:0${good}`,
    `ed25519:${good.replace(/.$/, "é")}`,
    `ed25519:${"1".repeat(1_000_000)}`,
    `bls12381g2:${good}`,
  ];
  for (const text of bad)
    assert.throws(() => parsePublicKey(text, "ed25519"), { code: "BAD_KEY" }, text.slice(0, 60));
});

test("behavior: key pairs are the ones of RFC 8032 and of near-api-js", () => {
  // RFC 8032 §7.1, test 1.
  const seed = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
  const keyPair = ed25519KeyPairFromSeed(seed);
  const publicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  assert.equal(Buffer.from(parsePublicKey(keyPair.publicKey, "ed25519")).toString("hex"), publicKey);
  const near = KeyPair.fromString(secretKeyText(keyPair) as KeyPairString);
  assert.equal(near.getPublicKey().toString(), keyPair.publicKey);
  const message = Buffer.from("mpc");
  const signature = signBytes(keyPair, message);
  assert.deepEqual(Buffer.from(near.sign(message).signature), Buffer.from(signature));
  assert.equal(verifyBytes(keyPair.publicKey, message, signature), true);
  assert.equal(verifyBytes(keyPair.publicKey, Buffer.from("mpd"), signature), false);
});

test("behavior: secret keys round-trip; mismatching halves and other kinds are refused without showing them", () => {
  const keyPair = generateEd25519KeyPair();
  const secret = secretKeyText(keyPair);
  assert.equal(secretKeyText(ed25519KeyPairFromSecretKey(secret)), secret);
  const bytes = base58.decode(secret.slice("ed25519:".length));
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  const forged = [
    `ed25519:${base58.encode(bytes)}`,
    secret.replace("ed25519:", "secp256k1:"),
    secret.slice(0, -2),
  ];
  for (const text of forged) {
    assert.throws(
      () => ed25519KeyPairFromSecretKey(text),
      (error: Error) => error.name === "KeyError" && !error.message.includes(text.slice(20, 40)),
    );
  }
});

test("behavior: printing a key pair or TLS identity shows no secret", () => {
  const keyPair = generateEd25519KeyPair();
  const identity = tlsIdentityFromKeyPair(keyPair);
  const pem = identity.privateKey.export({ type: "pkcs8", format: "pem" }).toString().split("\n")[1] ?? "";
  const base64 = pem.slice(-20);
  const shown = [keyPair, identity]
    .flatMap((value) => [inspect(value, { depth: 9 }), JSON.stringify(value)])
    .join();
  assert.ok(!shown.includes(base64));
  assert.ok(!shown.includes(secretKeyText(keyPair).slice(10, 40)));
});

test("behavior: a TLS identity is a valid self-signed ed25519 certificate, the same for the same key", () => {
  const keyPair = generateEd25519KeyPair();
  const identity = tlsIdentityFromKeyPair(keyPair);
  const certificate = new X509Certificate(identity.certificate);
  assert.equal(certificate.publicKey.asymmetricKeyType, "ed25519");
  assert.equal(certificate.verify(certificate.publicKey), true);
  assert.equal(identity.publicKey, keyPair.publicKey);
  assert.equal(tlsIdentityFromKeyPair(keyPair).certificate, identity.certificate);
});

test("behavior: comparing keys and secrets", () => {
  assert.equal(equalBytes(new Uint8Array([1, 2]), new Uint8Array([1, 2])), true);
  assert.equal(equalBytes(new Uint8Array([1, 2]), new Uint8Array([1, 3])), false);
  assert.equal(equalBytes(new Uint8Array([1, 2]), new Uint8Array([1])), false);
  assert.equal(equalKeyTexts("ed25519:a", "ed25519:a"), true);
  assert.equal(equalKeyTexts("ed25519:a", "x25519:a"), false);
});
