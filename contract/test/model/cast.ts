/** Who plays in random sequences, and under which keys: keys are told by labels, and labels are found again by key. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { base58Encode } from "../../src/interface/base58.ts";
import type { AccountId, DomainPublicKey, SignerKey, TlsPublicKey } from "../../src/protocol/brand.ts";
import type { AttestationEvidence } from "../../src/protocol/records.ts";
import type { ParticipantInfo, SignatureProtocol } from "../../src/protocol/state.ts";
import { sha256Hex, signerKey, tlsKey } from "../support/keys.ts";
import { urlOf } from "../support/network.ts";

/** Those who may be members from the start. */
export const FOUNDERS: readonly string[] = Array.from({ length: 12 }, (_, at) => `m${at}`);
/** Those who may join later. */
export const NEWCOMERS = ["n0", "n1", "n2"] as const;
/** Never anything but an outsider. */
export const STRANGER = "stranger";
/** The contract's own account. */
export const OWNER = "mpc";

const tlsLabels = new Map<string, string>();
const signerLabels = new Map<string, string>();

export function tls(label: string): TlsPublicKey {
  const key = tlsKey(label);
  tlsLabels.set(key, label);
  return key;
}

export function signer(label: string): SignerKey {
  const key = signerKey(label);
  signerLabels.set(key, label);
  return key;
}

/** The label of a key that `tls` made; of a key that a lie brought in nobody has the secret. */
export function tlsLabelOf(key: string): string {
  return tlsLabels.get(key) ?? "unknown";
}

/** The label of a key that `signer` made, likewise. */
export function signerLabelOf(key: string): string {
  return signerLabels.get(key) ?? "unknown";
}

export function nameOf(account: AccountId): string {
  return account.slice(0, -".near".length);
}

/** Where a node of this name listens, under the TLS key of this label. */
export function info(name: string, tlsLabel = name): ParticipantInfo {
  return { url: urlOf(name), tls_public_key: tls(tlsLabel) };
}

export const NODE_TLS = ["", ":2", ":3"] as const;
export const SERVICE_TLS = [":s1", ":s2"] as const;
export const NODE_SIGNERS = [":node", ":fresh1", ":fresh2", ":fresh3"] as const;
export const SERVICE_SIGNERS = [":svc1", ":svc2"] as const;

export const EVIDENCE: readonly (AttestationEvidence | null)[] = [
  null,
  { kind: "dstack-tdx", sha256: sha256Hex("quote 1") } as AttestationEvidence,
  { kind: "sgx-dcap", sha256: sha256Hex("quote 2") } as AttestationEvidence,
  { kind: "dev", sha256: sha256Hex("quote 3") } as AttestationEvidence,
];

const CURVES: Readonly<Record<SignatureProtocol, readonly [name: string, bytes: number]>> = {
  CaitSith: ["secp256k1", 64],
  DamgardEtAl: ["secp256k1", 64],
  Frost: ["ed25519", 32],
  ConfidentialKeyDerivation: ["bls12381g2", 96],
};

export const PROTOCOLS = Object.keys(CURVES) as readonly SignatureProtocol[];

const domainKeys = new Map<string, DomainPublicKey>();
const groupSecrets = new Map<DomainPublicKey, bigint>();

/** A public key that a domain of this protocol may have. */
export function domainKey(protocol: SignatureProtocol, label: string): DomainPublicKey {
  const [curve, bytes] = CURVES[protocol];
  const known = domainKeys.get(`${curve} ${label}`);
  if (known) return known;
  const hex = [0, 1, 2].map((part) => sha256Hex(`${label} ${part}`)).join("");
  const secret = BigInt(`0x${hex.slice(0, 60)}`);
  const point = groupPoint(curve, secret) ?? Buffer.from(hex, "hex").subarray(0, bytes);
  const key = `${curve}:${base58Encode(point)}` as DomainPublicKey;
  domainKeys.set(`${curve} ${label}`, key);
  groupSecrets.set(key, secret);
  return key;
}

/** What the participants would sign with together; undefined for a key that nobody here made. */
export function groupSecret(key: DomainPublicKey): bigint | undefined {
  return groupSecrets.get(key);
}

function groupPoint(curve: string, secret: bigint): Uint8Array | null {
  if (curve === "secp256k1") return secp256k1.Point.BASE.multiply(secret).toBytes(false).subarray(1);
  return curve === "ed25519" ? ed25519.Point.BASE.multiply(secret).toBytes() : null;
}
