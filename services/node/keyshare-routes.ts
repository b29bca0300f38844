import { checkKeyshares, describeProblem } from "../keyshare/check-keyshares.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import {
  type KeysharesDocument,
  KeysharesDocumentInvalid,
  keysharesDocument,
  parseKeysharesDocument,
} from "../keyshare/keyshares-document.ts";
import { type RefusalStatus, type Route, type RouteReply, refusal } from "../transport/routes.ts";
import {
  decideAcceptingShares,
  decideServingBackup,
  type NodePeer,
  type TransferDecision,
  type TransferRefusal,
} from "./decide-transfer.ts";
import type { NodePorts } from "./ports.ts";

/** Who this machine is, as `GET /v1/hello` tells it. */
export interface HelloIdentity {
  readonly network_id: string;
  readonly contract_id: string;
  readonly account_id: string;
  readonly tls_public_key: string;
}

type Refused = Extract<RouteReply, { kind: "refused" }>;

/** What serving and accepting keyshares needs. */
export type KeysharePorts = Pick<NodePorts, "view" | "store" | "journal" | "checkers" | "alarm" | "log">;

/**
 * The node's side of version 1 (recovery-services.md §2). Every request that moves shares is judged on a view read
 * after it arrived.
 *
 * - `GET /v1/hello` who this is and the hashes of the keysets that it holds, for any authorised peer
 * - `GET /v1/keyshares` a `KeysharesDocument` of the current keyset, for the registered backup service
 * - `PUT /v1/keyshares` the same, in this machine's Recovery; answered once the shares are checked, stored and synced
 */
export function createKeyshareRoutes(
  ports: KeysharePorts,
  identity: HelloIdentity,
): readonly Route<NodePeer>[] {
  return [
    {
      method: "GET",
      path: "/v1/hello",
      handle: () => sayHello(ports, identity),
    },
    { method: "GET", path: "/v1/keyshares", handle: (peer) => serveBackup(ports, identity, peer) },
    {
      method: "PUT",
      path: "/v1/keyshares",
      handle: (peer, body) => acceptShares(ports, identity, peer, body),
    },
  ];
}

async function sayHello(ports: KeysharePorts, identity: HelloIdentity): Promise<RouteReply> {
  const held_keysets = (await ports.store.list()).map((stored) => stored.keyset_hash);
  return { kind: "ok", body: { program: "mpc-node", version: 1, ...identity, held_keysets } };
}

/**
 * This machine's `KeysharesDocument` for whoever holds the peer's TLS key, judged on a view read after this call began.
 * Whatever carries the answer must have made sure of the peer.
 */
export async function serveBackup(
  ports: KeysharePorts,
  identity: HelloIdentity,
  peer: NodePeer,
): Promise<{ readonly kind: "ok"; readonly body: KeysharesDocument } | Refused> {
  const decision = decideServingBackup(await ports.view.refresh(), identity, peer.tls_public_key);
  if (decision.kind === "refused") return refuse(ports, "backup.refused", peer, decision);
  const { keyset, keyset_hash } = decision;
  const shares = await ports.store.export(keyset_hash);
  if (shares === undefined) {
    return refusal(409, "KEYSHARES_MISSING", `this node doesn't hold the shares of keyset ${keyset_hash}`);
  }
  ports.log.info("backup.served", { epoch_id: keyset.epoch_id, keyset_hash });
  return { kind: "ok", body: keysharesDocument(keyset, shares) };
}

/** Checks and stores what the peer sent as a `KeysharesDocument`; ok once it is synced. Judged as `serveBackup` is. */
export async function acceptShares(
  ports: KeysharePorts,
  identity: HelloIdentity,
  peer: NodePeer,
  body: unknown,
): Promise<RouteReply> {
  const decision = decideAcceptingShares(await ports.view.refresh(), identity, peer.tls_public_key);
  if (decision.kind === "refused") return refuse(ports, "recovery.shares_refused", peer, decision);
  const document = readDocument(body);
  if (document instanceof KeysharesDocumentInvalid) return refusal(400, document.code, document.message);
  const problem = whatIsWrong(ports, decision, document);
  if (problem !== undefined) {
    ports.log.error("recovery.shares_refused", { code: "SHARES_REFUSED", message: problem });
    return refusal(422, "SHARES_REFUSED", problem);
  }
  const { keyset, keyset_hash, recovery_id } = decision;
  const stored = await ports.store.import(keyset, document.keyshares);
  const { tls_public_key } = identity;
  await ports.journal.append({ type: "keyshares_stored", tls_public_key, keyset_hash });
  ports.log.info("recovery.shares_received", { recovery_id, keyset_hash, count: document.keyshares.length });
  ports.alarm.ring();
  return { kind: "ok", body: { keyset_hash: stored.keyset_hash } };
}

function readDocument(body: unknown): KeysharesDocument | KeysharesDocumentInvalid {
  try {
    return parseKeysharesDocument(body);
  } catch (error) {
    if (error instanceof KeysharesDocumentInvalid) return error;
    throw error;
  }
}

function whatIsWrong(
  ports: KeysharePorts,
  decision: Extract<TransferDecision, { kind: "allowed" }>,
  document: KeysharesDocument,
): string | undefined {
  const found = keysetHash(document.keyset);
  if (found !== decision.keyset_hash)
    return `expected shares of keyset ${decision.keyset_hash}, found ${found}`;
  const check = checkKeyshares(decision.keyset, document.keyshares, decision.participant_id, ports.checkers);
  return check.kind === "exact" ? undefined : check.problems.map(describeProblem).join("; ");
}

/** Logs a refusal of the protocol and makes the reply of it. */
export function refuse(
  ports: Pick<KeysharePorts, "log">,
  event: string,
  peer: NodePeer,
  { code, message }: Extract<TransferDecision, { kind: "refused" }>,
): Refused {
  ports.log.warn(event, { code, message, peer: peer.kind, tls_public_key: peer.tls_public_key });
  return refusal(STATUS[code], code, message);
}

const STATUS: Readonly<Record<TransferRefusal, RefusalStatus>> = {
  UNPROVEN_STATE: 503,
  NOT_INITIALIZED: 409,
  NOT_THE_REGISTERED_SERVICE: 403,
  NOT_THIS_NODE: 409,
  NOT_RECOVERING: 409,
};
