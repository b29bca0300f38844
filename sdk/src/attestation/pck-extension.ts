import type { X509Certificate } from "node:crypto";
import { DER, type DerElement, derElements, derInside } from "./der.ts";

/** The platform that a PCK certificate is for, lower-case hex: family (FMSPC) and PCE. Throws an Error without it. */
export function platformOf(pck: X509Certificate): { readonly fmspc: string; readonly pceId: string } {
  const [tbs] = derInside(pck.raw, DER.sequence);
  const extensions = derInside(tbs!.whole, DER.sequence).find(({ tag }) => tag === 0xa3);
  for (const { content } of derInside(extensions?.content ?? new Uint8Array(), DER.sequence)) {
    const parts = derElements(content);
    const value = parts.at(-1);
    if (hex(parts[0]?.content) !== SGX_EXTENSIONS || value?.tag !== DER.octetString) continue;
    const entries = derInside(value.content, DER.sequence);
    return { fmspc: entryOf(entries, FMSPC), pceId: entryOf(entries, PCE_ID) };
  }
  throw new Error("the PCK certificate names no platform");
}

// 1.2.840.113741.1.13.1 and its .3 and .4, of "Intel SGX PCK Certificate and CRL Profile".
const SGX_EXTENSIONS = "2a864886f84d010d01";
const PCE_ID = `${SGX_EXTENSIONS}03`;
const FMSPC = `${SGX_EXTENSIONS}04`;

function entryOf(entries: readonly DerElement[], oid: string): string {
  for (const { content } of entries) {
    const [name, value] = derElements(content);
    if (hex(name?.content) === oid && value?.tag === DER.octetString) return hex(value.content);
  }
  throw new Error("the PCK certificate's extension lacks a field");
}

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("hex");
}
