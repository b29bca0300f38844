import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { base58 } from "@scure/base";
import sodium from "libsodium-wrappers-sumo";
import { canonicalJson } from "../../src/crypto/canonical-json.ts";
import { openEnvelope, readEnvelopeHeader } from "../../src/crypto/envelope.ts";
import type { EnvelopeContext } from "../../src/crypto/envelope-header.ts";
import { kxKeyPairFromSeed } from "../../src/crypto/kx.ts";
import vectors from "./envelope-vectors.json" with { type: "json" };

describe("behavior: envelopes agree with libsodium and with the recorded vectors", () => {
  before(async () => sodium.ready);

  for (const vector of vectors) {
    const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
    const expected = vector.expected as EnvelopeContext;

    test(`the recorded envelope for a ${vector.purpose} opens`, () => {
      const receiver = kxKeyPairFromSeed(bytes(vector.receiver_exchange_seed));
      const opened = openEnvelope(receiver, { context: expected, now: vector.now }, vector.envelope);
      assert.equal(Buffer.from(opened).toString("hex"), vector.plaintext_hex);
      const { v: _, expires: __, ...context } = readEnvelopeHeader(vector.envelope);
      assert.deepEqual(context, expected);
    });

    test(`libsodium makes the same ${vector.purpose} from the same inputs`, () => {
      const { header, body, signature } = JSON.parse(vector.envelope);
      const own = sodium.crypto_kx_seed_keypair(bytes(vector.sender_exchange_seed));
      const peer = sodium.crypto_kx_seed_keypair(bytes(vector.receiver_exchange_seed));
      const derive =
        vector.sender_is_kx === "server"
          ? sodium.crypto_kx_server_session_keys
          : sodium.crypto_kx_client_session_keys;
      const key = derive(own.publicKey, own.privateKey, peer.publicKey).sharedTx;
      const nonce = Buffer.from(body, "base64").subarray(0, 24);
      const aad = canonicalJson(header);
      const encrypted = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        bytes(vector.plaintext_hex),
        aad,
        null,
        nonce,
        key,
      );
      const whole = Buffer.concat([nonce, encrypted]);
      assert.equal(whole.toString("base64"), body);
      const sha256 = (input: string | Uint8Array) => sodium.crypto_hash_sha256(input, "hex");
      const message = `mpc-recovery/envelope/v1\n${sha256(aad)}\n${sha256(whole)}`;
      const signing = sodium.crypto_sign_seed_keypair(bytes(vector.sender_signing_seed));
      const signed = sodium.crypto_sign_detached(message, signing.privateKey);
      assert.equal(signature, `ed25519:${base58.encode(signed)}`);
    });
  }
});
