/** A node or backup service publishes its key for one exchange. Source: contract.md §3. */
import type { BlockHeight, TlsPublicKey } from "../brand.ts";
import type { Change } from "../change.ts";
import type { SubmitEphemeralKey } from "../commands.ts";
import type { Context } from "../context.ts";
import { copyOf } from "../copy-record.ts";
import { refuse } from "../errors.ts";
import type { AccountRecord, EphemeralKey, EphemeralKeyPurpose, TlsKeyRole } from "../records.ts";
import { recordOfCaller } from "../rules/account-record.ts";
import { isProspective, requireInitialized } from "../rules/members.ts";
import type { InitializedState, ProtocolState } from "../state.ts";

interface Publisher {
  readonly role: TlsKeyRole;
  readonly tls_public_key: TlsPublicKey;
}

/** The signer key tells the role; the key replaces the one of the session before. */
export function submitEphemeralKey(
  before: ProtocolState,
  command: SubmitEphemeralKey,
  context: Context,
): Change {
  const state = requireInitialized(before, command.purpose === "recovery" ? ["Recovery"] : undefined);
  const record = recordOfCaller(context);
  requirePlace(state, context);
  const publisher = publisherOf(state, record, command.purpose, context);
  const { role } = publisher;
  const { purpose, public_key } = command;
  const session = lastSession(record, role, purpose) + 1;
  requireProof(publisher, session, command, context);
  const expires_on = (context.height + 1 + context.config.ephemeral_key_timeout_blocks) as BlockHeight;
  const key: EphemeralKey = { role, purpose, public_key, session, expires_on };
  const others = record.ephemeral_keys.filter((one) => one.role !== role || one.purpose !== purpose);
  const account_id = context.caller;
  const next = copyOf(record);
  next.ephemeral_keys = [...others, key];
  return {
    records: [[account_id, next]],
    events: [{ event: "ephemeral_key_submitted", data: { account_id, ...key } }],
  };
}

/** Session of the last key of this role and purpose, expired or not; 0 for none. */
export function lastSession(record: AccountRecord, role: TlsKeyRole, purpose: EphemeralKeyPurpose): number {
  const last = record.ephemeral_keys.find((one) => one.role === role && one.purpose === purpose);
  return last?.session ?? 0;
}

function requirePlace(state: InitializedState, { caller, lookup }: Context): void {
  if (lookup.member(caller) === undefined && !isProspective(state, caller)) {
    refuse("NOT_A_MEMBER", { account_id: caller });
  }
}

function publisherOf(
  state: InitializedState,
  record: AccountRecord,
  purpose: EphemeralKeyPurpose,
  context: Context,
): Publisher {
  const { signerKey, caller } = context;
  const node = purpose === "backup" ? registeredNode(record, context) : recoveringNode(state, context);
  if (node?.signerKey === signerKey) return { role: "node", tls_public_key: node.tls_public_key };
  const service = record.backup_service;
  if (service?.signer_account_pk === signerKey) {
    return { role: "backup_service", tls_public_key: service.public_key };
  }
  return refuse("SIGNER_WITHOUT_ROLE", { account_id: caller, provided: signerKey });
}

interface NodeKeys {
  readonly signerKey: string | null;
  readonly tls_public_key: TlsPublicKey;
}

function registeredNode(record: AccountRecord, { caller, lookup }: Context): NodeKeys | null {
  const info = lookup.member(caller)?.[2] ?? record.candidate_info;
  return info && { signerKey: record.node_key, tls_public_key: info.tls_public_key };
}

function recoveringNode(state: InitializedState, { caller }: Context): NodeKeys {
  if (state.kind !== "Recovery") {
    return refuse("UNEXPECTED_STATE", { current: state.kind, expected: ["Recovery"] });
  }
  const { account_id, signer_account_pk, prospective_info } = state.recovering;
  if (account_id !== caller) refuse("NOT_RECOVERING", { account_id: caller, recovering: account_id });
  return { signerKey: signer_account_pk, tls_public_key: prospective_info.tls_public_key };
}

function requireProof(
  { role, tls_public_key }: Publisher,
  session: number,
  { purpose, public_key, proof }: SubmitEphemeralKey,
  context: Context,
): void {
  const claim = {
    network_id: context.config.network_id,
    contract_id: context.contractId,
    account_id: context.caller,
    role,
    purpose,
    session,
    public_key,
    tls_public_key,
  };
  if (!context.ports.verifyEphemeralKeyProof(claim, proof)) {
    refuse("INVALID_EPHEMERAL_KEY_PROOF", { role, purpose, session, tls_public_key });
  }
}
