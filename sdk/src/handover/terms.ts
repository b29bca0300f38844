import { createHash } from "node:crypto";
import { base58 } from "@scure/base";
import type {
  AccountId,
  SeedVersion,
  Sha256Hex,
  TlsPublicKey,
  UnixSeconds,
} from "../../../contract/src/protocol/brand.ts";
import { handoverReceiptText } from "../../../contract/src/protocol/transparency/signed-texts.ts";
import { strictInteger, strictObject, strictText } from "../attestation/strict-fields.ts";
import { canonicalJson } from "../crypto/canonical-json.ts";
import { type Ed25519KeyPair, signBytes, verifyBytes } from "../crypto/keys.ts";
import { HandoverError } from "./handover-error.ts";

/** What one handover is about; fixed once, before anything secret moves. */
export interface HandoverTerms {
  readonly network: string;
  readonly contract: string;
  /** Major version whose seed it is. */
  readonly version: number;
  /** The sender's challenge, 32 random bytes as lower-case hex: names the handover, counts once. */
  readonly handover: string;
  /** The sender's TLS key, `ed25519:…`: signs the envelope. */
  readonly from: string;
  /** The recipient's attested TLS key, `ed25519:…`: signs the receipt. */
  readonly to: string;
  /** Commitment to the seed: `seedCommitment`. */
  readonly commitment: string;
  /** Unix seconds of the chain's clock; the contract takes no receipt from then on. */
  readonly expires: number;
}

/** The recipient's word that it holds the seed durably, as `confirm_handover` takes it. */
export interface Receipt {
  readonly receipt_hash: string;
  /** `ed25519:…`, 64 bytes in base58. */
  readonly signature: string;
}

/** Signs the receipt. Only after the seed was checked and synced to disk. */
export function signReceipt(recipient: Ed25519KeyPair, terms: HandoverTerms): Receipt {
  const receipt_hash = receiptHash(terms);
  const signature = signBytes(recipient, receiptBytes(terms, receipt_hash));
  return { receipt_hash, signature: `ed25519:${base58.encode(signature)}` };
}

/** Refuses a receipt that isn't the recipient's over these terms. Throws HandoverError `HANDOVER_RECEIPT`. */
export function requireReceipt(receipt: Receipt, terms: HandoverTerms): void {
  const isOurs = receipt.receipt_hash === receiptHash(terms);
  if (isOurs && verifyBytes(terms.to, receiptBytes(terms, receipt.receipt_hash), signatureOf(receipt)))
    return;
  throw new HandoverError("HANDOVER_RECEIPT", `the receipt isn't signed by ${terms.to} over these terms`);
}

/** sha256, lower-case hex, of the terms as RFC 8785 JSON. */
export function receiptHash(terms: HandoverTerms): string {
  return createHash("sha256").update(canonicalJson(terms)).digest("hex");
}

/** Reads terms from a journal or a peer. Throws FormatError. */
export function parseTerms(value: unknown): HandoverTerms {
  const names = ["network", "contract", "version", "handover", "from", "to", "commitment", "expires"];
  const fields = strictObject(value, "terms", names);
  const text = (name: string, pattern: RegExp) => strictText(fields[name], `terms.${name}`, pattern, 64);
  const number = (name: string, max: number) => strictInteger(fields[name], `terms.${name}`, 0, max);
  return {
    network: text("network", NAME),
    contract: text("contract", NAME),
    version: number("version", 0xffff_ffff),
    handover: text("handover", HASH),
    from: text("from", KEY),
    to: text("to", KEY),
    commitment: text("commitment", HASH),
    expires: number("expires", Number.MAX_SAFE_INTEGER),
  };
}

const NAME = /^[a-z0-9._-]{1,64}$/;
const HASH = /^[0-9a-f]{64}$/;
const KEY = /^ed25519:[1-9A-HJ-NP-Za-km-z]+$/;
const SIGNATURE = /^ed25519:([1-9A-HJ-NP-Za-km-z]{64,90})$/;

/** The text that the contract checks too. The expiry is signed: nobody can file a late receipt under a later one. */
function receiptBytes(terms: HandoverTerms, hash: string): Uint8Array {
  const { network: network_id, contract, version, from, expires } = terms;
  const text = handoverReceiptText(
    { network_id, contract_id: contract as AccountId },
    { version: version as SeedVersion, from: from as TlsPublicKey },
    { receipt_hash: hash as Sha256Hex, expires: expires as UnixSeconds },
  );
  return Buffer.from(text, "utf8");
}

/** No bytes for a text of another form, which no key has signed. */
function signatureOf({ signature }: Receipt): Uint8Array {
  const encoded = SIGNATURE.exec(signature)?.[1];
  return encoded === undefined ? new Uint8Array() : base58.decode(encoded);
}
