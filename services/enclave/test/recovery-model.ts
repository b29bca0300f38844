import type { StateSpace, Step } from "../../../sdk/test/handover/explorer.ts";
import { type BackupAction, decideBackup } from "../../backup/decide.ts";
import { type BackupEntry, backupMemory } from "../../backup/memory.ts";
import { decideNode, type NodeAction } from "../../node/decide.ts";
import { decideErasure } from "../../node/decide-erasure.ts";
import { decideAcceptingShares, decideServingBackup } from "../../node/decide-transfer.ts";
import { type NodeEntry, nodeMemory } from "../../node/memory.ts";
import type { ContractView } from "../../operations/contract-view.ts";
import { info } from "../../operations/test/sample-views.ts";
import { contractViews, KEYSET_HASH, type RegistryCall, registryAfter, viewOf } from "./recovery-contract.ts";
import {
  ACCOUNT,
  listedMachine,
  type Machine,
  type MachineName,
  machinesWith,
  normalized,
  STORED,
  tlsKey,
  type World,
} from "./recovery-world.ts";

/** What is changed in the real decisions, to see that the search notices. */
export interface Mistake {
  readonly node?: (action: NodeAction, held: boolean) => NodeAction;
  readonly backup?: (action: BackupAction, world: World) => BackupAction;
}

/** How much may go wrong besides crashes, losses and destruction. */
export interface Trouble {
  /** Recoveries that somebody cancels. */
  readonly cancels: number;
  /** Calls that nobody hears of and that are carried out later. */
  readonly lateCalls: number;
}

/** All that can happen between two machines, a backup service and the contract, around one Recovery. */
export function recoverySpace({ cancels, lateCalls }: Trouble, mistake: Mistake = {}): StateSpace<World> {
  const machine = { condition: "works", held: false, entries: [], todo: null } as const;
  return {
    initial: {
      registry: {
        height: 1_000,
        listed: "a",
        recovering: null,
        receipt: false,
        confirmed: false,
        retired: [],
        past: [],
      },
      old: { ...machine, key: "a", held: true },
      new: { ...machine, key: "new1" },
      backup: { held: false, entries: [], todo: null },
      late: [],
      cancelsLeft: cancels,
      lateLeft: lateCalls,
    },
    next: (world) =>
      [
        ...machineSteps(world, "old", mistake),
        ...machineSteps(world, "new", mistake),
        ...backupSteps(world, mistake),
        ...surroundings(world),
      ].map(({ label, state }) => ({ label, state: normalized(state) })),
    forbidden: {
      "nobody holds the share": ({ old, new: replacement, backup }) =>
        !old.held && !replacement.held && !backup.held,
      "the contract lists a machine without the share": (world) =>
        world.registry.recovering === null && listedMachine(world)?.held === false,
      "the listed machine stood down for good": ({ registry, ...machines }) => {
        const listed = listedMachine({ registry, ...machines });
        if (registry.recovering !== null || listed === undefined) return false;
        return nodeMemory(listed.entries, tlsKey(listed)).decommissioned;
      },
      "two machines serve": (world) => (["old", "new"] as const).every((name) => servesNow(world, name)),
    },
    goal: (world) => (["old", "new"] as const).some((name) => servesNow(world, name)),
  };
}

function machineSteps(world: World, name: MachineName, mistake: Mistake): Step<World>[] {
  const machine = world[name];
  if (machine.condition === "destroyed") return [];
  const set = (change: Partial<Machine>): World => ({ ...world, [name]: { ...machine, ...change } });
  if (machine.todo !== null) {
    // A machine that is down does nothing, which every other order of events covers; what it forgets matters.
    const crash = { label: `${name} crashes`, state: set({ todo: null }) };
    const entries = [...machine.entries, machine.todo];
    return [crash, { label: `${name} notes ${machine.todo.type}`, state: set({ entries, todo: null }) }];
  }
  const steps = contractViews(world.registry).flatMap((view) => {
    const decided = decideAsNode(machine, view);
    const action = (mistake.node ?? keep)(decided, machine.held);
    return performAsNode(world, name, view, action).map(({ label, state }) => ({
      label: `${name} at ${view.height}: ${label}`,
      state,
    }));
  });
  return steps;
}

