/** The JSON answers of the views, as seen by a client; the wasm writes them without these descriptors. */
import type { BlockHeight } from "../protocol/brand.ts";
import {
  MAX_DOMAINS,
  MAX_DUPLICATE_REQUESTS,
  MAX_PARTICIPANTS,
  MAX_PENDING_REQUESTS,
  MAX_RETIRED_KEYS,
  MAX_UPDATES,
} from "../protocol/limits.ts";
import * as requests from "./request-shapes.ts";
import { boolean, bytes, choice, integer, list, map, nullable, object, tagged, text } from "./schema.ts";
import * as shapes from "./shapes.ts";

const height = integer<BlockHeight>();
const anyText = text<string>("text");

const domainRegistry = object({ domains: shapes.domainConfigs, next_domain_id: shapes.domainId });

/** A domain's public key as `state()` shows it. */
export const domainKeyObject = tagged({
  Secp256k1: object({ near_public_key: anyText }),
  Ed25519: object({ near_public_key_compressed: anyText, edwards_point: list(integer(255), 32) }),
  Bls12381: object({ public_key: anyText }),
});

const keyForDomain = object({
  domain_id: shapes.domainId,
  key: domainKeyObject,
  attempt: shapes.attemptId,
});

const keyEvent = object({
  epoch_id: shapes.epochId,
  domain: shapes.domainConfig,
  parameters: shapes.thresholdParameters,
  instance: nullable(
    object({
      attempt_id: shapes.attemptId,
      started_in: height,
      expires_on: height,
      completed: list(shapes.participantId, MAX_PARTICIPANTS),
      public_key: nullable(domainKeyObject),
    }),
  ),
  next_attempt_id: shapes.attemptId,
});

const running = object({
  domains: domainRegistry,
  keyset: object({ epoch_id: shapes.epochId, domains: list(keyForDomain, MAX_DOMAINS) }),
  parameters: shapes.thresholdParameters,
  parameters_votes: object({
    proposal_by_account: map("account_id", shapes.parametersProposal, 2 * MAX_PARTICIPANTS),
  }),
  add_domains_votes: object({ proposal_by_account: map("decimal", shapes.domainConfigs, MAX_PARTICIPANTS) }),
  previously_cancelled_resharing_epoch_id: nullable(shapes.epochId),
  participants_revision: integer(),
});

const recovering = object({
  account_id: shapes.accountId,
  participant_id: shapes.participantId,
  prospective_info: shapes.participantInfo,
  signer_account_pk: shapes.signerKey,
  started_in: height,
  expires_on: height,
  backup_confirmed: boolean(),
});

const cancelVotes = list(shapes.participantId, MAX_PARTICIPANTS);

const attestation = object({
  kind: choice(["dev", "dstack-tdx", "sgx-dcap"]),
  sha256: shapes.sha256Hex,
  height,
});

export const stateResult = tagged({
  NotInitialized: null,
  Initializing: object({
    domains: domainRegistry,
    epoch_id: shapes.epochId,
    generated_keys: list(keyForDomain, MAX_DOMAINS),
    generating_key: keyEvent,
    cancel_votes: cancelVotes,
  }),
  Running: running,
  Resharing: object({
    previous_running_state: running,
    reshared_keys: list(keyForDomain, MAX_DOMAINS),
    resharing_key: keyEvent,
    cancellation_requests: list(shapes.accountId, MAX_PARTICIPANTS),
    per_domain_thresholds: shapes.perDomainThresholds,
  }),
  Recovery: object({
    previous_running_state: running,
    recovery_id: shapes.recoveryId,
    prospective_participants: shapes.participants,
    recovering,
    cancel_votes: cancelVotes,
  }),
});

export const configResult = shapes.config;

/** The open Recovery with what `state()` leaves out; `first_recovery_id` differs once the record was replaced. */
export const recoveryInfoResult = nullable(
  object({
    recovery_id: shapes.recoveryId,
    first_recovery_id: shapes.recoveryId,
    recovering,
    cancel_votes: cancelVotes,
    attestation: nullable(attestation),
  }),
);

/** What the contract knows of an account; null when it knows nothing. */
export const participantInfoResult = nullable(
  object({
    account_id: shapes.accountId,
    participant_id: nullable(shapes.participantId),
    participant_info: nullable(shapes.participantInfo),
    node_key: nullable(shapes.signerKey),
    retired_keys: list(shapes.signerKey, MAX_RETIRED_KEYS),
    attestation: nullable(attestation),
    approval: nullable(
      object({
        tls_public_key: shapes.tlsPublicKey,
        signer_account_pk: shapes.signerKey,
        expires_on: height,
      }),
    ),
    entries: list(height, 256),
    cooldown: nullable(
      object({ ends_on: height, cause: choice(["cancelled_by_account", "cancelled_by_vote", "expired"]) }),
    ),
    last_concluded_recovery_id: nullable(shapes.recoveryId),
  }),
);

export const backupServiceInfoResult = nullable(
  object({
    public_key: shapes.tlsPublicKey,
    signer_account_pk: shapes.signerKey,
    url: nullable(shapes.url),
    attestation: nullable(attestation),
  }),
);

export const backupReceiptResult = nullable(
  object({
    epoch_id: shapes.epochId,
    keyset_hash: shapes.sha256Hex,
    digest: shapes.sha256Hex,
    confirmed_in: height,
  }),
);

export const methodListResult = list(anyText, 64);
export const textResult = anyText;
export const booleanResult = boolean();

/** The last key of this account, role and purpose; `key` is null when there is none or it expired. */
export const ephemeralKeyResult = object({
  /** Session of the last key; the next key is for one more. */
  session: integer(),
  key: nullable(object({ public_key: shapes.x25519PublicKey, expires_on: height })),
});

/** Open proposals of code and settings, oldest first. */
export const proposedUpdatesResult = list(
  object({
    id: shapes.updateId,
    proposer: shapes.accountId,
    code_sha256: nullable(shapes.sha256Hex),
    code_bytes: integer(),
    config: nullable(shapes.config),
    deposit_yocto: shapes.yocto,
    proposed_in: height,
    votes: list(shapes.accountId, MAX_PARTICIPANTS),
  }),
  MAX_UPDATES,
);

/** NEP-145. */
export const storageBalanceResult = nullable(object({ total: shapes.yocto, available: shapes.yocto }));
export const storageBoundsResult = object({ min: shapes.yocto, max: shapes.yocto });

/** NEP-330. */
export const sourceMetadataResult = object({
  version: anyText,
  link: nullable(anyText),
  standards: list(object({ standard: anyText, version: anyText }), 16),
  build_info: object({
    build_environment: anyText,
    build_command: list(anyText, 8),
    contract_path: anyText,
    source_code_snapshot: anyText,
  }),
});

export const updateIdResult = shapes.updateId;

/** The yield of the first who waits: only that there is one means something. Null when nobody waits. */
export const pendingRequestResult = nullable(object({ data_id: bytes<readonly number[]>(32) }));

/** What waits, oldest first; a ticket for every caller that waits for the answer. */
export const pendingRequestsResult = list(
  object({
    request_id: requests.requestId,
    request: requests.signatureRequest,
    requested_in: height,
    tickets: list(requests.ticket, MAX_DUPLICATE_REQUESTS),
  }),
  MAX_PENDING_REQUESTS,
);
