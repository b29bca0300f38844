import { randomBytes } from "node:crypto";
import type { EphemeralKeyPurpose } from "../../../contract/src/protocol/records.ts";
import { sealEnvelope } from "../../../sdk/src/crypto/envelope.ts";
import { signEphemeralKeyProof } from "../../../sdk/src/crypto/ephemeral-key-proof.ts";
import type { Ed25519KeyPair } from "../../../sdk/src/crypto/keys.ts";
import { generateKxKeyPair } from "../../../sdk/src/crypto/kx.ts";
import { encodeKeysharesDocument } from "../../keyshare/keyshares-document.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { DEFAULT_REQUEST_TIMEOUTS } from "../../transport/limits.ts";
import type { RequestClaim } from "../../transport/web/claim.ts";
import type { OwnKey } from "../../transport/web/own-keys.ts";
import { readHeader, sha256Hex, signHeader } from "../../transport/web/signed-header.ts";
import { webRequest } from "../../transport/web/web-request.ts";
import { EXPECTED, NODE, OWNER, SERVICE, type WebWorld, WHOLE } from "./web-world.ts";

/** A request of the service, ready to be changed, signed and sent. */
export interface Draft {
  readonly claim: RequestClaim;
  readonly body: string;
}

/** What came of a request: `status`, and the code of a refusal. */
export interface Outcome {
  readonly status: number;
  readonly code: string | undefined;
}

/** The same request with another nonce, as the service would ask again. */
export function anew<Asked extends Draft>(draft: Asked): Asked {
  return { ...draft, claim: { ...draft.claim, nonce: randomBytes(32).toString("hex") } };
}

/** Publishes the service's key and drafts the request that has the node publish its own. */
export async function openingDraft(
  { service }: Pick<WebWorld, "service">,
  purpose: EphemeralKeyPurpose,
): Promise<Draft & { readonly own: OwnKey }> {
  const { own } = await service.keys.offer(purpose, NEVER);
  const { session, public_key, proof, expires_on } = own;
  const route =
    purpose === "backup"
      ? ({ method: "GET", path: "/shares_backup" } as const)
      : ({ method: "POST", path: "/shares_recover" } as const);
  const claim: RequestClaim = {
    v: 2,
    direction: "request",
    nonce: randomBytes(32).toString("hex"),
    ...OWNER,
    ...route,
    from: SERVICE.publicKey as never,
    to: NODE.publicKey as never,
    service: { session, public_key },
    node: null,
    proof,
    body_sha256: sha256Hex(""),
    expires: expires_on,
  };
  return { claim, body: "", own };
}

/** Goes through the first request and drafts the one that moves the shares. */
export async function movingDraft(
  world: Pick<WebWorld, "service" | "port">,
  purpose: EphemeralKeyPurpose,
): Promise<Draft & { readonly own: OwnKey }> {
  const { claim, own } = await openingDraft(world, purpose);
  const { node } = await offered(world.port, claim);
  if (node === null) throw new Error("the node offered no key");
  const both = anew({ claim: { ...claim, node }, body: "" }).claim;
  if (purpose === "backup") return { claim: both, body: "", own };
  const address = {
    ...OWNER,
    purpose,
    epoch: EXPECTED.epoch_id,
    keyset_hash: EXPECTED.keyset_hash,
    session: own.session,
    expires: own.expires_on,
    to: node.public_key,
  };
  const sender = { exchange: own.pair, signing: SERVICE };
  const body = sealEnvelope(sender, address, encodeKeysharesDocument(WHOLE));
  return { claim: { ...both, body_sha256: sha256Hex(body) }, body, own };
}

/** Signs the claim with a nonce of its own and sends the request over the claim's method and path, or others. */
export function ask(
  port: number,
  draft: Draft,
  how: { readonly signer?: Ed25519KeyPair; readonly method?: "GET" | "POST"; readonly path?: string } = {},
): Promise<Outcome> {
  const { claim, body } = anew(draft);
  const { signer = SERVICE, method = claim.method, path = claim.path } = how;
  return askWithHeader(port, signHeader(signer, claim), { method, path, body });
}

/** Sends the request as it is, to the byte, however often it was sent. */
export function replay(port: number, { claim, body }: Draft): Promise<Outcome> {
  const { method, path } = claim;
  return askWithHeader(port, signHeader(SERVICE, claim), { method, path, body });
}

/** Sends any header. */
export async function askWithHeader(
  port: number,
  header: string,
  { method, path, body }: { readonly method: "GET" | "POST"; readonly path: string; readonly body: string },
): Promise<Outcome> {
  const { status, body: answered } = await send(port, header, method, path, body);
  return { status, code: status < 300 ? undefined : JSON.parse(answered.toString("utf8")).error.code };
}

async function offered(port: number, claim: RequestClaim) {
  const { status, header } = await send(port, signHeader(SERVICE, claim), claim.method, claim.path, "");
  if (status !== 202) throw new Error(`expected 202, found ${status}`);
  return readHeader(header).claim;
}

function send(port: number, header: string, method: "GET" | "POST", path: string, body: string) {
  const url = `http://127.0.0.1:${port}`;
  const timeouts = DEFAULT_REQUEST_TIMEOUTS;
  return webRequest({ url, method, path, header, body, timeouts, maxResponseBytes: 65_536, signal: NEVER });
}

/** The proof of some key of the service's; changed where told. */
export function proofFor(change: Partial<Parameters<typeof signEphemeralKeyProof>[1]>, signer = SERVICE) {
  const [networkId, contractId, accountId] = [OWNER.network, OWNER.contract, OWNER.account];
  const role = "backup_service";
  const claim = {
    networkId,
    contractId,
    accountId,
    role,
    purpose: "backup",
    session: 1,
    publicKey: OTHER_KEY,
  } as const;
  return signEphemeralKeyProof(signer, { ...claim, ...change });
}

/** A key that nobody published. */
export const OTHER_KEY = generateKxKeyPair().publicKey;
