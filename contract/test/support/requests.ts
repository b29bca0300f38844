/** A network whose group secrets are known here, requests to it and answers that verify. */
import { createHash } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { deriveTweak, tweakScalar } from "../../../sdk/src/crypto/derived-keys.ts";
import { base58Encode } from "../../src/interface/base58.ts";
import type { DomainId, DomainPublicKey } from "../../src/protocol/brand.ts";
import type { Command, InitRunning, Respond, Sign } from "../../src/protocol/commands.ts";
import type { Config } from "../../src/protocol/records.ts";
import type {
  HexBytes,
  Payload,
  SignatureRequest,
  SignatureResponse,
} from "../../src/protocol/requests/signature-request.ts";
import type { DomainConfig } from "../../src/protocol/state.ts";
import { account, initRunning, nodeInfo, type Scenario, scenario } from "./network.ts";

const secretOf = (label: string): bigint =>
  BigInt(`0x${createHash("sha256").update(`group secret ${label}`).digest("hex")}`) >> 5n;

const secpKey = (label: string): DomainPublicKey => {
  const point = secp256k1.Point.BASE.multiply(secretOf(label)).toBytes(false).subarray(1);
  return `secp256k1:${base58Encode(point)}` as DomainPublicKey;
};
const edKey = (label: string): DomainPublicKey =>
  `ed25519:${base58Encode(ed25519.Point.BASE.multiply(secretOf(label)).toBytes())}` as DomainPublicKey;

/** Positions are domain ids. */
const DOMAINS: readonly (readonly [Omit<DomainConfig, "id">, DomainPublicKey])[] = [
  [{ protocol: "CaitSith", reconstruction_threshold: 2, purpose: "Sign" }, secpKey("0")],
  [{ protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" }, edKey("1")],
  [{ protocol: "DamgardEtAl", reconstruction_threshold: 2, purpose: "Sign" }, secpKey("2")],
  [{ protocol: "CaitSith", reconstruction_threshold: 2, purpose: "ForeignTx" }, secpKey("3")],
  [{ protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" }, secpKey("4")],
  [{ protocol: "ConfidentialKeyDerivation", reconstruction_threshold: 2, purpose: "CKD" }, longBlsKey()],
];

export const ECDSA = 0;
export const EDDSA = 1;
export const HONEST_MAJORITY_ECDSA = 2;
export const FOREIGN_TX = 3;
export const SCHNORR_ON_SECP256K1 = 4;
export const CKD = 5;
export const UNKNOWN = 7;

export const MESSAGE = "6d657373616765".padEnd(64, "0") as HexBytes;

export function keyOfDomain(id: number): DomainPublicKey {
  const [, key] = DOMAINS[id] ?? [];
  if (key === undefined) throw new Error(`no domain ${id}`);
  return key;
}

export function initSigning(config: Partial<Config> = {}): InitRunning {
  return {
    ...initRunning(config),
    domains: DOMAINS.map(([domain], id) => ({ id: id as DomainId, ...domain })),
    next_domain_id: DOMAINS.length as DomainId,
    keyset: {
      epoch_id: 4,
      domains: DOMAINS.map(([, key], domain_id) => ({ domain_id, key, attempt: 0 })),
    } as unknown as InitRunning["keyset"],
  };
}

/** A running network of a, b and c with their node keys recorded. */
export function signingNetwork(config: Partial<Config> = {}): Scenario {
  const network = scenario();
  network.accept("mpc", "owner", initSigning(config));
  for (const name of ["a", "b", "c"]) network.accept(name, `${name}-node`, nodeInfo(name, `${name}-node`));
  return network;
}

export function payloadFor(domain: number, bytes: string = MESSAGE): Payload {
  const isEdDSA = domain === EDDSA || domain === SCHNORR_ON_SECP256K1;
  return (isEdDSA ? { Eddsa: bytes } : { Ecdsa: bytes }) as Payload;
}

export function signCall(domain: number, path = "path", payload = payloadFor(domain)): Sign {
  return { type: "sign", request: { path, payload_v2: payload, domain_id: domain as DomainId } };
}

/** What waits after `name` made the call. */
export function requestOf(name: string, { request }: Sign): SignatureRequest {
  const { path, payload_v2: payload, domain_id } = request;
  return { tweak: deriveTweak(account(name), path), payload, domain_id };
}

/** The network's answer, made with the group's secret as a whole. */
export function answerTo(request: SignatureRequest): SignatureResponse {
  return answerWith(secretOf(String(request.domain_id)), request);
}

/** The same for any group. */
export function answerWith(secret: bigint, request: SignatureRequest): SignatureResponse {
  return "Ecdsa" in request.payload
    ? ecdsaAnswer(secret + tweakScalar("secp256k1", request.tweak), request.payload.Ecdsa)
    : eddsaAnswer(secret + tweakScalar("ed25519", request.tweak), request.payload.Eddsa);
}

export function respondCall(request: SignatureRequest, response = answerTo(request)): Respond {
  return { type: "respond", request, response };
}

export const timeOutCall = (request_id: string, ticket: number): Command =>
  ({ type: "return_signature_and_clean_state_on_success", request_id, ticket }) as unknown as Command;

function ecdsaAnswer(secret: bigint, payload: HexBytes): SignatureResponse {
  const { Fn } = secp256k1.Point;
  const key = Fn.toBytes(Fn.create(secret));
  const bytes = secp256k1.sign(hexToBytes(payload), key, { prehash: false, format: "recovered" });
  const [recovery_id = 0] = bytes;
  const r = bytesToHex(bytes.subarray(1, 33));
  return {
    scheme: "Secp256k1",
    big_r: { affine_point: `0${2 + (recovery_id & 1)}${r}` as HexBytes },
    s: { scalar: bytesToHex(bytes.subarray(33)) as HexBytes },
    recovery_id,
    signature: null,
  };
}

/** RFC 8032 with a secret scalar in place of a seed. */
function eddsaAnswer(secret: bigint, payload: HexBytes): SignatureResponse {
  const { BASE, Fn } = ed25519.Point;
  const scalar = Fn.create(secret);
  const message = hexToBytes(payload);
  const wide = (...parts: readonly Uint8Array[]) =>
    Fn.create(
      BigInt(`0x${createHash("sha512").update(Buffer.concat(parts)).digest().reverse().toString("hex")}`),
    );
  const nonce = wide(Fn.toBytes(scalar), message);
  const R = BASE.multiply(nonce).toBytes();
  const k = wide(R, BASE.multiply(scalar).toBytes(), message);
  const s = Fn.toBytes(Fn.create(nonce + k * scalar));
  return {
    scheme: "Ed25519",
    big_r: null,
    s: null,
    recovery_id: null,
    signature: [...R, ...s],
  };
}

function longBlsKey(): DomainPublicKey {
  const bytes = Buffer.concat([0, 1].map((part) => createHash("sha384").update(`bls ${part}`).digest()));
  return `bls12381g2:${base58Encode(bytes)}` as DomainPublicKey;
}
