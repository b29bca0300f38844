import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from "node:crypto";
import type { Collateral } from "../../src/attestation/evidence.ts";
import type { Quote } from "../../src/attestation/quote.ts";
import type { IntelChains } from "../../src/attestation/verify-collateral.ts";

/** Unix seconds at which everything made up is in its time. */
export const MADE_UP_NOW = Date.parse("2026-08-13T12:00:00Z") / 1_000;
export const DAY = 86_400;
export const PLATFORM = { fmspc: "b0c06f000000", pceId: "0000" };

/** A chain of certificates like Intel's in all but the root's key. */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
  readonly pem: string;
}

const SERIAL = { root: 1, pckCa: 2, otherCa: 3, tcbSigning: 4, qeSigning: 5, pck: 6 };
type Name = keyof typeof SERIAL;

/** What a test says differently from how it should be. */
export interface Oddities {
  readonly pckList?: Partial<List>;
  readonly rootList?: Partial<List>;
  readonly tcbInfo?: object;
  readonly qeIdentity?: object;
}

interface List {
  readonly issuer: Authority;
  readonly issuedAt: number;
  readonly nextUpdate: number;
  readonly revoked: readonly Name[];
}

const ECDSA_SHA256 = element(0x30, oid("2a8648ce3d040302"));
const TRUE = element(0x01, Buffer.of(0xff));
const SGX = "2a864886f84d010d01";
const SGX_EXTENSION = element(
  0x30,
  oid(SGX),
  element(
    0x04,
    element(
      0x30,
      element(0x30, oid(`${SGX}03`), element(0x04, Buffer.from(PLATFORM.pceId, "hex"))),
      element(0x30, oid(`${SGX}04`), element(0x04, Buffer.from(PLATFORM.fmspc, "hex"))),
    ),
  ),
);

export const root = authority("Intel SGX Root CA", "root", null, true);
export const pckCa = authority("Intel SGX PCK Platform CA", "pckCa", root, true);
export const otherCa = authority("Intel SGX PCK Processor CA", "otherCa", root, true);
export const tcbSigning = authority("Intel SGX TCB Signing", "tcbSigning", root, false);
export const qeSigning = authority("Intel SGX TCB Signing", "qeSigning", root, false);
export const pck = authority("Intel SGX PCK Certificate", "pck", pckCa, false);

export const CHAINS: IntelChains = {
  pck: [pck.certificate, pckCa.certificate, root.certificate],
  pckCa: [pckCa.certificate, root.certificate],
  tcbSigning: [tcbSigning.certificate, root.certificate],
  qeSigning: [qeSigning.certificate, root.certificate],
};

/** The part of a quote that documents are compared with. */
export const TDX_QUOTE = { report: { kind: "tdx" }, certificateChain: "" } as unknown as Quote;

export function chainPem(...chain: readonly Authority[]): string {
  return chain.map(({ pem }) => pem).join("");
}

/** Collateral that everything is right with but the oddities. */
export function madeUpCollateral(odd: Oddities = {}): Collateral {
  const dates = { issueDate: isoTime(MADE_UP_NOW - DAY), nextUpdate: isoTime(MADE_UP_NOW + 29 * DAY) };
  const module = { mrsigner: "00", attributes: "00", attributesMask: "ff" };
  const tcbInfo = JSON.stringify({
    ...{ id: "TDX", ...PLATFORM, ...dates, tcbEvaluationDataNumber: 18 },
    ...{ tdxModule: module, tdxModuleIdentities: [], ...odd.tcbInfo },
  });
  const qeIdentity = JSON.stringify({
    ...{ id: "TD_QE", ...dates, tcbEvaluationDataNumber: 19, miscselect: "00", miscselectMask: "ff" },
    ...{ attributes: "00", attributesMask: "ff", mrsigner: "00", isvprodid: 2, tcbLevels: [] },
    ...odd.qeIdentity,
  });
  return {
    pck_crl_issuer_chain: "",
    root_ca_crl: revocationList({ issuer: root, ...odd.rootList }),
    pck_crl: revocationList({ issuer: pckCa, ...odd.pckList }),
    tcb_info_issuer_chain: "",
    tcb_info: tcbInfo,
    tcb_info_signature: signature(tcbInfo, tcbSigning),
    qe_identity_issuer_chain: "",
    qe_identity: qeIdentity,
    qe_identity_signature: signature(qeIdentity, qeSigning),
  };
}

export function isoTime(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace(".000Z", "Z");
}

/** A certificate of this subject, signed by the issuer, or by itself. */
export function authority(subject: string, name: Name, issuer: Authority | null, isCa: boolean): Authority {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const basic = element(0x30, oid("551d13"), element(0x04, element(0x30, ...(isCa ? [TRUE] : []))));
  const tbs = element(
    0x30,
    element(0xa0, number(2)),
    number(SERIAL[name]),
    ECDSA_SHA256,
    issuer === null ? nameOf(subject) : subjectOf(issuer),
    element(0x30, time(MADE_UP_NOW - 1_000 * DAY), time(MADE_UP_NOW + 1_000 * DAY)),
    nameOf(subject),
    publicKey.export({ type: "spki", format: "der" }),
    element(0xa3, element(0x30, basic, ...(name === "pck" ? [SGX_EXTENSION] : []))),
  );
  const der = element(0x30, tbs, ECDSA_SHA256, bits(sign("sha256", tbs, issuer?.key ?? privateKey)));
  const certificate = new X509Certificate(der);
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  return { certificate, key: privateKey, pem };
}

function revocationList({
  issuer,
  issuedAt,
  nextUpdate,
  revoked,
}: Partial<List> & Pick<List, "issuer">): string {
  const entries = (revoked ?? []).map((name) => element(0x30, number(SERIAL[name]), time(MADE_UP_NOW - DAY)));
  const tbs = element(
    0x30,
    number(1),
    ECDSA_SHA256,
    subjectOf(issuer),
    time(issuedAt ?? MADE_UP_NOW - DAY),
    time(nextUpdate ?? MADE_UP_NOW + 29 * DAY),
    ...(entries.length === 0 ? [] : [element(0x30, ...entries)]),
  );
  return element(0x30, tbs, ECDSA_SHA256, bits(sign("sha256", tbs, issuer.key))).toString("hex");
}

function signature(text: string, { key }: Authority): string {
  return sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("hex");
}

function subjectOf({ certificate }: Authority): Buffer {
  return nameOf(certificate.subject.replace(/^CN=/, ""));
}

function nameOf(commonName: string): Buffer {
  const attribute = element(0x30, oid("550403"), element(0x0c, Buffer.from(commonName)));
  return element(0x30, element(0x31, attribute));
}

function time(seconds: number): Buffer {
  return element(0x17, Buffer.from(isoTime(seconds).slice(2).replace(/[-T:]/g, "")));
}

function number(value: number): Buffer {
  return element(0x02, Buffer.of(value));
}

function oid(hex: string): Buffer {
  return element(0x06, Buffer.from(hex, "hex"));
}

function bits(content: Uint8Array): Buffer {
  return element(0x03, Buffer.of(0), content);
}

function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80
      ? Buffer.of(content.length)
      : content.length < 0x100
        ? Buffer.of(0x81, content.length)
        : Buffer.of(0x82, content.length >> 8, content.length & 0xff);
  return Buffer.concat([Buffer.of(tag), length, content]);
}
