/** A network as large as the caps allow: account ids of 64 and URLs of 256 characters, full records. */
import { createHash } from "node:crypto";
import { keysetHash } from "../../src/interface/keyset-hash.ts";
import type {
  AttemptId,
  DomainId,
  EpochId,
  ParticipantId,
  Sha256Hex,
  Url,
} from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { DEFAULT_CONFIG, MAX_DOMAINS, minimumThreshold } from "../../src/protocol/limits.ts";
import { candidateDepositYocto } from "../../src/protocol/rules/storage-deposit.ts";
import type {
  DomainConfig,
  Keyset,
  ParametersProposal,
  ParticipantEntry,
  ParticipantInfo,
  PerDomainThresholds,
} from "../../src/protocol/state.ts";
import { ephemeralKeyProof, tlsKeyProof, x25519 } from "../model/arguments.ts";
import { domainKey, signer, tls } from "../model/cast.ts";
import { sha256Hex } from "../support/keys.ts";
import { account, NETWORK_ID } from "../support/network.ts";
import type { Stage, StageCall } from "./stage.ts";

/** 59 characters, and `.near`. */
export function longName(kind: "member" | "newcomer", at: number): string {
  return `${kind}-${String(at).padStart(3, "0")}-`.padEnd(58, "x").concat("z");
}

/** As large as networks get, and how long their URLs may be then. */
export interface Size {
  readonly participants: number;
  readonly urlBytes: number;
}

export function longInfo(name: string, urlBytes: number, tlsLabel = name): ParticipantInfo {
  const url = `https://${name}.`.padEnd(urlBytes, "u").slice(0, urlBytes) as Url;
  return { url, tls_public_key: tls(tlsLabel) };
}

export const EPOCH = 4 as EpochId;

export const DOMAINS: readonly DomainConfig[] = Array.from({ length: MAX_DOMAINS }, (_, at) => ({
  id: at as DomainId,
  protocol: "ConfidentialKeyDerivation",
  reconstruction_threshold: 2,
  purpose: "CKD",
}));

export const KEYSET: Keyset = {
  epoch_id: EPOCH,
  domains: DOMAINS.map(({ id, protocol }) => ({
    domain_id: id,
    key: domainKey(protocol, `domain ${id}`),
    attempt: 240 as AttemptId,
  })),
};

export function members(size: Size): ParticipantEntry[] {
  return Array.from({ length: size.participants }, (_, at) => entryOf("member", at, at, size));
}

function entryOf(kind: "member" | "newcomer", at: number, id: number, { urlBytes }: Size): ParticipantEntry {
  const name = longName(kind, at);
  return [account(name), id as ParticipantId, longInfo(name, urlBytes)];
}

/** All but as many as must stay leave, and newcomers take their places. */
export function greatestChange(size: Size): ParametersProposal {
  const stay = minimumThreshold(size.participants);
  const join = Array.from({ length: size.participants - stay }, (_, at) =>
    entryOf("newcomer", at, size.participants + at, size),
  );
  const participants = [...members(size).slice(0, stay), ...join];
  return {
    parameters: {
      participants: { next_id: (size.participants + join.length) as ParticipantId, participants },
      threshold: minimumThreshold(size.participants),
    },
    per_domain_thresholds: Object.fromEntries(DOMAINS.map(({ id }) => [String(id), 3])),
  };
}

/** The network as it is, with other thresholds: as long a proposal as there is. */
export function sameAgain(size: Size, thresholds: PerDomainThresholds): ParametersProposal {
  const participants = { next_id: size.participants as ParticipantId, participants: members(size) };
  return {
    parameters: { participants, threshold: minimumThreshold(size.participants) },
    per_domain_thresholds: thresholds,
  };
}

export function startCall(size: Size, domains: readonly DomainConfig[] = DOMAINS): StageCall {
  const command: Command = {
    type: "init_running",
    domains,
    next_domain_id: domains.length as DomainId,
    keyset: { ...KEYSET, domains: KEYSET.domains.slice(0, domains.length) },
    parameters: sameAgain(size, {}).parameters,
    init_config: {
      ...DEFAULT_CONFIG,
      network_id: NETWORK_ID,
      max_participants: size.participants,
      max_url_bytes: size.urlBytes,
    },
  };
  return { name: "mpc", signer: "owner", command };
}

export function nodeKeyCall(name: string, { urlBytes }: Size): StageCall {
  const label = `${name}:node`;
  const command: Command = {
    type: "submit_participant_info",
    participant_info: longInfo(name, urlBytes),
    tls_key_proof: tlsKeyProof(name, "node", name, label),
    attestation: { kind: "dstack-tdx", sha256: sha256Hex(name) as Sha256Hex },
  };
  return { name, signer: label, command };
}

/** A service, its receipt and its key for an exchange; the record is then about as large as it gets. */
export function fillRecord(stage: Stage, name: string, size: Size): void {
  stage.call(serviceCall(name, size));
  const label = `${name}:svc`;
  const hash = keysetHash(KEYSET, sha256Hex);
  const digest = createHash("sha256").update(name).digest("hex") as Sha256Hex;
  const confirm: Command = { type: "confirm_backup", epoch_id: EPOCH, keyset_hash: hash, digest };
  stage.call({ name, signer: label, command: confirm });
  const public_key = x25519("exchange");
  const proof = ephemeralKeyProof(name, "backup_service", "backup", 1, public_key, `${name}:s`);
  const command: Command = { type: "submit_ephemeral_key", purpose: "backup", public_key, proof };
  stage.call({ name, signer: label, command });
}

export function serviceCall(name: string, { urlBytes }: Size): StageCall {
  const label = `${name}:svc`;
  const command: Command = {
    type: "register_backup_service",
    backup_service_info: {
      public_key: tls(`${name}:s`),
      signer_account_pk: signer(label),
      url: longInfo(`service-${name}`, urlBytes).url,
    },
    tls_key_proof: tlsKeyProof(name, "backup_service", `${name}:s`, label),
    attestation: null,
  };
  return { name, signer: label, command };
}

export function payCall(name: string): StageCall {
  const command: Command = { type: "storage_deposit", account_id: null, registration_only: null };
  return { name, signer: `${name}:owner`, command, depositYocto: candidateDepositYocto() };
}

export function proposeCall(name: string, proposal: ParametersProposal, epoch = EPOCH + 1): StageCall {
  const prospective_epoch_id = epoch as EpochId;
  const command: Command = { type: "vote_new_parameters", prospective_epoch_id, proposal };
  return { name, signer: `${name}:owner`, command };
}
