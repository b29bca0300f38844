import { createHash } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { X25519PublicKey } from "../../contract/src/protocol/brand.ts";
import type { EphemeralKeyPurpose, TlsKeyRole } from "../../contract/src/protocol/records.ts";
import { signEphemeralKeyProof } from "../../sdk/src/crypto/ephemeral-key-proof.ts";
import {
  type Ed25519KeyPair,
  ed25519KeyPairFromSeed,
  formatPublicKey,
  parsePublicKey,
  signerKey,
} from "../../sdk/src/crypto/keys.ts";
import { signTlsKeyProof } from "../../sdk/src/crypto/tls-key-proof.ts";

/** A made-up network whose every key follows from a seed, so that gas figures are the same on every machine. */
export interface BenchNetwork {
  readonly contractId: string;
  readonly initRunning: Readonly<Record<string, unknown>>;
  account(index: number): string;
  keyPair(index: number, role: string): Ed25519KeyPair;
  /** 32 raw bytes, as a transaction's signer key. */
  signer(index: number, role: string): Uint8Array;
  participantInfo(index: number, tlsRole: string): { readonly url: string; readonly tls_public_key: string };
  tlsKeyProof(index: number, role: TlsKeyRole, tlsRole: string, signerRole: string): string;
  /** Arguments of `submit_ephemeral_key` for the first session. */
  ephemeralKey(index: number, role: TlsKeyRole, purpose: EphemeralKeyPurpose, tlsRole: string): unknown;
}

/** What the bench's participants would sign ECDSA with together. */
export const BENCH_ECDSA_SECRET = 0x5ec9256b1bec4n;

/** The contract's `config.network_id`. */
export const BENCH_NETWORK_ID = "bench";
const CONTRACT_ID = "mpc.near";

export function benchNetwork(participants: number): BenchNetwork {
  const account = (index: number) => `node-operator-${String(index).padStart(3, "0")}.near`;
  const keyPair = (index: number, role: string) =>
    ed25519KeyPairFromSeed(createHash("sha256").update(`${role}/${index}`).digest());
  const participantInfo: BenchNetwork["participantInfo"] = (index, tlsRole) => ({
    url: `https://mpc-node-${String(index).padStart(3, "0")}.example.org`,
    tls_public_key: keyPair(index, tlsRole).publicKey,
  });
  const entries = Array.from({ length: participants }, (_, index) => [
    account(index),
    index,
    participantInfo(index, "tls"),
  ]);
  return {
    contractId: CONTRACT_ID,
    account,
    keyPair,
    participantInfo,
    signer: (index, role) => parsePublicKey(keyPair(index, role).publicKey, "ed25519"),
    tlsKeyProof: (index, role, tlsRole, signerRole) =>
      signTlsKeyProof(keyPair(index, tlsRole), {
        networkId: BENCH_NETWORK_ID,
        contractId: CONTRACT_ID,
        accountId: account(index),
        role,
        signerKey: signerKey(keyPair(index, signerRole).publicKey),
      }),
    ephemeralKey: (index, role, purpose, tlsRole) => {
      const key = createHash("sha256").update(`${purpose} of ${role}/${index}`).digest();
      const publicKey = formatPublicKey("x25519", key) as X25519PublicKey;
      const owner = {
        networkId: BENCH_NETWORK_ID,
        contractId: CONTRACT_ID,
        accountId: account(index),
        role,
        purpose,
        session: 1,
        publicKey,
      };
      return { purpose, public_key: publicKey, proof: signEphemeralKeyProof(keyPair(index, tlsRole), owner) };
    },
    initRunning: {
      domains: [domain(0, "CaitSith"), domain(1, "Frost")],
      next_domain_id: 2,
      keyset: { epoch_id: 4, domains: benchKeyset(keyPair) },
      parameters: {
        participants: { next_id: participants, participants: entries },
        threshold: Math.max(2, Math.ceil(participants * 0.6)),
      },
      // A hundred participants are allowed where URLs are short enough for `state` to show all of their votes.
      init_config: { network_id: BENCH_NETWORK_ID, max_participants: 100, max_url_bytes: 128 },
    },
  };
}

function domain(id: number, protocol: string): Readonly<Record<string, unknown>> {
  return { id, protocol, reconstruction_threshold: 2, purpose: "Sign" };
}

function benchKeyset(keyPair: BenchNetwork["keyPair"]): readonly Readonly<Record<string, unknown>>[] {
  const point = secp256k1.Point.BASE.multiply(BENCH_ECDSA_SECRET).toBytes(false).subarray(1);
  return [
    { domain_id: 0, key: formatPublicKey("secp256k1", point), attempt: 240 },
    { domain_id: 1, key: keyPair(0, "group").publicKey, attempt: 0 },
  ];
}
