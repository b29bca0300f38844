import type {
  Ed25519Signature,
  TlsPublicKey,
  X25519PublicKey,
} from "../../../contract/src/protocol/brand.ts";
import { tlsPublicKey, x25519PublicKey } from "../../../sdk/src/crypto/keys.ts";
import { AuthenticationError } from "./authentication-error.ts";

/** The two resources of version 2. Their method and path say what an exchange is for. */
export const WEB_PATHS = { backup: "/shares_backup", recovery: "/shares_recover" } as const;

export type WebMethod = "GET" | "POST";

/** A key on the contract, named by its session. */
export interface SessionKey {
  readonly session: number;
  readonly public_key: X25519PublicKey;
}

/** What both sides sign about a message. Source: recovery-services.md §3. */
interface ClaimFields {
  readonly v: 2;
  readonly network: string;
  readonly contract: string;
  readonly account: string;
  readonly method: WebMethod;
  readonly path: string;
  /** TLS keys of the sender, who signs, and of the receiver. */
  readonly from: TlsPublicKey;
  readonly to: TlsPublicKey;
  /** The keys of this exchange: none when it only asks what is held, the service's alone when it opens one. */
  readonly service: SessionKey | null;
  readonly node: SessionKey | null;
  /** The proof under which the sender's own key was published; null without one. */
  readonly proof: Ed25519Signature | null;
  /** Lower-case hex, as all hashes here. */
  readonly body_sha256: string;
  /** First block height at which it counts no more. */
  readonly expires: number;
}

export interface RequestClaim extends ClaimFields {
  readonly direction: "request";
  /** Random; makes every request, and so the answer to it, unlike all others. */
  readonly nonce: string;
}

export interface AnswerClaim extends ClaimFields {
  readonly direction: "answer";
  /** 202: the node's key is on the contract now, ask again with it. */
  readonly status: 200 | 202;
  /** SHA-256 of the request's header as it came. */
  readonly request_sha256: string;
}

export type Claim = RequestClaim | AnswerClaim;

/** Checks every field of a claim's JSON value. Throws AuthenticationError `AUTHENTICATION_MALFORMED`. */
export function parseClaim(value: unknown): Claim {
  const of = (at: string, found: unknown) => {
    if (typeof found === "object" && found !== null && !Array.isArray(found)) return found as Fields;
    throw malformed(`an object at ${at}`);
  };
  const fields = of("the claim", value);
  const { direction } = fields;
  if (direction !== "request" && direction !== "answer") throw malformed("a direction");
  requireExactly(fields, direction === "request" ? REQUEST_FIELDS : ANSWER_FIELDS);
  const common = parseCommon(fields);
  if (direction === "request") return { ...common, direction, nonce: text(fields, "nonce", HASH) };
  const { status } = fields;
  if (status !== 200 && status !== 202) throw malformed("status 200 or 202");
  return { ...common, direction, status, request_sha256: text(fields, "request_sha256", HASH) };
}

type Fields = Readonly<Record<string, unknown>>;

const COMMON_FIELDS = [
  "v",
  "network",
  "contract",
  "account",
  "method",
  "path",
  "from",
  "to",
  "service",
  "node",
  "proof",
  "body_sha256",
  "expires",
  "direction",
];
const REQUEST_FIELDS: ReadonlySet<string> = new Set([...COMMON_FIELDS, "nonce"]);
const ANSWER_FIELDS: ReadonlySet<string> = new Set([...COMMON_FIELDS, "status", "request_sha256"]);
const KEY_FIELDS: ReadonlySet<string> = new Set(["session", "public_key"]);

const WORD = /^[\w.-]{1,64}$/;
const PATH = /^\/[\w/]{1,64}$/;
const HASH = /^[0-9a-f]{64}$/;
const SIGNATURE = /^ed25519:[1-9A-HJ-NP-Za-km-z]{64,90}$/;

function parseCommon(fields: Fields): ClaimFields {
  if (fields.v !== 2) throw malformed("v 2");
  const { method } = fields;
  if (method !== "GET" && method !== "POST") throw malformed("method GET or POST");
  return {
    v: 2,
    network: text(fields, "network", WORD),
    contract: text(fields, "contract", WORD),
    account: text(fields, "account", WORD),
    method,
    path: text(fields, "path", PATH),
    from: key(fields, "from", tlsPublicKey),
    to: key(fields, "to", tlsPublicKey),
    service: sessionKey(fields.service),
    node: sessionKey(fields.node),
    proof: fields.proof === null ? null : (text(fields, "proof", SIGNATURE) as string as Ed25519Signature),
    body_sha256: text(fields, "body_sha256", HASH),
    expires: count(fields, "expires"),
  };
}

function sessionKey(value: unknown): SessionKey | null {
  if (value === null) return null;
  if (typeof value !== "object" || value === undefined || Array.isArray(value))
    throw malformed("a session key");
  const fields = value as Fields;
  requireExactly(fields, KEY_FIELDS);
  return { session: count(fields, "session"), public_key: key(fields, "public_key", x25519PublicKey) };
}

function requireExactly(fields: Fields, names: ReadonlySet<string>): void {
  const found = Object.keys(fields);
  if (found.length === names.size && found.every((name) => names.has(name))) return;
  throw malformed(`exactly the fields ${[...names].join(", ")}`);
}

function text(fields: Fields, name: string, pattern: RegExp): string {
  const found = fields[name];
  if (typeof found === "string" && pattern.test(found)) return found;
  throw malformed(`${name} as ${pattern.source}`);
}

function count(fields: Fields, name: string): number {
  const found = fields[name];
  if (typeof found === "number" && Number.isSafeInteger(found) && found >= 0) return found;
  throw malformed(`${name} as a whole number from 0 to 2^53 - 1`);
}

function key<Key extends string>(fields: Fields, name: string, parse: (text: string) => Key): Key {
  const found = fields[name];
  try {
    const parsed = typeof found === "string" ? parse(found) : undefined;
    if (parsed !== undefined && parsed === found) return parsed;
  } catch {
    // The header's fault is told, not the key's.
  }
  throw malformed(`${name} as a key of the right kind`);
}

function malformed(expected: string): AuthenticationError {
  return new AuthenticationError(
    "AUTHENTICATION_MALFORMED",
    `The authentication header can't be read: expected ${expected}.`,
  );
}
