/** Where each part of the real quote lies: name, bytes, and the check that must notice a change. */
export interface QuotePart {
  readonly name: string;
  readonly start: number;
  readonly length: number;
  readonly check: string;
}

// In order, without gaps: Intel's "TDX DCAP Quoting Library API", version 4.
const LAYOUT: readonly (readonly [name: string, length: number, check: string])[] = [
  ["version", 2, "QUOTE_MALFORMED"],
  ["attestation key type", 2, "QUOTE_MALFORMED"],
  ["TEE type", 4, "QUOTE_MALFORMED"],
  ["reserved", 4, "FIRST_VERIFIER"],
  ["QE vendor", 16, "QUOTE_MALFORMED"],
  ["user data", 20, "FIRST_VERIFIER"],
  ["TEE TCB SVN, minor", 1, "FIRST_VERIFIER"],
  ["TEE TCB SVN, major", 1, "FIRST_VERIFIER"],
  ["TEE TCB SVN, rest", 14, "FIRST_VERIFIER"],
  ["MRSEAM", 48, "FIRST_VERIFIER"],
  ["MRSIGNERSEAM", 48, "TDX_MODULE"],
  ["SEAM attributes", 8, "TDX_MODULE"],
  ["TD attributes", 8, "FIRST_VERIFIER"],
  ["XFAM", 8, "FIRST_VERIFIER"],
  ["MRTD", 48, "FIRST_VERIFIER"],
  ["MRCONFIGID", 48, "EVENT_LOG"],
  ["MROWNER", 48, "FIRST_VERIFIER"],
  ["MROWNERCONFIG", 48, "FIRST_VERIFIER"],
  ["RTMR0", 48, "EVENT_LOG"],
  ["RTMR1", 48, "EVENT_LOG"],
  ["RTMR2", 48, "EVENT_LOG"],
  ["RTMR3", 48, "EVENT_LOG"],
  ["report data", 64, "FIRST_VERIFIER"],
  ["signature data length", 4, "QUOTE_MALFORMED"],
  ["signature", 64, "FIRST_VERIFIER"],
  ["attestation key", 64, "FIRST_VERIFIER"],
  ["certification type", 2, "QUOTE_MALFORMED"],
  ["certification length", 4, "QUOTE_MALFORMED"],
  ["QE CPUSVN", 16, "FIRST_VERIFIER"],
  ["QE MISCSELECT", 4, "QUOTING_ENCLAVE"],
  ["QE reserved", 28, "FIRST_VERIFIER"],
  ["QE attributes, checked part", 8, "QUOTING_ENCLAVE"],
  ["QE attributes, masked part", 8, "FIRST_VERIFIER"],
  ["QE MRENCLAVE", 32, "FIRST_VERIFIER"],
  ["QE reserved 2", 32, "FIRST_VERIFIER"],
  ["QE MRSIGNER", 32, "QUOTING_ENCLAVE"],
  ["QE reserved 3", 96, "FIRST_VERIFIER"],
  ["QE product id", 2, "QUOTING_ENCLAVE"],
  ["QE SVN", 2, "FIRST_VERIFIER"],
  ["QE reserved 4", 60, "FIRST_VERIFIER"],
  ["QE report data", 64, "FIRST_VERIFIER"],
  ["QE report signature", 64, "FIRST_VERIFIER"],
  ["QE authentication data length", 2, "QUOTE_MALFORMED"],
  ["QE authentication data", 32, "FIRST_VERIFIER"],
  ["PCK chain type", 2, "QUOTE_MALFORMED"],
  ["PCK chain length", 4, "QUOTE_MALFORMED"],
  ["PCK chain", 3_678, "CERTIFICATE_CHAIN"],
  ["padding", 70, "QUOTE_MALFORMED"],
];

export function quoteParts(): readonly QuotePart[] {
  let start = 0;
  return LAYOUT.map(([name, length, check]) => {
    start += length;
    return { name, start: start - length, length, check };
  });
}
