/** For one account node, service and recovering keys differ pairwise. Source: contract.md §4.3. */
import type { SignerKey, TlsPublicKey } from "../brand.ts";
import { type KeyRole, refuse } from "../errors.ts";
import type { AccountRecord } from "../records.ts";
import type { RecoveryState } from "../state.ts";

/** Refuses with KEY_ROLE_CONFLICT when `key` already has a role other than `wanted`. */
export function requireSignerRole(
  wanted: KeyRole,
  key: SignerKey,
  record: AccountRecord,
  recovery: RecoveryState | null,
): void {
  const current = signerRole(wanted, key, record, recovery);
  if (current !== null) refuse("KEY_ROLE_CONFLICT", { key, wanted_role: wanted, current_role: current });
}

/** Same for TLS keys; `nodeKey` is the account's registered one. */
export function requireTlsRole(
  wanted: KeyRole,
  key: TlsPublicKey,
  nodeKey: TlsPublicKey | null,
  record: AccountRecord,
  recovery: RecoveryState | null,
): void {
  const current = tlsRole(wanted, key, nodeKey, record, recovery);
  if (current !== null) refuse("KEY_ROLE_CONFLICT", { key, wanted_role: wanted, current_role: current });
}

function signerRole(
  wanted: KeyRole,
  key: SignerKey,
  record: AccountRecord,
  recovery: RecoveryState | null,
): KeyRole | null {
  if (wanted !== "node" && record.node_key === key) return "node";
  if (wanted !== "service" && record.backup_service?.signer_account_pk === key) return "service";
  if (wanted !== "recovering" && recovery?.recovering.signer_account_pk === key) return "recovering";
  return null;
}

function tlsRole(
  wanted: KeyRole,
  key: TlsPublicKey,
  nodeKey: TlsPublicKey | null,
  record: AccountRecord,
  recovery: RecoveryState | null,
): KeyRole | null {
  if (wanted !== "node" && nodeKey === key) return "node";
  if (wanted !== "service" && record.backup_service?.public_key === key) return "service";
  if (wanted !== "recovering" && recovery?.recovering.prospective_info.tls_public_key === key) {
    return "recovering";
  }
  return null;
}
