/** What participants do about a lost node. Each plan answers the calls it makes next; none when it has nothing to do. */
import type { RecoveryId, TlsPublicKey } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import type { ParticipantInfo } from "../../src/protocol/state.ts";
import { tlsKeyProof } from "./arguments.ts";
import {
  EVIDENCE,
  info,
  NODE_SIGNERS,
  NODE_TLS,
  nameOf,
  signer,
  signerLabelOf,
  tls,
  tlsLabelOf,
} from "./cast.ts";
import type { Dice } from "./dice.ts";
import { by, operator, recordOf, type Scene, type SimCall, serviceSigner } from "./scene.ts";

/** An entry, sometimes with the approval that it needs. */
export function enter(scene: Scene, dice: Dice): SimCall[] {
  const open = scene.state.kind === "Recovery" ? nameOf(scene.state.recovering.account_id) : null;
  const name = open !== null && dice.chance(80) ? open : dice.pick(scene.present);
  const calls = enterAs(name, scene, dice);
  // Sometimes someone votes against the Recovery under the id that a replacement just outdated.
  return open === name && dice.chance(40) ? [...calls, ...voteAgainst(scene, dice).slice(0, 1)] : calls;
}

function enterAs(name: string, scene: Scene, dice: Dice): SimCall[] {
  const record = recordOf(scene, name);
  const used = [record.node_key, ...record.retired_keys, record.backup_service?.signer_account_pk];
  const fresh = NODE_SIGNERS.map((suffix) => name + suffix).filter((label) => !used.includes(signer(label)));
  const isFresh = fresh.length > 0 && dice.chance(85);
  const label = isFresh ? dice.pick(fresh) : name + dice.pick(NODE_SIGNERS);
  const holder = dice.chance(95) ? name : dice.pick(scene.members);
  const where = info(name, holder + dice.pick(NODE_TLS));
  const call = by(name, label, entry(name, where, label, dice));
  const isApproved = dice.chance(isFresh ? 15 : 60);
  return isApproved ? [operator(name, approval(where.tls_public_key, label)), call] : [call];
}

/** The network as it was: enter and conclude in one go. */
export function enterAndConclude(scene: Scene, dice: Dice): SimCall[] {
  const calls = enter(scene, dice);
  const last = calls.at(-1);
  return last ? [...calls, by(last.name, last.signer, conclude(scene, dice, false))] : [];
}

export function concludeOpen(scene: Scene, dice: Dice): SimCall[] {
  if (scene.state.kind !== "Recovery") return [];
  const { account_id, signer_account_pk } = scene.state.recovering;
  return [by(nameOf(account_id), signerLabelOf(signer_account_pk), conclude(scene, dice, dice.chance(70)))];
}

/** Sometimes to try again at once. */
export function cancelOwn(scene: Scene, dice: Dice): SimCall[] {
  if (scene.state.kind !== "Recovery") return [];
  const name = nameOf(scene.state.recovering.account_id);
  const cancel = operator(name, { type: "cancel_recovery" });
  return dice.chance(50) ? [cancel, ...enterAs(name, scene, dice)] : [cancel];
}

/** One of the others, or all who are there. */
export function voteAgainst(scene: Scene, dice: Dice): SimCall[] {
  if (scene.state.kind !== "Recovery") return [];
  const { recovering, first_recovery_id, recovery_id } = scene.state;
  const others = scene.present.filter((name) => name !== nameOf(recovering.account_id));
  const voters = dice.chance(40) ? dice.shuffle(others) : dice.shuffle(others).slice(0, 1);
  const id = dice.chance(50) ? first_recovery_id : recovery_id;
  return voters.map((name) => by(name, `${name}:any`, { type: "vote_cancel_recovery", recovery_id: id }));
}

/** The service of an account that recovers, or did. */
export function confirmSent(scene: Scene, dice: Dice): SimCall[] {
  const { state, present } = scene;
  const isLate = (name: string): boolean => {
    const { backup_service, last_concluded_recovery_id } = recordOf(scene, name);
    return backup_service !== null && last_concluded_recovery_id !== null;
  };
  const late = present.filter(isLate);
  const isOpen = state.kind === "Recovery" && dice.chance(70);
  const name = isOpen ? nameOf(state.recovering.account_id) : dice.pick(late.length > 0 ? late : present);
  const last = recordOf(scene, name).last_concluded_recovery_id;
  const recovery_id = (isOpen ? state.recovery_id : last) ?? (0 as RecoveryId);
  const off = dice.chance(15) ? 1 : 0;
  const confirmed = (recovery_id + off) as RecoveryId;
  return [by(name, serviceSigner(scene, name), { type: "confirm_recovery", recovery_id: confirmed })];
}

export function approve(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick(scene.present);
  return [operator(name, approval(tls(name + dice.pick(NODE_TLS)), name + dice.pick(NODE_SIGNERS)))];
}

/** The registered TLS key: harmless in every state. */
export function enterAsRegistered(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick(scene.members);
  const member = scene.running?.parameters.participants.participants.find(([id]) => nameOf(id) === name);
  if (!member) return [];
  const label = name + dice.pick(NODE_SIGNERS);
  return [by(name, label, entry(name, member[2], label, dice))];
}

function entry(name: string, where: ParticipantInfo, label: string, dice: Dice): Command {
  return {
    type: "submit_participant_recovery_info",
    participant_info: where,
    tls_key_proof: tlsKeyProof(name, "node", tlsLabelOf(where.tls_public_key), label),
    attestation: dice.pick(EVIDENCE),
  };
}

function approval(tls_public_key: TlsPublicKey, label: string): Command {
  return { type: "approve_recovery", tls_public_key, signer_account_pk: signer(label) };
}

function conclude({ state }: Scene, dice: Dice, withId: boolean): Command {
  const keyset = state.kind === "Recovery" && dice.chance(60) ? state.previous_running_state.keyset : null;
  const recovery_id = state.kind === "Recovery" && withId ? state.recovery_id : null;
  return { type: "conclude_recovery", keyset, recovery_id };
}
