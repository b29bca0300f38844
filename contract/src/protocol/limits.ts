/** Caps on everything that is stored, and the default settings. Source: contract.md §3, §4.2, §4.8. */
import type { Config } from "./records.ts";

export const MAX_RETIRED_KEYS = 16;
export const MAX_DOMAINS = 8;
/** Upper bound of `config.max_participants`, with short URLs; see `participantsShown`. */
export const MAX_PARTICIPANTS = 100;
/** Upper bound of `config.max_url_bytes`. */
export const MAX_URL_BYTES = 256;
export const MAX_NETWORK_ID_BYTES = 64;
export const MIN_THRESHOLD = 2;
/** Different proposals of one kind that have votes at a time; bounds what `state()` shows and a vote reads. */
export const MAX_VOTED_PROPOSALS = 8;
/** Open proposals of code and config; removing all of them must fit one call. */
export const MAX_UPDATES = 8;
export const MAX_CODE_BYTES = 600_000;
/** Different signature requests that wait at a time: the queue drains as fast as the network signs. */
export const MAX_PENDING_REQUESTS = 128;
/** Callers that wait for the same signature: waking one costs 1.2 Tgas of the answer's. */
export const MAX_DUPLICATE_REQUESTS = 32;
export const MAX_PATH_CHARACTERS = 1024;
/** Bytes of an Eddsa payload. Source: near/mpc, `crates/contract/README.md`. */
export const MIN_EDDSA_PAYLOAD_BYTES = 32;
export const MAX_EDDSA_PAYLOAD_BYTES = 1232;
/** Gas units that a request must bring. Same source. */
export const MIN_SIGN_GAS = 10_000_000_000_000n;
/** Open proposals of code hashes. */
export const MAX_CODE_HASH_PROPOSALS = 8;
/** About seven days. */
export const CODE_HASH_PROPOSAL_BLOCKS = 604_800;
/** Programs that may hold a seed at a time: those that run and those that take over. */
export const MAX_ALLOWED_CODE_HASHES = 16;
export const MIN_SEED_THRESHOLD = 2;
/** Shamir's secret sharing over bytes has no more. */
export const MAX_SEED_SHARES = 255;
export const MAX_SHARE_CHARACTERS = 4096;
/** What storage costs on NEAR. */
export const STORAGE_YOCTO_PER_BYTE = 10_000_000_000_000_000_000n;
/** Covers the largest record of a candidate with its key, and the entry of its TLS key. */
export const CANDIDATE_STORAGE_BYTES = 2500n;
/** Covers what a seed backup takes besides its arguments. */
export const SEED_BACKUP_STORAGE_BYTES = 320n;
/** Covers the largest receipt of a handover with its key. */
export const HANDOVER_STORAGE_BYTES = 500n;
/** Covers what an update takes besides its code. */
export const UPDATE_STORAGE_BYTES = 1500n;

export const DEFAULT_CONFIG: Config = {
  network_id: "mainnet",
  key_event_timeout_blocks: 30,
  recovery_timeout_blocks: 7200,
  recovery_cooldown_blocks: 7200,
  max_recoveries_per_window: 3,
  recovery_window_blocks: 86400,
  ephemeral_key_timeout_blocks: 600,
  max_participants: 80,
  max_url_bytes: MAX_URL_BYTES,
  require_recovery_approval: false,
  require_attestation: false,
  attestation_max_age_blocks: 604800,
  allow_insecure_dev_attestation: false,
};

/** Smallest threshold for `count` participants: 60 % of them, rounded up, and at least 2. */
export function minimumThreshold(count: number): number {
  return Math.max(MIN_THRESHOLD, Math.ceil((count * 3) / 5));
}

/** What `state()` shows of a participant besides its URL, in bytes. */
const ENTRY_BYTES = 155;
/**
 * Members and, for up to 40 % more, newcomers: `state()` shows each of them a whole proposal. With this budget its
 * answer stays below the 4 MiB that a call may return, and its gas below 200 Tgas.
 */
const SHOWN_BYTES = 2_850_000;

/** Most participants with URLs as long as this whose votes `state()` can show. */
export function participantsShown(maxUrlBytes: number): number {
  return Math.min(MAX_PARTICIPANTS, Math.floor(Math.sqrt(SHOWN_BYTES / (maxUrlBytes + ENTRY_BYTES))));
}
