/** The shapes that arguments are made of. Source: contract.md §1 and §3. */
import type {
  AccountId,
  AttemptId,
  DomainId,
  DomainPublicKey,
  Ed25519Signature,
  EpochId,
  ParticipantId,
  RecoveryId,
  SeedVersion,
  Sha256Hex,
  SignerKey,
  TlsPublicKey,
  UnixSeconds,
  UpdateId,
  Url,
  X25519PublicKey,
  YoctoText,
} from "../protocol/brand.ts";
import { MAX_DOMAINS, MAX_PARTICIPANTS } from "../protocol/limits.ts";
import { boolean, choice, integer, list, map, object, text, tuple } from "./schema.ts";

const MAX_U32 = 4294967295;

export const accountId = text<AccountId>("account_id");
export const participantId = integer<ParticipantId>(MAX_U32);
export const epochId = integer<EpochId>();
export const domainId = integer<DomainId>();
export const attemptId = integer<AttemptId>();
export const recoveryId = integer<RecoveryId>();
export const tlsPublicKey = text<TlsPublicKey>("tls_public_key");
export const signerKey = text<SignerKey>("signer_key");
export const domainPublicKey = text<DomainPublicKey>("domain_key");
export const signature = text<Ed25519Signature>("signature");
export const sha256Hex = text<Sha256Hex>("sha256");
export const url = text<Url>("url");
export const x25519PublicKey = text<X25519PublicKey>("x25519_key");
export const updateId = integer<UpdateId>();
export const seedVersion = integer<SeedVersion>(MAX_U32);
export const unixSeconds = integer<UnixSeconds>();
export const yocto = text<YoctoText>("yocto");

export const participantInfo = object({ url, tls_public_key: tlsPublicKey });

export const participantEntry = tuple([accountId, participantId, participantInfo]);

export const participants = object({
  next_id: participantId,
  participants: list(participantEntry, MAX_PARTICIPANTS),
});

export const thresholdParameters = object({ participants, threshold: integer(MAX_PARTICIPANTS) });

export const domainConfig = object({
  id: domainId,
  protocol: choice(["CaitSith", "Frost", "ConfidentialKeyDerivation", "DamgardEtAl"]),
  reconstruction_threshold: integer(MAX_PARTICIPANTS),
  purpose: choice(["Sign", "ForeignTx", "CKD"]),
});

export const domainConfigs = list(domainConfig, MAX_DOMAINS);

/** As an argument a domain's public key is a plain string. */
export const keyset = object({
  epoch_id: epochId,
  domains: list(object({ domain_id: domainId, key: domainPublicKey, attempt: attemptId }), MAX_DOMAINS),
});

export const keyEventId = object({ epoch_id: epochId, domain_id: domainId, attempt_id: attemptId });

export const perDomainThresholds = map("decimal", integer(MAX_PARTICIPANTS), MAX_DOMAINS);

export const parametersProposal = object({
  parameters: thresholdParameters,
  per_domain_thresholds: perDomainThresholds,
});

export const keyRole = choice(["node", "backup_service"]);
export const keyPurpose = choice(["backup", "recovery"]);

export const attestationEvidence = object({
  kind: choice(["dev", "dstack-tdx", "sgx-dcap"]),
  sha256: sha256Hex,
});

export const backupServiceInfo = object({ public_key: tlsPublicKey, signer_account_pk: signerKey }, { url });

const settings = {
  network_id: text<string>("network_id"),
  key_event_timeout_blocks: integer(),
  recovery_timeout_blocks: integer(),
  recovery_cooldown_blocks: integer(),
  max_recoveries_per_window: integer(),
  recovery_window_blocks: integer(),
  ephemeral_key_timeout_blocks: integer(),
  max_participants: integer(),
  max_url_bytes: integer(),
  require_recovery_approval: boolean(),
  require_attestation: boolean(),
  attestation_max_age_blocks: integer(),
  allow_insecure_dev_attestation: boolean(),
};

export const config = object(settings);

/** A missing setting takes its default. */
export const initConfig = object({}, settings);
