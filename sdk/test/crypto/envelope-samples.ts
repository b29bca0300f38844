import type { EnvelopeContext, EnvelopePurpose } from "../../src/crypto/envelope-header.ts";
import { ed25519KeyPairFromSeed, tlsPublicKey } from "../../src/crypto/keys.ts";
import { kxKeyPairFromSeed } from "../../src/crypto/kx.ts";

const seedOf = (byte: number) => new Uint8Array(32).fill(byte);

/** Keys of 32 times a byte: sender's exchange 1 and signing 3, receiver's exchange 2, a stranger's 8 and 9. */
export const SENDER = { exchange: kxKeyPairFromSeed(seedOf(1)), signing: ed25519KeyPairFromSeed(seedOf(3)) };
export const RECEIVER = kxKeyPairFromSeed(seedOf(2));
export const STRANGER = {
  exchange: kxKeyPairFromSeed(seedOf(8)),
  signing: ed25519KeyPairFromSeed(seedOf(9)),
};

/** Height at which the samples are opened; they expire one later. */
export const NOW = 1_000;

export function sampleContext(purpose: EnvelopePurpose = "recovery"): EnvelopeContext {
  return {
    purpose,
    network: "testnet",
    contract: "mpc.near",
    account: "a.near",
    epoch: 4,
    keyset_hash: "ab".repeat(32),
    session: 7,
    epk: SENDER.exchange.publicKey,
    to: RECEIVER.publicKey,
    from: tlsPublicKey(SENDER.signing.publicKey),
  };
}

/** What `sealEnvelope` takes for that context. */
export function sampleAddress(purpose: EnvelopePurpose = "recovery") {
  const { epk: _, from: __, ...address } = sampleContext(purpose);
  return { ...address, expires: NOW + 1 };
}
