import { AttestationError } from "./attestation-error.ts";
import type { QeIdentity, SvnLevel, TcbInfo } from "./intel-documents.ts";
import type { EnclaveReport, TdReport } from "./quote.ts";

/**
 * Compares the enclave that signed the quote with Intel's identity of it.
 *
 * @returns the status of its version, for instance `UpToDate`
 * @throws AttestationError `QUOTING_ENCLAVE`
 */
export function checkQuotingEnclave(enclave: EnclaveReport, identity: QeIdentity): string {
  const refuse = (what: string) => new AttestationError("QUOTING_ENCLAVE", `its ${what} isn't Intel's`);
  if (hex(enclave.mrSigner) !== identity.mrsigner) throw refuse("signer");
  if (enclave.isvProdId !== identity.isvprodid) throw refuse("product id");
  // Intel writes MISCSELECT as a big-endian number, reports have it little-endian.
  const misc = Buffer.from(enclave.miscSelect).reverse();
  if (!equalUnderMask(misc, identity.miscselect, identity.miscselectMask)) throw refuse("MISCSELECT");
  if (!equalUnderMask(enclave.attributes, identity.attributes, identity.attributesMask)) {
    throw refuse("attributes");
  }
  const status = statusOf(enclave.isvSvn, identity.levels);
  if (status === undefined) throw refuse(`version ${enclave.isvSvn}`);
  return status;
}

/**
 * Compares the TDX module below the measured domain with the modules that the TCB info names.
 *
 * @returns the status of its version
 * @throws AttestationError `TDX_MODULE`
 */
export function checkTdxModule(report: TdReport, { modules }: TcbInfo): string {
  const [minor = 0, major = 0] = report.teeTcbSvn;
  const id = `TDX_${major.toString(16).padStart(2, "0").toUpperCase()}`;
  const identity = modules.find((each) => each.id.toUpperCase() === id);
  if (identity === undefined) throw new AttestationError("TDX_MODULE", `there is no module ${id}`);
  const isIntels =
    hex(report.mrSignerSeam) === identity.mrsigner &&
    equalUnderMask(report.seamAttributes, identity.attributes, identity.attributesMask);
  if (!isIntels) throw new AttestationError("TDX_MODULE", `its signer or attributes aren't those of ${id}`);
  // Modules of major version 0 have no levels of their own: the platform's levels count for them.
  if (major === 0) return "UpToDate";
  const status = statusOf(minor, identity.levels);
  if (status === undefined)
    throw new AttestationError("TDX_MODULE", `version ${minor} of ${id} isn't listed`);
  return status;
}

function statusOf(svn: number, levels: readonly SvnLevel[]): string | undefined {
  return levels.toSorted((a, b) => b.isvsvn - a.isvsvn).find(({ isvsvn }) => svn >= isvsvn)?.status;
}

function equalUnderMask(actual: Uint8Array, expectedHex: string, maskHex: string): boolean {
  const [expected, mask] = [Buffer.from(expectedHex, "hex"), Buffer.from(maskHex, "hex")];
  if (expected.length !== actual.length || mask.length !== actual.length) return false;
  return actual.every((byte, index) => (byte & mask[index]!) === (expected[index]! & mask[index]!));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
