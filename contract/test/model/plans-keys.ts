/** New domains, their keys, and handing keys over to a new set. */
import type { AttemptId, DomainId } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { MAX_DOMAINS } from "../../src/protocol/limits.ts";
import type { DomainConfig, KeyEvent, KeyEventId, RunningState } from "../../src/protocol/state.ts";
import { domainKey, nameOf, PROTOCOLS } from "./cast.ts";
import type { Dice } from "./dice.ts";
import { by, keyEventOf, nodeSigner, operator, type Scene, type SimCall } from "./scene.ts";

/** A list that someone voted for already, or a new one; one member votes, or all who are there. */
export function addDomains(scene: Scene, dice: Dice): SimCall[] {
  if (scene.state.kind !== "Running") return [];
  const { add_domains_votes, domains } = scene.state;
  const open = Object.values(add_domains_votes.proposals);
  const list = open.length > 0 && dice.chance(60) ? dice.pick(open) : newDomains(scene.state, dice);
  if (domains.domains.length + list.length > MAX_DOMAINS) return [];
  const command: Command = { type: "vote_add_domains", domains: list };
  const voters = dice.chance(70) ? dice.shuffle(scene.present) : [dice.pick(scene.present)];
  return voters.map((name) => operator(name, command, 0n));
}

function newDomains({ domains, parameters }: RunningState, dice: Dice): DomainConfig[] {
  const count = 1 + dice.below(dice.chance(80) ? 2 : MAX_DOMAINS);
  const size = parameters.participants.participants.length;
  return Array.from(
    { length: Math.max(1, Math.min(count, MAX_DOMAINS - domains.domains.length)) },
    (_, at) => {
      const allowed = size >= 3 ? PROTOCOLS : PROTOCOLS.filter((one) => one !== "DamgardEtAl");
      return {
        id: (domains.next_domain_id + at) as DomainId,
        protocol: dice.pick(allowed),
        reconstruction_threshold: 2,
        purpose: "Sign",
      };
    },
  );
}

/** The key event goes on: whoever leads starts it, whoever has not yet done so completes it. */
export function advanceKeyEvent(scene: Scene, dice: Dice): SimCall[] {
  const event = keyEventOf(scene.state);
  if (!event) return [];
  const started = event.instance === null ? [startBy(leaderOf(event), scene, event)] : [];
  if (started.length > 0 && dice.chance(20)) return started;
  const done = event.instance?.completed ?? [];
  const missing = event.parameters.participants.participants
    .filter(([, id]) => !done.includes(id))
    .map(([id]) => nameOf(id))
    .filter((name) => scene.roles.get(name) !== "absent");
  const voters = dice.chance(85) ? dice.shuffle(missing) : dice.shuffle(missing).slice(0, 1);
  return [...started, ...voters.map((name) => completeBy(name, scene, event, dice))];
}

export function abortKeyEvent(scene: Scene, dice: Dice): SimCall[] {
  const event = keyEventOf(scene.state);
  if (!event?.instance) return [];
  const command: Command = { type: "vote_abort_key_event_instance", key_event_id: idOf(event) };
  const name = dice.pick(event.parameters.participants.participants.map(([id]) => nameOf(id)));
  return [by(name, nodeSigner(scene, name), command)];
}

/** One member, or all who are there, give up the key generation or the resharing. */
export function cancelKeyEvents(scene: Scene, dice: Dice): SimCall[] {
  const { state } = scene;
  const voters = dice.chance(50) ? dice.shuffle(scene.present) : [dice.pick(scene.present)];
  if (state.kind === "Resharing") {
    return voters.map((name) => operator(name, { type: "vote_cancel_resharing" }, 0n));
  }
  if (state.kind !== "Initializing") return [];
  const { next_domain_id } = state.domains;
  return voters.map((name) => operator(name, { type: "vote_cancel_keygen", next_domain_id }, 0n));
}

function startBy(name: string, scene: Scene, event: KeyEvent): SimCall {
  const type = scene.state.kind === "Resharing" ? "start_reshare_instance" : "start_keygen_instance";
  return by(name, nodeSigner(scene, name), { type, key_event_id: idOf(event) });
}

function completeBy(name: string, scene: Scene, event: KeyEvent, dice: Dice): SimCall {
  const key_event_id = idOf(event);
  const label = nodeSigner(scene, name);
  if (scene.state.kind === "Resharing") return by(name, label, { type: "vote_reshared", key_event_id });
  const { protocol, id } = event.domain;
  // Hostile participants sometimes name another key.
  const isOff = scene.roles.get(name) === "hostile" && dice.chance(30);
  const public_key = domainKey(protocol, isOff ? "off" : `${id} ${key_event_id.attempt_id}`);
  return by(name, label, { type: "vote_pk", key_event_id, public_key });
}

function leaderOf({ parameters }: KeyEvent): string {
  const [first, ...rest] = parameters.participants.participants;
  if (!first) throw new Error("a key event without participants");
  return nameOf(rest.reduce((lowest, entry) => (entry[1] < lowest[1] ? entry : lowest), first)[0]);
}

function idOf({ epoch_id, domain, instance, next_attempt_id }: KeyEvent): KeyEventId {
  const attempt_id: AttemptId = instance?.attempt_id ?? next_attempt_id;
  return { epoch_id, domain_id: domain.id, attempt_id };
}
