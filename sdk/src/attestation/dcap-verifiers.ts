import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { initSync, js_verify } from "@phala/dcap-qvl-web";
import { AttestationError } from "./attestation-error.ts";
import type { Collateral } from "./evidence.ts";

/** What a verifier says about a quote that it accepts. */
export interface DcapVerdict {
  readonly status: string;
  readonly advisories: readonly string[];
  /** 64 bytes, lower-case hex. */
  readonly reportData: string;
}

/** Throws anything for a quote that it refuses. `now` in Unix seconds. */
export type DcapVerifier = (quote: Uint8Array, collateral: Collateral, now: number) => DcapVerdict;

/** Phala's verifier in JavaScript. Alone it takes revocation lists that nobody signed. */
export const javascriptVerifier: DcapVerifier = (quote, collateral, now) => {
  const { status, advisory_ids, report } = loadJavascript().verify(Buffer.from(quote), collateral, now);
  const reportData = Buffer.from(report.data.reportData).toString("hex");
  return { status, advisories: advisory_ids, reportData };
};

/** Phala's verifier in WebAssembly, of an older source. Alone it takes a QE that isn't the QE identity's. */
export const wasmVerifier: DcapVerifier = (quote, collateral, now) => {
  loadWasm();
  const { status, advisory_ids, report } = js_verify(new Uint8Array(quote), collateral, BigInt(now));
  const { report_data } = report.TD10 ?? report.SgxEnclave;
  return { status, advisories: advisory_ids, reportData: report_data };
};

/**
 * Asks both verifiers; each must accept and see the same.
 *
 * @throws AttestationError `FIRST_VERIFIER`, `SECOND_VERIFIER` or `VERIFIERS_DISAGREE`
 */
export function askBothVerifiers(
  quote: Uint8Array,
  collateral: Collateral,
  now: number,
  verifiers: readonly [DcapVerifier, DcapVerifier] = [javascriptVerifier, wasmVerifier],
): DcapVerdict {
  // Both must take the chain from the quote itself.
  const { pck_certificate_chain: _, ...published } = collateral;
  const [first, second] = verifiers.map((verifier, index) => {
    try {
      return verifier(quote, published, now);
    } catch (error) {
      const reason = typeof error === "string" ? error : error instanceof Error ? error.message : "unknown";
      const check = index === 0 ? "FIRST_VERIFIER" : "SECOND_VERIFIER";
      throw new AttestationError(
        check,
        `a DCAP verifier says ${JSON.stringify(reason.slice(0, 200))}`,
        error,
      );
    }
  });
  if (first!.status !== second!.status || first!.reportData !== second!.reportData) {
    throw new AttestationError(
      "VERIFIERS_DISAGREE",
      `one verifier says ${first!.status}, the other ${second!.status}`,
    );
  }
  return first!;
}

interface JavascriptLibrary {
  verify(quote: Buffer, collateral: Collateral, now: number): JavascriptReport;
}

interface JavascriptReport {
  readonly status: string;
  readonly advisory_ids: readonly string[];
  readonly report: { readonly data: { readonly reportData: Uint8Array } };
}

const require = createRequire(import.meta.url);

function loadJavascript(): JavascriptLibrary {
  // The package's entry would load its HTTP client too.
  return require("@phala/dcap-qvl/src/verify.js");
}

let isLoaded = false;

function loadWasm(): void {
  if (isLoaded) return;
  initSync({ module: readFileSync(require.resolve("@phala/dcap-qvl-web/dcap-qvl-web_bg.wasm")) });
  isLoaded = true;
}
