/** The stored form of an account: its entry as a member and its record, as lists without field names. */
import type { AccountId, ParticipantId, TlsPublicKey, Url } from "../protocol/brand.ts";
import type {
  AccountRecord,
  Attestation,
  BackupReceipt,
  BackupService,
  EphemeralKey,
  RecoveryApproval,
  RecoveryCooldown,
} from "../protocol/records.ts";
import type { ParticipantEntry, ParticipantInfo } from "../protocol/state.ts";

/** What is stored of one account; an account of which both are undefined has no key. */
export interface Account {
  readonly member: ParticipantEntry | undefined;
  readonly record: AccountRecord | undefined;
}

export const NO_ACCOUNT: Account = { member: undefined, record: undefined };

/** Null for an account that is not to be stored. */
export function encodeAccount({ member, record }: Account): string | null {
  if (!record) return member ? JSON.stringify([encodeMember(member)]) : null;
  const { candidate_info, attestation, backup_service, receipt, approval, cooldown } = record;
  return JSON.stringify([
    member ? encodeMember(member) : null,
    candidate_info && [candidate_info.url, candidate_info.tls_public_key],
    record.node_key,
    record.retired_keys,
    attestation && encodeAttestation(attestation),
    backup_service && encodeService(backup_service),
    receipt && [receipt.epoch_id, receipt.keyset_hash, receipt.digest, receipt.confirmed_in],
    approval && [approval.tls_public_key, approval.signer_account_pk, approval.expires_on],
    record.entries,
    cooldown && [cooldown.ends_on, cooldown.cause],
    record.last_concluded_recovery_id,
    record.ephemeral_keys.map((key) => [key.role, key.purpose, key.public_key, key.session, key.expires_on]),
    record.storage_deposit_yocto,
  ]);
}

export function decodeAccount(account: AccountId, text: string): Account {
  const stored = JSON.parse(text) as StoredAccount;
  const [member] = stored;
  return {
    member: member ? [account, member[0], info(member[1], member[2])] : undefined,
    record: stored.length > 1 ? decodeRecord(stored) : undefined,
  };
}

type StoredAttestation = readonly [Attestation["kind"], Attestation["sha256"], Attestation["height"]];
type StoredEphemeralKey = readonly [
  EphemeralKey["role"],
  EphemeralKey["purpose"],
  EphemeralKey["public_key"],
  EphemeralKey["session"],
  EphemeralKey["expires_on"],
];
type StoredAccount = readonly [
  member: readonly [ParticipantId, Url, TlsPublicKey] | null,
  candidate: readonly [Url, TlsPublicKey] | null,
  nodeKey: AccountRecord["node_key"],
  retiredKeys: AccountRecord["retired_keys"],
  attestation: StoredAttestation | null,
  service:
    | readonly [
        BackupService["public_key"],
        BackupService["signer_account_pk"],
        Url | null,
        StoredAttestation | null,
      ]
    | null,
  receipt:
    | readonly [
        BackupReceipt["epoch_id"],
        BackupReceipt["keyset_hash"],
        BackupReceipt["digest"],
        BackupReceipt["confirmed_in"],
      ]
    | null,
  approval:
    | readonly [TlsPublicKey, RecoveryApproval["signer_account_pk"], RecoveryApproval["expires_on"]]
    | null,
  entries: AccountRecord["entries"],
  cooldown: readonly [RecoveryCooldown["ends_on"], RecoveryCooldown["cause"]] | null,
  lastConcludedRecoveryId: AccountRecord["last_concluded_recovery_id"],
  ephemeralKeys: readonly StoredEphemeralKey[],
  storageDepositYocto: AccountRecord["storage_deposit_yocto"],
];

function encodeMember([, id, { url, tls_public_key }]: ParticipantEntry): unknown {
  return [id, url, tls_public_key];
}

function encodeAttestation({ kind, sha256, height }: Attestation): unknown {
  return [kind, sha256, height];
}

function encodeService({ public_key, signer_account_pk, url, attestation }: BackupService): unknown {
  return [public_key, signer_account_pk, url, attestation && encodeAttestation(attestation)];
}

function decodeRecord(stored: StoredAccount): AccountRecord {
  const candidate = stored[1];
  const attestation = stored[4];
  const service = stored[5];
  const receipt = stored[6];
  const approval = stored[7];
  const cooldown = stored[9];
  return {
    candidate_info: candidate && info(candidate[0], candidate[1]),
    node_key: stored[2],
    retired_keys: stored[3],
    attestation: attestation && decodeAttestation(attestation),
    backup_service: service && {
      public_key: service[0],
      signer_account_pk: service[1],
      url: service[2],
      attestation: service[3] && decodeAttestation(service[3]),
    },
    receipt: receipt && {
      epoch_id: receipt[0],
      keyset_hash: receipt[1],
      digest: receipt[2],
      confirmed_in: receipt[3],
    },
    approval: approval && {
      tls_public_key: approval[0],
      signer_account_pk: approval[1],
      expires_on: approval[2],
    },
    entries: stored[8],
    cooldown: cooldown && { ends_on: cooldown[0], cause: cooldown[1] },
    last_concluded_recovery_id: stored[10],
    ephemeral_keys: stored[11].map(decodeEphemeralKey),
    storage_deposit_yocto: stored[12],
  };
}

function decodeEphemeralKey(stored: StoredEphemeralKey): EphemeralKey {
  const [role, purpose, public_key, session, expires_on] = stored;
  return { role, purpose, public_key, session, expires_on };
}

function decodeAttestation(stored: StoredAttestation): Attestation {
  return { kind: stored[0], sha256: stored[1], height: stored[2] };
}

function info(url: Url, tls_public_key: TlsPublicKey): ParticipantInfo {
  return { url, tls_public_key };
}
