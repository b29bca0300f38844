import {
  FormatError,
  strictHex,
  strictInteger,
  strictList,
  strictObject,
  strictText,
} from "./strict-fields.ts";

/** What a platform shows about the program that runs on it. The JSON of an evidence file. */
export type Evidence = DevEvidence | TdxEvidence | SgxEvidence;

/** A statement signed by a development key; worth nothing outside of tests. */
export interface DevEvidence {
  readonly kind: "dev";
  readonly warning: "INSECURE-DEV";
  /** 32 bytes, lower-case hex. */
  readonly measurement: string;
  /** 64 bytes, lower-case hex. */
  readonly report_data: string;
  /** Unix seconds. */
  readonly issued_at: number;
  readonly public_key: string;
  /** 64 bytes, lower-case hex. */
  readonly signature: string;
}

export interface TdxEvidence {
  readonly kind: "dstack-tdx";
  /** Lower-case hex. */
  readonly quote: string;
  readonly collateral: Collateral;
  readonly event_log: readonly LoggedEvent[];
  /** The text whose sha256 is the log's `compose-hash`. */
  readonly app_compose: string;
}

export interface SgxEvidence {
  readonly kind: "sgx-dcap";
  readonly quote: string;
  readonly collateral: Collateral;
}

/**
 * One event that was extended into a runtime register. Of the firmware's events only the digest is carried, since
 * nothing proves the rest; of dstack's own events (register 3) all that the digest is made of.
 */
export type LoggedEvent =
  | { readonly imr: 0 | 1 | 2; readonly digest: string }
  | { readonly imr: 3; readonly event_type: number; readonly event: string; readonly event_payload: string };

/** What Intel publishes about a platform, in the form of Phala's libraries. Signatures and lists are hex. */
export interface Collateral {
  readonly pck_crl_issuer_chain: string;
  readonly root_ca_crl: string;
  readonly pck_crl: string;
  readonly tcb_info_issuer_chain: string;
  readonly tcb_info: string;
  readonly tcb_info_signature: string;
  readonly qe_identity_issuer_chain: string;
  readonly qe_identity: string;
  readonly qe_identity_signature: string;
  /** The chain in the quote once more; may be left out. */
  readonly pck_certificate_chain?: string;
}

/** Reads an evidence file's JSON: every field, of the right form, none besides. Throws FormatError. */
export function parseEvidence(value: unknown): Evidence {
  const kind = typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  switch (kind) {
    case "dev":
      return parseDev(value);
    case "dstack-tdx":
      return parseTdx(value);
    case "sgx-dcap":
      return parseSgx(value);
    default:
      throw new FormatError("evidence.kind", '"dstack-tdx", "sgx-dcap" or "dev"');
  }
}

/** Reads collateral alone. Throws FormatError. */
export function parseCollateral(value: unknown, place: string): Collateral {
  const fields = strictObject(value, place, Object.keys(COLLATERAL_TEXTS), ["pck_certificate_chain"]);
  for (const [name, pattern] of Object.entries(COLLATERAL_TEXTS)) {
    strictText(fields[name], `${place}.${name}`, pattern, MAX_COLLATERAL_CHARACTERS);
  }
  if (fields.pck_certificate_chain !== undefined) {
    strictText(
      fields.pck_certificate_chain,
      `${place}.pck_certificate_chain`,
      PEM,
      MAX_COLLATERAL_CHARACTERS,
    );
  }
  return fields as unknown as Collateral;
}

const MAX_COLLATERAL_CHARACTERS = 262_144;
const MAX_QUOTE_BYTES = 16_384;
const MAX_EVENTS = 512;
const PEM = /^[\n -~]+$/;
const HEX = /^([0-9a-f]{2})+$/;
const SIGNATURE = /^[0-9a-f]{128}$/;
const COLLATERAL_TEXTS: Readonly<Record<string, RegExp>> = {
  pck_crl_issuer_chain: PEM,
  root_ca_crl: HEX,
  pck_crl: HEX,
  tcb_info_issuer_chain: PEM,
  tcb_info: PEM,
  tcb_info_signature: SIGNATURE,
  qe_identity_issuer_chain: PEM,
  qe_identity: PEM,
  qe_identity_signature: SIGNATURE,
};

function parseDev(value: unknown): DevEvidence {
  const names = ["kind", "warning", "measurement", "report_data", "issued_at", "public_key", "signature"];
  const fields = strictObject(value, "evidence", names);
  if (fields.warning !== "INSECURE-DEV") throw new FormatError("evidence.warning", '"INSECURE-DEV"');
  strictHex(fields.measurement, "evidence.measurement", 32, 32);
  strictHex(fields.report_data, "evidence.report_data", 64, 64);
  strictInteger(fields.issued_at, "evidence.issued_at", 0, Number.MAX_SAFE_INTEGER);
  strictText(fields.public_key, "evidence.public_key", /^ed25519:[1-9A-HJ-NP-Za-km-z]+$/, 64);
  strictHex(fields.signature, "evidence.signature", 64, 64);
  return fields as unknown as DevEvidence;
}

function parseTdx(value: unknown): TdxEvidence {
  const fields = strictObject(value, "evidence", ["kind", "quote", "collateral", "event_log", "app_compose"]);
  strictHex(fields.quote, "evidence.quote", 1, MAX_QUOTE_BYTES);
  parseCollateral(fields.collateral, "evidence.collateral");
  const events = strictList(fields.event_log, "evidence.event_log", 1, MAX_EVENTS);
  events.forEach((event, index) => {
    parseEvent(event, `evidence.event_log[${index}]`);
  });
  strictText(fields.app_compose, "evidence.app_compose", /^/, MAX_COLLATERAL_CHARACTERS);
  return fields as unknown as TdxEvidence;
}

function parseSgx(value: unknown): SgxEvidence {
  const fields = strictObject(value, "evidence", ["kind", "quote", "collateral"]);
  strictHex(fields.quote, "evidence.quote", 1, MAX_QUOTE_BYTES);
  parseCollateral(fields.collateral, "evidence.collateral");
  return fields as unknown as SgxEvidence;
}

function parseEvent(value: unknown, place: string): void {
  const imr = typeof value === "object" && value !== null && "imr" in value ? value.imr : undefined;
  if (imr !== 3) {
    const fields = strictObject(value, place, ["imr", "digest"]);
    strictInteger(fields.imr, `${place}.imr`, 0, 3);
    strictHex(fields.digest, `${place}.digest`, 48, 48);
    return;
  }
  const fields = strictObject(value, place, ["imr", "event_type", "event", "event_payload"]);
  strictInteger(fields.event_type, `${place}.event_type`, 0, 0xffff_ffff);
  // A colon in a name would let two events have one digest.
  strictText(fields.event, `${place}.event`, /^[a-z0-9.-]+$/, 64);
  strictHex(fields.event_payload, `${place}.event_payload`, 0, 8_192);
}
