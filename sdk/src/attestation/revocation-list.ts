import { verify, type X509Certificate } from "node:crypto";
import { AttestationError } from "./attestation-error.ts";
import { DER, type DerElement, derElements, derInside } from "./der.ts";

/** A revocation list whose issuer and time are checked. */
export interface RevocationList {
  /** Unix seconds, as the next. */
  readonly issuedAt: number;
  readonly nextUpdate: number;
  /** Serial numbers, upper-case hex as `X509Certificate.serialNumber` has them. */
  readonly revoked: ReadonlySet<string>;
}

/**
 * Reads a DER revocation list and checks that `issuer` signed it and that `now` (Unix seconds) is within its time.
 *
 * @throws AttestationError `REVOCATION`
 */
export function verifyRevocationList(der: Uint8Array, issuer: X509Certificate, now: number): RevocationList {
  let list: ParsedList;
  try {
    list = parseList(der);
  } catch (error) {
    throw refused("a revocation list can't be read", error);
  }
  if (!Buffer.from(list.issuerName).equals(subjectName(issuer))) {
    throw refused("a revocation list is by another issuer");
  }
  if (!verify("sha256", list.signed, issuer.publicKey, list.signature)) {
    throw refused("a revocation list isn't signed by its issuer");
  }
  if (now < list.issuedAt || now > list.nextUpdate) {
    throw refused(`a revocation list is valid from ${list.issuedAt} to ${list.nextUpdate}, it is ${now}`);
  }
  return list;
}

/** Refuses a certificate that the list names. Throws AttestationError `REVOCATION`. */
export function refuseRevoked(
  certificate: Pick<X509Certificate, "serialNumber">,
  list: RevocationList,
): void {
  if (list.revoked.has(withoutZeros(certificate.serialNumber))) {
    throw refused(`certificate ${certificate.serialNumber} is revoked`);
  }
}

interface ParsedList extends RevocationList {
  readonly signed: Uint8Array;
  readonly issuerName: Uint8Array;
  readonly signature: Uint8Array;
}

const ECDSA_SHA256 = "300a06082a8648ce3d040302";

function parseList(der: Uint8Array): ParsedList {
  const [signed, algorithm, signature, ...more] = derInside(der, DER.sequence);
  if (more.length > 0 || hex(algorithm?.whole) !== ECDSA_SHA256) throw new Error("another algorithm");
  if (signature?.tag !== DER.bitString || signature.content[0] !== 0) throw new Error("no signature");
  const [version, inner, issuer, from, to, ...rest] = derInside(signed!.whole, DER.sequence);
  if (hex(version?.whole) !== "020101" || hex(inner?.whole) !== ECDSA_SHA256)
    throw new Error("not version 2");
  const revokedList = rest.find(({ tag }) => tag === DER.sequence);
  const extensions = rest.find(({ tag }) => tag === 0xa0);
  if (rest.length !== [revokedList, extensions].filter(Boolean).length) throw new Error("unknown parts");
  return {
    issuedAt: derTime(from),
    nextUpdate: derTime(to),
    revoked: new Set(revokedList === undefined ? [] : derElements(revokedList.content).map(serialOf)),
    signed: signed!.whole,
    issuerName: issuer!.whole,
    signature: signature.content.subarray(1),
  };
}

function serialOf({ content }: DerElement): string {
  const [serial] = derElements(content);
  if (serial?.tag !== DER.integer) throw new Error("an entry without serial number");
  return withoutZeros(hex(serial.content).toUpperCase());
}

function withoutZeros(serial: string): string {
  return serial.replace(/^0+/, "");
}

function derTime(element: DerElement | undefined): number {
  // UTCTime has a year of two digits, GeneralizedTime of four; Intel's lists are from this century.
  const text = Buffer.from(element?.content ?? []).toString("latin1");
  const parts = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) throw new Error("not a time");
  const [, year = "", month, day, hour, minute, second] = parts;
  const full = year.length === 2 ? `20${year}` : year;
  const millis = Date.parse(`${full}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(millis)) throw new Error("not a time");
  return millis / 1_000;
}

function subjectName(certificate: X509Certificate): Uint8Array {
  const [tbs] = derInside(certificate.raw, DER.sequence);
  // version, serial number, algorithm, issuer, validity, subject
  return derInside(tbs!.whole, DER.sequence)[5]!.whole;
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("hex");
}

function refused(reason: string, cause?: unknown): AttestationError {
  return new AttestationError("REVOCATION", reason, cause);
}