function decideAsNode(machine: Machine, view: ContractView): NodeAction {
  const memory = nodeMemory(machine.entries, tlsKey(machine));
  const stored = machine.held ? [STORED] : [];
  const own = { ...info(machine.key), signer_public_key: `ed25519:signer-${machine.key}` };
  const held = stored.map(({ keyset_hash }) => keyset_hash);
  const action = decideNode({ account_id: ACCOUNT, own, view, held, memory, acceptMissingBackup: false });
  if (!["serve", "wait", "submit_participant_info"].includes(action.kind)) return action;
  const erasure = decideErasure({ ...own, account_id: ACCOUNT }, view, stored, memory);
  return erasure === undefined ? action : { kind: "erase", ...erasure };
}

function performAsNode(
  world: World,
  name: MachineName,
  view: ContractView,
  action: NodeAction,
): Step<World>[] {
  const machine = world[name];
  const tls_public_key = tlsKey(machine);
  const { height } = view;
  const note = (entry: NodeEntry, from = world): Step<World> => ({
    label: action.kind,
    state: { ...from, [name]: { ...from[name], todo: entry } },
  });
  switch (action.kind) {
    case "remember_listed":
      return [note({ type: "listed", tls_public_key, height })];
    case "remember_recovery":
      return [note({ type: "recovery_seen", tls_public_key, recovery_id: action.recovery_id, height })];
    case "submit_recovery_info":
      return called(world, { kind: "submit", key: machine.key }, (after) =>
        note({ type: "recovery_submitted", tls_public_key, height }, after),
      );
    case "conclude_recovery":
      return called(world, { kind: "conclude", id: action.recovery_id, key: machine.key }, (state) => ({
        label: action.kind,
        state,
      }));
    case "erase":
      return [{ label: action.kind, state: { ...world, [name]: { ...machine, held: false } } }];
    case "stand_down": {
      const memory = nodeMemory(machine.entries, tls_public_key);
      const known = { account_id: ACCOUNT, tls_public_key };
      if (!memory.decommissioned) return [note({ type: "decommissioned", tls_public_key, height })];
      const erasure = decideErasure(known, view, machine.held ? [STORED] : [], memory);
      if (erasure === undefined) return [];
      return [{ label: "erase", state: { ...world, [name]: { ...machine, held: false } } }];
    }
    default:
      return [];
  }
}

function backupSteps(world: World, mistake: Mistake): Step<World>[] {
  const { backup } = world;
  const set = (change: Partial<World["backup"]>): World => ({ ...world, backup: { ...backup, ...change } });
  if (backup.todo !== null) {
    const crash = { label: "backup crashes", state: set({ todo: null }) };
    const entries = [...backup.entries, backup.todo];
    return [crash, { label: `backup notes ${backup.todo.type}`, state: set({ entries, todo: null }) }];
  }
  const own = { tls_public_key: "ed25519:tls-service", signer_public_key: "ed25519:signer-service" };
  const steps = contractViews(world.registry).flatMap((view) => {
    const held = backup.held ? [STORED] : [];
    const memory = backupMemory(backup.entries);
    const decided = decideBackup({ account_id: ACCOUNT, own, view, held, damaged: [], memory });
    const action = (mistake.backup ?? keep)(decided, world);
    return performAsBackup(world, view, action).map(({ label, state }) => ({
      label: `backup at ${view.height}: ${label}`,
      state,
    }));
  });
  return steps;
}

