import { AttestationError } from "./attestation-error.ts";

/** A quote, taken apart by the layouts of Intel's DCAP: TDX version 4 or SGX version 3, to the last byte. */
export interface Quote {
  readonly report: TdReport | EnclaveReport;
  /** The report about the enclave that signed the quote. */
  readonly quotingEnclave: EnclaveReport;
  /** PEM, leaf first, as the quote carries it. */
  readonly certificateChain: string;
}

export interface TdReport {
  readonly kind: "tdx";
  readonly teeTcbSvn: Uint8Array;
  readonly mrSignerSeam: Uint8Array;
  readonly seamAttributes: Uint8Array;
  readonly tdAttributes: Uint8Array;
  readonly xfam: Uint8Array;
  readonly mrTd: Uint8Array;
  readonly mrConfigId: Uint8Array;
  readonly mrOwner: Uint8Array;
  readonly mrOwnerConfig: Uint8Array;
  readonly runtimeRegisters: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  readonly reportData: Uint8Array;
}

export interface EnclaveReport {
  readonly kind: "sgx";
  readonly miscSelect: Uint8Array;
  readonly attributes: Uint8Array;
  readonly mrEnclave: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  readonly isvSvn: number;
  /** What the enclave was started with, where its attributes have KSS set; zeros elsewhere. */
  readonly configId: Uint8Array;
  readonly configSvn: number;
  readonly isvExtProdId: Uint8Array;
  readonly isvFamilyId: Uint8Array;
  readonly reportData: Uint8Array;
}

/** Takes a quote apart. Signatures are not checked here. Throws AttestationError `QUOTE_MALFORMED`. */
export function parseQuote(bytes: Uint8Array): Quote {
  const reader = createReader(bytes);
  const version = reader.u16();
  if (reader.u16() !== ECDSA_P256) throw malformed("the attestation key isn't ECDSA on P-256");
  const teeType = reader.u32();
  reader.take(4);
  if (!INTEL_QE_VENDOR.equals(reader.take(16))) throw malformed("the quoting enclave isn't Intel's");
  reader.take(20);
  const isTdx = version === 4 && teeType === TEE_TDX;
  if (!isTdx && !(version === 3 && teeType === TEE_SGX)) {
    throw malformed(`version ${version} for TEE type ${teeType} isn't supported; TDX has 4, SGX 3`);
  }
  const report = isTdx ? readTdReport(reader) : readEnclaveReport(reader);
  const signatureData = createReader(reader.take(reader.u32()));
  // Whoever hands out quotes pads them; other bytes there would be signed by nobody.
  if (reader.rest().some((byte) => byte !== 0)) throw malformed("something follows the signature data");
  signatureData.take(64 + 64);
  const certified = isTdx ? createReader(readCertification(signatureData, QE_REPORT_DATA)) : signatureData;
  const quotingEnclave = readEnclaveReport(createReader(certified.take(384)));
  certified.take(64);
  certified.take(certified.u16());
  const chain = readCertification(certified, PCK_CHAIN);
  for (const each of [signatureData, certified]) {
    if (each.rest().length > 0) throw malformed("something follows the certification data");
  }
  return { report, quotingEnclave, certificateChain: chainText(chain) };
}

const ECDSA_P256 = 2;
const TEE_SGX = 0;
const TEE_TDX = 0x81;
const PCK_CHAIN = 5;
const QE_REPORT_DATA = 6;
const INTEL_QE_VENDOR = Buffer.from("939a7233f79c4ca9940a0db3957f0607", "hex");

interface Reader {
  take(length: number): Buffer;
  u16(): number;
  u32(): number;
  rest(): Buffer;
}

function createReader(bytes: Uint8Array): Reader {
  const buffer = Buffer.from(bytes);
  let at = 0;
  const take = (length: number) => {
    if (at + length > buffer.length) throw malformed("it is cut off");
    at += length;
    return buffer.subarray(at - length, at);
  };
  return {
    take,
    u16: () => take(2).readUInt16LE(),
    u32: () => take(4).readUInt32LE(),
    rest: () => buffer.subarray(at),
  };
}

function readTdReport(reader: Reader): TdReport {
  const teeTcbSvn = reader.take(16);
  reader.take(48);
  const [mrSignerSeam, seamAttributes] = [reader.take(48), reader.take(8)];
  const [tdAttributes, xfam, mrTd] = [reader.take(8), reader.take(8), reader.take(48)];
  const [mrConfigId, mrOwner, mrOwnerConfig] = [reader.take(48), reader.take(48), reader.take(48)];
  const runtimeRegisters = [reader.take(48), reader.take(48), reader.take(48), reader.take(48)] as const;
  const module = { teeTcbSvn, mrSignerSeam, seamAttributes };
  const domain = { tdAttributes, xfam, mrTd, mrConfigId, mrOwner, mrOwnerConfig, runtimeRegisters };
  return { kind: "tdx", ...module, ...domain, reportData: reader.take(64) };
}

function readEnclaveReport(reader: Reader): EnclaveReport {
  reader.take(16);
  const miscSelect = reader.take(4);
  reader.take(12);
  const [isvExtProdId, attributes, mrEnclave] = [reader.take(16), reader.take(16), reader.take(32)];
  reader.take(32);
  const mrSigner = reader.take(32);
  reader.take(32);
  const [configId, isvProdId, isvSvn, configSvn] = [
    reader.take(64),
    reader.u16(),
    reader.u16(),
    reader.u16(),
  ];
  reader.take(42);
  const [isvFamilyId, reportData] = [reader.take(16), reader.take(64)];
  const program = { miscSelect, attributes, mrEnclave, mrSigner, isvProdId, isvSvn };
  return { kind: "sgx", ...program, configId, configSvn, isvExtProdId, isvFamilyId, reportData };
}

function readCertification(reader: Reader, expected: number): Buffer {
  const type = reader.u16();
  if (type !== expected) throw malformed(`certification data of type ${type}, not ${expected}`);
  return reader.take(reader.u32());
}

function chainText(bytes: Buffer): string {
  const text = bytes.toString("latin1");
  return text.endsWith("\0") ? text.slice(0, -1) : text;
}

function malformed(reason: string): AttestationError {
  return new AttestationError("QUOTE_MALFORMED", `the quote is malformed: ${reason}`);
}
