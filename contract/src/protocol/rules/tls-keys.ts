/** TLS keys belong to one account in one role, and whoever brings one proves to hold it. Source: contract.md §4.3-4. */
import type { AccountId, Ed25519Signature, SignerKey, TlsPublicKey } from "../brand.ts";
import type { Context, TlsKeyRole } from "../context.ts";
import { refuse } from "../errors.ts";
import type { AccountRecord } from "../records.ts";
import type { ParticipantEntry, ProtocolState } from "../state.ts";
import { ownRecovery } from "./members.ts";

/** Every TLS key that the account holds in some role. */
export function heldTlsKeys(
  account: AccountId,
  state: ProtocolState,
  member: ParticipantEntry | undefined,
  record: AccountRecord | null | undefined,
): TlsPublicKey[] {
  const keys: TlsPublicKey[] = [];
  if (member) keys.push(member[2].tls_public_key);
  const recovery = ownRecovery(state, account);
  if (recovery) keys.push(recovery.recovering.prospective_info.tls_public_key);
  if (record?.candidate_info) keys.push(record.candidate_info.tls_public_key);
  if (record?.backup_service) keys.push(record.backup_service.public_key);
  return keys;
}

/** Refuses a TLS key that another account holds in any role. */
export function requireNotTaken(key: TlsPublicKey, context: Context): void {
  const holder = context.lookup.tlsKeyHolder(key);
  if (holder !== undefined && holder !== context.caller) refuse("TLS_KEY_TAKEN", { tls_public_key: key });
}

/** Refuses with INVALID_TLS_KEY_PROOF unless the holder of the TLS key signed for this account, role and access key. */
export function requireTlsKeyProof(
  role: TlsKeyRole,
  tlsKey: TlsPublicKey,
  signerKey: SignerKey,
  proof: Ed25519Signature,
  context: Context,
): void {
  const claim = {
    network_id: context.config.network_id,
    contract_id: context.contractId,
    account_id: context.caller,
    role,
    tls_public_key: tlsKey,
    signer_account_pk: signerKey,
  };
  if (!context.ports.verifyTlsKeyProof(claim, proof)) {
    refuse("INVALID_TLS_KEY_PROOF", { tls_public_key: tlsKey });
  }
}
