import type { AnyCallName } from "../../../contract/src/interface/arguments.ts";
import type { SeedVersion, Sha256Hex } from "../../../contract/src/protocol/brand.ts";
import type { Command } from "../../../contract/src/protocol/commands.ts";
import { NO_SHARE_KEYS } from "../../../contract/src/protocol/transparency/share-keys.ts";
import {
  type CodeHashVotes,
  NO_CODE_HASHES,
  type ShareKeysJson,
  type StoredReceipt,
  type TransparencyLookup,
} from "../../../contract/src/protocol/transparency/transparency.ts";
import {
  allowedCodeHashes,
  handover,
  proposedCodeHashes,
  rolloutPolicy,
  seedBackup,
  shareKeys,
} from "../actions/views.ts";
import type { ReadContract, ViewOptions } from "../client/read-contract.ts";
import { sha256Hex } from "../crypto/sha256-hex.ts";

/** Methods whose rules look at votes on code hashes: their own, and those after which members may be gone. */
const VOTES: readonly AnyCallName[] = [
  "propose_code_hash",
  "vote_code_hash",
  "vote_revoke_code_hash",
  "vote_rollout_policy",
  "anchor",
  "vote_new_parameters",
  "vote_reshared",
];
const SHARE_KEYS: readonly AnyCallName[] = [
  "anchor",
  "publish_share_key",
  "vote_new_parameters",
  "vote_reshared",
];

/** Reads what the contract keeps of upgrade transparency, as far as a command's rules look at it. */
export type ReadTransparency = (command: Command) => Promise<TransparencyLookup>;

/** Votes and share keys are read once, when a command first needs them. */
export function transparencyAt(reader: ReadContract, options: ViewOptions): ReadTransparency {
  let votes: Promise<CodeHashVotes> | undefined;
  let keys: Promise<ShareKeysJson> | undefined;
  return async (command) => {
    if (VOTES.includes(command.type)) votes ??= readVotes(reader, options);
    if (SHARE_KEYS.includes(command.type)) keys ??= readShareKeys(reader, options);
    const [found, shareKeysJson, backup, receipt] = await Promise.all([
      votes ?? NO_CODE_HASHES,
      keys ?? NO_SHARE_KEYS,
      readBackup(reader, command, options),
      readReceipt(reader, command, options),
    ]);
    return {
      votes: () => found,
      shareKeys: () => shareKeysJson,
      seedBackup: () => backup,
      seedBackupDigest: () => (backup === undefined ? undefined : (sha256Hex(backup) as Sha256Hex)),
      handover: () => receipt,
    };
  };
}

async function readShareKeys(reader: ReadContract, options: ViewOptions): Promise<ShareKeysJson> {
  return JSON.stringify((await shareKeys(reader, {}, options)).value) as ShareKeysJson;
}

async function readVotes(reader: ReadContract, options: ViewOptions): Promise<CodeHashVotes> {
  const [proposals, allowed, rollout] = await Promise.all([
    proposedCodeHashes(reader, {}, options),
    allowedCodeHashes(reader, {}, options),
    rolloutPolicy(reader, {}, options),
  ]);
  return { proposals: proposals.value, allowed: allowed.value, rollout: rollout.value };
}

async function readBackup(
  reader: ReadContract,
  command: Command,
  options: ViewOptions,
): Promise<string | undefined> {
  const version = backupAskedFor(command);
  if (version === null) return undefined;
  const { value } = await seedBackup(reader, { version }, options);
  return value === null ? undefined : JSON.stringify(value);
}

function backupAskedFor(command: Command): SeedVersion | null {
  if (command.type === "anchor") return command.seed_backup;
  return command.type === "publish_seed_backup" ? command.version : null;
}

async function readReceipt(
  reader: ReadContract,
  command: Command,
  options: ViewOptions,
): Promise<StoredReceipt | undefined> {
  const name = command.type === "anchor" ? command.handover : command;
  if (name === null || !("from" in name)) return undefined;
  const { version, from, to } = name;
  return (await handover(reader, { version, from, to }, options)).value ?? undefined;
}
