import { hkdfSync } from "node:crypto";
import { FormatError } from "../../sdk/src/attestation/strict-fields.ts";
import { openEnvelope, readEnvelopeHeader, sealEnvelope } from "../../sdk/src/crypto/envelope.ts";
import { equalKeyTexts } from "../../sdk/src/crypto/equal-bytes.ts";
import { type Ed25519KeyPair, ed25519KeyPairFromSeed, tlsPublicKey } from "../../sdk/src/crypto/keys.ts";
import {
  eraseKxKeyPair,
  generateKxKeyPair,
  type KxKeyPair,
  kxKeyPairFromSeed,
} from "../../sdk/src/crypto/kx.ts";
import { type SeedName, seedCommitment } from "../../sdk/src/sharing/commitments.ts";

/** Keys that the platform's sealing key gives: only the same platform and program can make them again. */
export interface SealingKeys {
  readonly exchange: KxKeyPair;
  readonly signing: Ed25519KeyPair;
}

/** From 64 lower-case hex digits and an optional line end. Throws FormatError. */
export function sealingKeys(text: string): SealingKeys {
  if (!/^[0-9a-f]{64}\n?$/.test(text)) throw new FormatError("sealing key file", "64 lower-case hex digits");
  const key = Buffer.from(text.trim(), "hex");
  const derive = (use: string) =>
    new Uint8Array(hkdfSync("sha256", key, "", `mpc-recovery/sealed-seed/${use}/v1`, 32));
  return {
    exchange: kxKeyPairFromSeed(derive("exchange")),
    signing: ed25519KeyPairFromSeed(derive("signing")),
  };
}

/** A sealed seed's file: an envelope from the sealing keys to themselves, about one seed. */
export function sealSeed(seed: Uint8Array, name: SeedName, keys: SealingKeys): string {
  const exchange = generateKxKeyPair();
  const about = { ...place(name), keyset_hash: seedCommitment(seed, name), to: keys.exchange.publicKey };
  const sealed = sealEnvelope({ exchange, signing: keys.signing }, { ...about, expires: FOR_EVER }, seed);
  eraseKxKeyPair(exchange);
  return sealed;
}

/**
 * Opens a sealed seed's file and compares the seed with its commitment.
 *
 * Throws EnvelopeError, or FormatError for a seed that isn't the committed one.
 */
export function openSealedSeed(
  text: string,
  name: SeedName,
  keys: SealingKeys,
): { readonly seed: Uint8Array; readonly commitment: string } {
  const { keyset_hash, epk } = readEnvelopeHeader(text);
  const ends = { epk, to: keys.exchange.publicKey, from: tlsPublicKey(keys.signing.publicKey) };
  const seed = openEnvelope(
    keys.exchange,
    { context: { ...place(name), keyset_hash, ...ends }, now: 0 },
    text,
  );
  if (equalKeyTexts(seedCommitment(seed, name), keyset_hash)) return { seed, commitment: keyset_hash };
  seed.fill(0);
  throw new FormatError("sealed seed", "the seed that it is committed to");
}

const FOR_EVER = Number.MAX_SAFE_INTEGER;

function place({ network, contract, version }: SeedName) {
  const where = { network, contract, account: "sealed-seed", epoch: version, session: 0 };
  return { purpose: "handover", ...where } as const;
}
