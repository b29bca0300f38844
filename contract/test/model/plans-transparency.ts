/** Votes on programs and rollout, share keys, seed backups, handovers, and proofs that somebody wants of them. */
import type { SeedVersion, Sha256Hex } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { MAX_CODE_HASH_PROPOSALS } from "../../src/protocol/limits.ts";
import { handoverCostYocto } from "../../src/protocol/transparency/confirm-handover.ts";
import { shareKeyText } from "../../src/protocol/transparency/signed-texts.ts";
import { ROLLOUT_POLICIES } from "../../src/protocol/transparency/transparency.ts";
import { NEAR } from "../support/governance.ts";
import { signMessage } from "../support/keys.ts";
import { account, NETWORK_ID } from "../support/network.ts";
import {
  anchorCall,
  codeHash,
  handover,
  handoverName,
  proposeHash,
  revokeHash,
  seedBackup,
  voteHash,
  votePolicy,
} from "../support/transparency.ts";
import { CONTRACT } from "../support/world.ts";
import { x25519 } from "./arguments.ts";
import { NEWCOMERS, STRANGER, tls, tlsLabelOf } from "./cast.ts";
import type { Dice } from "./dice.ts";
import { by, memberOf, operator, type Scene, type SimCall } from "./scene.ts";

const HASHES = Array.from({ length: MAX_CODE_HASH_PROPOSALS + 2 }, (_, at) => `p${at}`);
/** Programs that hand seeds over, by the labels of their TLS keys. */
const PROGRAMS = ["program one", "program two"] as const;
const VERSIONS = [1, 2] as const;

/** Votes on programs and on who decides about them. */
export function decideOnPrograms(scene: Scene, dice: Dice): SimCall[] {
  return dice.pick([proposeCodeHash, voteCodeHash, revokeCodeHash, voteRolloutPolicy])(scene, dice);
}

/** Backups and handovers of seeds, and proofs of what the contract says of them. */
export function keepSeeds(scene: Scene, dice: Dice): SimCall[] {
  return dice.pick([publishShareKey, publishSeedBackup, confirmHandover, anchor])(scene, dice);
}

function proposeCodeHash(scene: Scene, dice: Dice): SimCall[] {
  const names = dice.chance(10) ? dice.shuffle(scene.present) : [dice.pick(scene.present)];
  return names.map((name) => operator(name, proposeHash(dice.pick(HASHES)), 0n));
}

/** For what is proposed, by one or by all; where nothing is, somebody proposes first. */
function voteCodeHash(scene: Scene, dice: Dice): SimCall[] {
  const { proposals } = scene.world.transparency.votes;
  if (proposals.length === 0) return allowing(dice.pick(HASHES), scene, dice);
  const { code_hash } = dice.pick(proposals);
  const voters = dice.chance(50) ? dice.shuffle(scene.present) : [dice.pick(scene.present)];
  return voters.map((name) => operator(name, { type: "vote_code_hash", code_hash }, 0n));
}

/** Sometimes all at once, sometimes one alone; where nothing is allowed, it is allowed first. */
function revokeCodeHash(scene: Scene, dice: Dice): SimCall[] {
  const { allowed } = scene.world.transparency.votes;
  const label = dice.pick(HASHES);
  const code_hash: Sha256Hex = allowed.length > 0 ? dice.pick(allowed).code_hash : codeHash(label);
  const before = allowed.length > 0 ? [] : allowing(label, scene, dice);
  const voters = dice.chance(50) ? dice.shuffle(scene.present) : [dice.pick(scene.present)];
  const revoke: Command = { ...revokeHash(label), code_hash } as Command;
  return [...before, ...voters.map((name) => operator(name, revoke, 0n))];
}

function allowing(label: string, scene: Scene, dice: Dice): SimCall[] {
  const proposer = operator(dice.pick(scene.present), proposeHash(label), 0n);
  return [proposer, ...scene.present.map((name) => operator(name, voteHash(label), 0n))];
}

function voteRolloutPolicy(scene: Scene, dice: Dice): SimCall[] {
  const { policy } = scene.world.transparency.votes.rollout;
  const next = ROLLOUT_POLICIES[ROLLOUT_POLICIES.indexOf(policy) + 1];
  const wanted = next !== undefined && dice.chance(85) ? next : dice.pick(ROLLOUT_POLICIES);
  return [operator(dice.pick(scene.present), votePolicy(wanted), 0n)];
}

function anchor(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick([STRANGER, ...NEWCOMERS, ...scene.members]);
  const [version, from, to] = [dice.pick(VERSIONS), dice.pick(PROGRAMS), dice.pick(PROGRAMS)];
  const asked = dice.chance(50) ? handoverName(version, from, to) : null;
  return [by(name, `${name}:any`, anchorCall("any", asked, dice.chance(50) ? version : null))];
}

function publishShareKey(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick(scene.present);
  const public_key = x25519(`share ${name} ${dice.below(2)}`);
  const tlsKey = memberOf(scene, name)?.[2].tls_public_key ?? tls(name);
  const signedFor = { network_id: NETWORK_ID, contract_id: CONTRACT };
  const text = shareKeyText(signedFor, account(name), public_key);
  const proof = signMessage(dice.chance(85) ? tlsLabelOf(tlsKey) : "unknown", text);
  return [operator(name, { type: "publish_share_key", public_key, proof }, 0n)];
}

function publishSeedBackup(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick(scene.present);
  const owners = scene.members.length > 1 ? [...scene.members].sort() : [...scene.members, "z"];
  const threshold = dice.chance(85) ? dice.pick([2, owners.length]) : 1;
  const backup = seedBackup(dice.pick(VERSIONS), dice.chance(85) ? owners : [...owners, ...owners], {
    threshold,
  });
  const another = { ...backup, version: (backup.version + 1) as SeedVersion };
  return [operator(name, dice.chance(70) ? backup : another, dice.chance(90) ? NEAR : 0n)];
}

function confirmHandover(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick([STRANGER, ...scene.members]);
  const expires = scene.height + (dice.chance(85) ? 1 + dice.below(30) : -dice.below(3));
  const to = dice.pick(PROGRAMS);
  const receipt = handover(dice.pick(VERSIONS), dice.pick(PROGRAMS), to, expires, `for ${to}`);
  const forged = { ...receipt, signature: handover(9, to, to, expires).signature };
  const deposit = handoverCostYocto() + dice.pick([0n, 0n, 5n, -1n]);
  return [by(name, `${name}:any`, dice.chance(90) ? receipt : forged, deposit)];
}
