/** What upgrade transparency and seed backups burn at most: long names, full lists, everybody's votes. */
import { MAX_SEED_BACKUP_CHARACTERS } from "../../src/interface/transparency-shapes.ts";
import type { Url } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import {
  MAX_ALLOWED_CODE_HASHES,
  MAX_CODE_HASH_PROPOSALS,
  MAX_SHARE_CHARACTERS,
  MAX_URL_BYTES,
  minimumThreshold,
} from "../../src/protocol/limits.ts";
import type { PublishSeedBackup } from "../../src/protocol/transparency/commands.ts";
import { NEAR } from "../support/governance.ts";
import { account } from "../support/network.ts";
import {
  anchorCall,
  codeHash,
  handover,
  handoverName,
  revokeHash,
  seedBackup,
  shareKey,
  voteHash,
  votePolicy,
} from "../support/transparency.ts";
import { longName, type Size } from "./largest-network.ts";
import type { Stage } from "./stage.ts";

type Note = (name: string, gas: bigint) => void;

/** Fills every list and leaves it full, votes of those who may leave included. */
export function measureTransparency(stage: Stage, { participants }: Size, note: Note): void {
  const names = Array.from({ length: participants }, (_, at) => longName("member", at)).reverse();
  const first = names[0] ?? "";
  const by = (name: string, command: Command, depositYocto = 0n): bigint =>
    stage.call({ name, signer: "any", command, depositYocto });
  for (const name of names) note("publish_share_key", by(name, shareKey(name)));
  const voters = names.slice(0, minimumThreshold(participants));
  for (let at = 0; at < MAX_ALLOWED_CODE_HASHES; at++) {
    by(first, propose(`allowed ${at}`));
    for (const name of voters) note("vote_code_hash", by(name, voteHash(`allowed ${at}`)));
  }
  // The last one displaces another.
  for (const name of names.slice(0, MAX_CODE_HASH_PROPOSALS + 1))
    note("propose_code_hash", by(name, propose(name)));
  voters.slice(1).forEach((name, at) => {
    note("vote_code_hash", by(name, voteHash(names[1 + (at % MAX_CODE_HASH_PROPOSALS)] ?? "")));
    note("vote_revoke_code_hash", by(name, revokeHash(`allowed ${at % MAX_ALLOWED_CODE_HASHES}`)));
    note("vote_rollout_policy", by(name, votePolicy("shadow")));
  });
  for (const view of ["proposed_code_hashes", "allowed_code_hashes", "rollout_policy", "share_keys"])
    note(view, stage.view(view));
  measureSeeds(stage, first, note);
}

function measureSeeds(stage: Stage, name: string, note: Note): void {
  const by = (command: Command): bigint =>
    stage.call({ name, signer: "any", command, depositYocto: 10n * NEAR });
  DEAR_TEXTS.forEach((part, at) => {
    note("publish_seed_backup", by(longestBackup(at, part)));
    note("publish_seed_backup", by(longestBackup(at, part)));
    note("seed_backup", stage.view("seed_backup", { version: at }));
  });
  note("confirm_handover", by(handover(4_294_967_295, "old", "new", 1_000_000_000)));
  const asked = handoverName(4_294_967_295, "old", "new");
  note("handover", stage.view("handover", asked));
  note("anchor", stage.call({ name, signer: "any", command: anchorCall("any", asked, 0) }));
}

/** What takes more to read the more there is of it: quotes, brackets, characters of three bytes. */
const DEAR_TEXTS = ["{", '"', '"{', '"[{', "€"];

/** As many shares of the longest kind as fit. */
function longestBackup(version: number, part: string): PublishSeedBackup {
  const envelope = `{${part.repeat(Math.floor((MAX_SHARE_CHARACTERS - 1) / part.length))}`;
  const backupOf = (count: number): PublishSeedBackup => {
    const names = Array.from({ length: count }, (_, at) => longName("member", at));
    return seedBackup(version, names, { shares: names.map((one) => [account(one), envelope]) });
  };
  let count = 2;
  while (lengthOf(backupOf(count + 1)) <= MAX_SEED_BACKUP_CHARACTERS) count++;
  return backupOf(count);
}

function lengthOf({ type: _, ...args }: PublishSeedBackup): number {
  return JSON.stringify(args).length;
}

function propose(label: string): Command {
  const url = `https://${label.replaceAll(" ", "-")}.`.padEnd(MAX_URL_BYTES, "u") as Url;
  return { type: "propose_code_hash", code_hash: codeHash(label), url };
}
