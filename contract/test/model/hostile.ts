/** What those try who mean harm, or are merely confused. */
import { createHash } from "node:crypto";
import type {
  AttemptId,
  DomainId,
  EpochId,
  RecoveryId,
  Sha256Hex,
  UpdateId,
} from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { MAX_CODE_BYTES, MAX_DOMAINS } from "../../src/protocol/limits.ts";
import { updateCostYocto } from "../../src/protocol/rules/updates.ts";
import { tlsKeyProof } from "./arguments.ts";
import {
  FOUNDERS,
  info,
  NEWCOMERS,
  NODE_SIGNERS,
  nameOf,
  SERVICE_SIGNERS,
  STRANGER,
  signerLabelOf,
} from "./cast.ts";
import type { Dice } from "./dice.ts";
import { mutated } from "./mutate.ts";
import { by, keyEventOf, nodeSigner, operator, type Scene, type SimCall } from "./scene.ts";

/** The plan's first or last call, by someone else, with another key, with other money or with a lie in it. */
export function deceive(calls: readonly SimCall[], scene: Scene, dice: Dice): SimCall[] {
  if (calls.length === 0) return [];
  const call = dice.chance(50) ? calls[0] : calls.at(-1);
  if (!call) return [];
  switch (dice.below(6)) {
    case 0: {
      const name = dice.pick([STRANGER, ...NEWCOMERS, ...scene.members]);
      return [{ ...call, name, signer: dice.chance(50) ? call.signer : nodeSigner(scene, name) }];
    }
    case 1:
      return [{ ...call, signer: call.name + dice.pick([...NODE_SIGNERS, ...SERVICE_SIGNERS, ":owner"]) }];
    case 2:
      return [{ ...call, depositYocto: call.depositYocto > 1n ? 1n : call.depositYocto }];
    default:
      return [{ ...call, command: mutated(call.command, dice) }];
  }
}

const TOO_LONG = new Uint8Array(MAX_CODE_BYTES + 1);
const TOO_LONG_SHA256 = createHash("sha256").update(TOO_LONG).digest("hex") as Sha256Hex;

/** Calls that nobody with a plan would make. */
export function provoke(scene: Scene, dice: Dice): SimCall[] {
  const name = dice.pick([STRANGER, ...NEWCOMERS, ...scene.members]);
  const member = dice.pick(scene.members);
  if (keyEventOf(scene.state) && dice.chance(60)) return keyEventNoise(scene, dice);
  if (scene.state.kind === "Recovery" && dice.chance(60)) return recoveryNoise(scene, dice);
  switch (dice.below(6)) {
    case 0:
      return [emptyOrHugeUpdate(member, dice), operator(member, updateVote(dice), 0n)];
    case 1:
      return [by(name, `${name}:node`, candidateInfo(name, dice))];
    case 2:
      return [operator(member, { type: "vote_add_domains", domains: badDomains(scene, dice) }, 0n)];
    case 3:
      return [operator(name, { type: "storage_withdraw", amount: dice.pick([null, "5"]) as never })];
    case 4: {
      const recovery_id = dice.below(4) as RecoveryId;
      return [by(name, `${name}:any`, { type: "vote_cancel_recovery", recovery_id })];
    }
    default:
      return [by(name, `${name}:any`, { type: "migrate" })];
  }
}

function emptyOrHugeUpdate(name: string, dice: Dice): SimCall {
  const code = dice.chance(50) ? TOO_LONG : null;
  const command: Command = {
    type: "propose_update",
    code_sha256: code && TOO_LONG_SHA256,
    code_bytes: code?.length ?? 0,
    config: null,
  };
  const call = operator(name, command, updateCostYocto(0));
  return code ? { ...call, code } : call;
}

function updateVote(dice: Dice): Command {
  return { type: "vote_update", id: dice.below(5) as UpdateId };
}

function candidateInfo(name: string, dice: Dice): Command {
  const label = name + dice.pick(["", ":2"]);
  return {
    type: "submit_participant_info",
    participant_info: info(dice.chance(70) ? name : (FOUNDERS[0] ?? name), label),
    tls_key_proof: tlsKeyProof(name, "node", label, `${name}:node`),
    attestation: null,
  };
}

/** None, or more than there may be. */
function badDomains(
  { running }: Scene,
  dice: Dice,
): Extract<Command, { type: "vote_add_domains" }>["domains"] {
  const first = running?.domains.next_domain_id ?? 0;
  const room = MAX_DOMAINS - (running?.domains.domains.length ?? 0);
  return Array.from({ length: dice.chance(50) ? 0 : Math.min(MAX_DOMAINS, room + 1) }, (_, at) => ({
    id: (first + at) as DomainId,
    protocol: "Frost",
    reconstruction_threshold: 2,
    purpose: "Sign",
  }));
}

/** Starts and votes at the wrong time, by whoever has a node key; votes said twice. */
function keyEventNoise(scene: Scene, dice: Dice): SimCall[] {
  const event = keyEventOf(scene.state);
  const key_event_id = {
    epoch_id: event?.epoch_id ?? (0 as EpochId),
    domain_id: event?.domain.id ?? (0 as DomainId),
    attempt_id: event?.instance?.attempt_id ?? event?.next_attempt_id ?? (0 as AttemptId),
  };
  const participants = event?.parameters.participants.participants ?? [];
  const done = participants.filter(([, id]) => event?.instance?.completed.includes(id));
  const names = (done.length > 0 && dice.chance(50) ? done : participants).map(([id]) => nameOf(id));
  const name = dice.pick([...names, ...(names.length === 0 ? [STRANGER] : [])]);
  const isResharing = scene.state.kind === "Resharing";
  const kinds = [
    isResharing ? "start_reshare_instance" : "start_keygen_instance",
    isResharing ? "vote_reshared" : "vote_abort_key_event_instance",
  ] as const;
  const public_key = event?.instance?.public_key;
  const again: Command | null = public_key ? { type: "vote_pk", key_event_id, public_key } : null;
  const command: Command = again && dice.chance(60) ? again : { type: dice.pick(kinds), key_event_id };
  return [by(name, nodeSigner(scene, name), command)];
}

/** The recovering account votes on itself, others conclude or take over. */
function recoveryNoise(scene: Scene, dice: Dice): SimCall[] {
  if (scene.state.kind !== "Recovery") return [];
  const { recovery_id, recovering, previous_running_state } = scene.state;
  const { keyset } = previous_running_state;
  const wrong = { ...keyset, domains: keyset.domains.slice(1) };
  const self = nameOf(recovering.account_id);
  const other = dice.pick(scene.members);
  return dice.pick<SimCall[]>([
    [by(self, `${self}:any`, { type: "vote_cancel_recovery", recovery_id })],
    [operator(other, { type: "cancel_recovery" })],
    [
      by(self, signerLabelOf(recovering.signer_account_pk), {
        type: "conclude_recovery",
        keyset: wrong,
        recovery_id,
      }),
    ],
    [
      by(self, signerLabelOf(recovering.signer_account_pk), {
        type: "conclude_recovery",
        keyset: null,
        recovery_id: (recovery_id + 1) as RecoveryId,
      }),
    ],
    [by(other, nodeSigner(scene, other), { type: "conclude_recovery", keyset: null, recovery_id })],
    [by(other, nodeSigner(scene, other), { type: "conclude_recovery", keyset: null, recovery_id: null })],
  ]);
}