function performAsBackup(world: World, { height }: ContractView, action: BackupAction): Step<World>[] {
  const note = (entry: BackupEntry, from: World): World => ({
    ...from,
    backup: { ...from.backup, todo: entry },
  });
  switch (action.kind) {
    case "fetch_backup":
      return machinesWith(world, action.node.tls_public_key)
        .filter((name) => allows(world, name, decideServingBackup) && world[name].held)
        .map(() => {
          const stored = { type: "stored", keyset_hash: KEYSET_HASH, digest: "digest", height } as const;
          return {
            label: action.kind,
            state: note(stored, { ...world, backup: { ...world.backup, held: true } }),
          };
        });
    case "confirm_backup":
      return called(world, { kind: "confirm_backup" }, (state) => ({ label: action.kind, state }));
    case "send_shares":
    case "check_delivery":
      return machinesWith(world, action.node.tls_public_key)
        .filter((name) => allows(world, name, decideAcceptingShares))
        .flatMap((name) => {
          const given: World = { ...world, [name]: { ...world[name], held: true } };
          const { recovery_id, node } = action;
          const sent = {
            type: "shares_sent",
            recovery_id,
            tls_public_key: node.tls_public_key,
            height,
          } as const;
          if (action.kind === "check_delivery" && world[name].held) return [];
          // The node has them, and the answer comes or is lost.
          return [
            { label: action.kind, state: note(sent, given) },
            { label: `${action.kind}, unanswered`, state: given },
          ];
        });
    case "confirm_recovery": {
      const { recovery_id } = action;
      const isOpen = world.registry.recovering?.id === recovery_id;
      const outcome = isOpen ? "confirmed" : "refused";
      return called(world, { kind: "confirm_recovery", id: recovery_id }, (after) => ({
        label: action.kind,
        state: note({ type: "recovery_settled", recovery_id, outcome }, after),
      }));
    }
    case "erase":
      return [{ label: action.kind, state: { ...world, backup: { ...world.backup, held: false } } }];
    default:
      return [];
  }
}

/** A call that is carried out and answered, or of which nothing is heard: then it may still come, or never. */
function called(world: World, call: RegistryCall, answered: (after: World) => Step<World>): Step<World>[] {
  const done = answered({ ...world, registry: registryAfter(world.registry, call) });
  const isKnown = world.late.some((each) => JSON.stringify(each) === JSON.stringify(call));
  if (isKnown || world.lateLeft === 0) return [done];
  const { late, lateLeft } = world;
  const unheard = { ...world, late: [...late, call], lateLeft: lateLeft - 1 };
  return [done, { label: `${done.label}, unanswered`, state: unheard }];
}

/** What operators, time and the network do. */
function surroundings(world: World): Step<World>[] {
  const { registry, old, late, cancelsLeft } = world;
  const steps: Step<World>[] = late.flatMap((call, index) => {
    const carried = { ...world, registry: registryAfter(registry, call) };
    const less = late.toSpliced(index, 1);
    return [
      { label: `late ${call.kind}`, state: { ...carried, late: less } },
      { label: `${call.kind} is lost`, state: { ...world, late: less } },
    ];
  });
  // The catastrophe that Recovery is for; before there is a backup nothing could help.
  if (old.condition !== "destroyed" && registry.receipt) {
    steps.push({
      label: "old is destroyed",
      state: { ...world, old: { ...old, condition: "destroyed", held: false, entries: [], todo: null } },
    });
  }
  if (registry.recovering !== null && cancelsLeft > 0) {
    const cancelled = registryAfter(registry, { kind: "cancel" });
    steps.push({ label: "cancel", state: { ...world, registry: cancelled, cancelsLeft: cancelsLeft - 1 } });
  }
  const isSpent = registry.retired.includes("new1") && registry.listed !== "new1";
  if (isSpent && world.new.key === "new1" && world.new.condition === "works") {
    const reactivated = { ...world.new, key: "new2", todo: null };
    steps.push({ label: "operator reactivates", state: { ...world, new: reactivated } });
  }
  return steps;
}

/** Whether the node lets the service's request pass, by whichever view it may have. */
function allows(
  world: World,
  name: MachineName,
  judge: typeof decideServingBackup | typeof decideAcceptingShares,
): boolean {
  const machine = { account_id: ACCOUNT, tls_public_key: tlsKey(world[name]) };
  return contractViews(world.registry).some(
    (view) => judge(view, machine, "ed25519:tls-service").kind === "allowed",
  );
}

function servesNow(world: World, name: MachineName): boolean {
  const machine = world[name];
  return machine.condition === "works" && decideAsNode(machine, viewOf(world.registry)).kind === "serve";
}

function keep<Value>(value: Value): Value {
  return value;
}
