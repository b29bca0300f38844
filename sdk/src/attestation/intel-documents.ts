import { verify, type X509Certificate } from "node:crypto";
import { AttestationError } from "./attestation-error.ts";

/** Intel's statement about one family of platforms; only what the checks here need. */
export interface TcbInfo {
  readonly id: "TDX" | "SGX";
  readonly fmspc: string;
  readonly pceId: string;
  readonly issuedAt: number;
  readonly nextUpdate: number;
  readonly evaluation: number;
  /** Empty for SGX. */
  readonly modules: readonly TdxModuleIdentity[];
}

export interface TdxModuleIdentity {
  /** `TDX_03` for modules whose major version is 3; `TDX_00` is the one that Intel lists apart. */
  readonly id: string;
  readonly mrsigner: string;
  readonly attributes: string;
  readonly attributesMask: string;
  readonly levels: readonly SvnLevel[];
}

/** Intel's statement about the enclave that signs quotes. Hex as Intel writes it, made lower-case. */
export interface QeIdentity {
  readonly id: "TD_QE" | "QE";
  readonly issuedAt: number;
  readonly nextUpdate: number;
  readonly evaluation: number;
  readonly miscselect: string;
  readonly miscselectMask: string;
  readonly attributes: string;
  readonly attributesMask: string;
  readonly mrsigner: string;
  readonly isvprodid: number;
  readonly levels: readonly SvnLevel[];
}

/** From this security version number on the status holds; listed from new to old. */
export interface SvnLevel {
  readonly isvsvn: number;
  readonly status: string;
}

/** Checks Intel's signature (64 bytes r ‖ s, hex) and reads the document. Throws AttestationError `TCB_INFO`. */
export function readTcbInfo(text: string, signature: string, signer: X509Certificate): TcbInfo {
  return readSigned("TCB_INFO", text, signature, signer, (fields) => {
    if (fields.id !== "TDX" && fields.id !== "SGX") throw new Error("another kind of TCB info");
    const modules =
      fields.id === "SGX"
        ? []
        : [
            { id: "TDX_00", levels: [], ...moduleFields(asRecord(fields.tdxModule)) },
            ...asList(fields.tdxModuleIdentities)
              .map(asRecord)
              .map((each) => ({
                id: asText(each.id),
                levels: svnLevels(each.tcbLevels),
                ...moduleFields(each),
              })),
          ];
    return {
      id: fields.id,
      fmspc: asHex(fields.fmspc),
      pceId: asHex(fields.pceId),
      modules,
      ...issue(fields),
    };
  });
}

/** The same for the QE identity. Throws AttestationError `QE_IDENTITY`. */
export function readQeIdentity(text: string, signature: string, signer: X509Certificate): QeIdentity {
  return readSigned("QE_IDENTITY", text, signature, signer, (fields) => {
    if (fields.id !== "TD_QE" && fields.id !== "QE") throw new Error("another kind of enclave");
    return {
      id: fields.id,
      miscselect: asHex(fields.miscselect),
      miscselectMask: asHex(fields.miscselectMask),
      attributes: asHex(fields.attributes),
      attributesMask: asHex(fields.attributesMask),
      mrsigner: asHex(fields.mrsigner),
      isvprodid: asNumber(fields.isvprodid),
      levels: svnLevels(fields.tcbLevels),
      ...issue(fields),
    };
  });
}

type Fields = Readonly<Record<string, unknown>>;

function readSigned<Document>(
  check: "TCB_INFO" | "QE_IDENTITY",
  text: string,
  signature: string,
  signer: X509Certificate,
  read: (fields: Fields) => Document,
): Document {
  const key = { key: signer.publicKey, dsaEncoding: "ieee-p1363" } as const;
  if (!verify("sha256", Buffer.from(text, "utf8"), key, Buffer.from(signature, "hex"))) {
    throw new AttestationError(check, "the document isn't signed by Intel");
  }
  try {
    return read(asRecord(JSON.parse(text)));
  } catch (error) {
    throw new AttestationError(check, "the document has an unknown form", error);
  }
}

function issue(fields: Fields): { issuedAt: number; nextUpdate: number; evaluation: number } {
  return {
    issuedAt: asTime(fields.issueDate),
    nextUpdate: asTime(fields.nextUpdate),
    evaluation: asNumber(fields.tcbEvaluationDataNumber),
  };
}

function moduleFields(fields: Fields): { mrsigner: string; attributes: string; attributesMask: string } {
  return {
    mrsigner: asHex(fields.mrsigner),
    attributes: asHex(fields.attributes),
    attributesMask: asHex(fields.attributesMask),
  };
}

function svnLevels(value: unknown): SvnLevel[] {
  return asList(value)
    .map(asRecord)
    .map((level) => ({
      isvsvn: asNumber(asRecord(level.tcb).isvsvn),
      status: asText(level.tcbStatus),
    }));
}

function asRecord(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("not an object");
  return value as Fields;
}

function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error("not a list");
  return value;
}

function asText(value: unknown): string {
  if (typeof value !== "string") throw new Error("not a text");
  return value;
}

function asNumber(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Error("not a whole number");
  return value;
}

function asHex(value: unknown): string {
  const text = asText(value).toLowerCase();
  if (!/^([0-9a-f]{2})+$/.test(text)) throw new Error("not hex");
  return text;
}

function asTime(value: unknown): number {
  const millis = Date.parse(asText(value));
  if (Number.isNaN(millis)) throw new Error("not a time");
  return millis / 1_000;
}
