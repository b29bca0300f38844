import { createPublicKey, type KeyObject, sign } from "node:crypto";
import type { TlsPublicKey } from "../../../contract/src/protocol/brand.ts";
import { type Ed25519KeyPair, tlsPublicKey } from "./keys.ts";

/**
 * What a node or backup service shows on the network: a self-signed certificate around its TLS key.
 *
 * Peers judge the raw public key alone; names, dates and the certificate's signature mean nothing here.
 */
export interface TlsIdentity {
  readonly publicKey: TlsPublicKey;
  /** PEM of the X.509 certificate. The same key always makes the same bytes. */
  readonly certificate: string;
  readonly privateKey: KeyObject;
}

/** The part of node:tls options that pins TLS 1.3, Ed25519 on both sides, and leaves judging to the caller. */
export interface PinnedTlsOptions {
  readonly key: string;
  readonly cert: string;
  readonly minVersion: "TLSv1.3";
  readonly maxVersion: "TLSv1.3";
  readonly sigalgs: "ed25519";
  readonly rejectUnauthorized: false;
}

/** Makes the TLS identity of an ed25519 key pair. Needs no clock and no randomness. */
export function tlsIdentityFromKeyPair(keyPair: Ed25519KeyPair): TlsIdentity {
  return {
    publicKey: tlsPublicKey(keyPair.publicKey),
    certificate: certificatePem(selfSignedCertificate(keyPair.privateKey)),
    privateKey: keyPair.privateKey,
  };
}

/**
 * Options for `tls.connect` and `tls.createServer`.
 *
 * `rejectUnauthorized` is false since no authority signs these certificates, so a caller that doesn't compare
 * the peer's raw key in `secureConnect` or `secureConnection` talks to anybody.
 */
export function pinnedTlsOptions(identity: TlsIdentity): PinnedTlsOptions {
  return {
    key: identity.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: identity.certificate,
    minVersion: "TLSv1.3",
    maxVersion: "TLSv1.3",
    sigalgs: "ed25519",
    rejectUnauthorized: false,
  };
}

const TAG = { integer: 0x02, bitString: 0x03, oid: 0x06, utf8: 0x0c, time: 0x18, sequence: 0x30, set: 0x31 };
const EXPLICIT_VERSION = 0xa0;
const OID_ED25519 = Buffer.from([0x2b, 0x65, 0x70]);
const OID_COMMON_NAME = Buffer.from([0x55, 0x04, 0x03]);
const X509_V3 = 2;

// RFC 5280 §4.1 with RFC 8410 algorithm identifiers. The dates span all time, since pins expire on chain.
function selfSignedCertificate(privateKey: KeyObject): Buffer {
  const algorithm = der(TAG.sequence, der(TAG.oid, OID_ED25519));
  const commonName = der(
    TAG.sequence,
    der(TAG.oid, OID_COMMON_NAME),
    der(TAG.utf8, Buffer.from("mpc-recovery")),
  );
  const name = der(TAG.sequence, der(TAG.set, commonName));
  const validity = der(TAG.sequence, time("19700101000000Z"), time("99991231235959Z"));
  const body = der(
    TAG.sequence,
    der(EXPLICIT_VERSION, integer(X509_V3)),
    integer(1),
    algorithm,
    name,
    validity,
    name,
    createPublicKey(privateKey).export({ type: "spki", format: "der" }),
  );
  return der(
    TAG.sequence,
    body,
    algorithm,
    der(TAG.bitString, Buffer.from([0]), sign(null, body, privateKey)),
  );
}

function integer(value: number): Buffer {
  return der(TAG.integer, Buffer.from([value]));
}

function time(text: string): Buffer {
  return der(TAG.time, Buffer.from(text));
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function certificatePem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
