import type { BackupEntry } from "../../backup/memory.ts";
import type { StoredKeyset } from "../../keyshare/keyshare-store.ts";
import type { NodeEntry } from "../../node/memory.ts";
import { info } from "../../operations/test/sample-views.ts";
import { KEYSET_HASH, type Registry, type RegistryCall } from "./recovery-contract.ts";

/** The node that is lost, or only feared to be, and the machine that replaces it. */
export type MachineName = "old" | "new";

export interface Machine {
  readonly condition: "works" | "destroyed";
  /** Makes its TLS key: `a` for the old machine, `new1`, after `reactivate` `new2`. */
  readonly key: string;
  readonly held: boolean;
  readonly entries: readonly NodeEntry[];
  /** Journal entry that is still to be written; lost in a crash. */
  readonly todo: NodeEntry | null;
}

export interface World {
  readonly registry: Registry;
  readonly old: Machine;
  readonly new: Machine;
  readonly backup: {
    readonly held: boolean;
    readonly entries: readonly BackupEntry[];
    readonly todo: BackupEntry | null;
  };
  /** Calls of which the caller heard nothing, and that may still be carried out, once or more. */
  readonly late: readonly RegistryCall[];
  readonly cancelsLeft: number;
  readonly lateLeft: number;
}

export const ACCOUNT = "a.near";
export const STORED: StoredKeyset = { keyset_hash: KEYSET_HASH, epoch_id: 4, digest: "digest" };

export function tlsKey({ key }: Machine): string {
  return info(key).tls_public_key;
}

/** The machines that answer under this TLS key. */
export function machinesWith(world: World, key: string): readonly MachineName[] {
  return (["old", "new"] as const).filter(
    (name) => world[name].condition === "works" && tlsKey(world[name]) === key,
  );
}

/** The machine that the contract lists; undefined once it is destroyed. */
export function listedMachine({ registry, old, new: replacement }: World): Machine | undefined {
  const listed = registry.listed === "a" ? old : replacement;
  return listed.condition === "destroyed" ? undefined : listed;
}

/** The same world with heights counted from the present block and journals without repetitions: fewer states. */
export function normalized(world: World): World {
  const { registry, backup } = world;
  const shift = NOW - registry.height;
  const moved = <Each extends { readonly height: number }>(each: Each): Each => ({
    ...each,
    // Nothing asks for anything older than a view can lag behind an entry.
    height: Math.max(each.height + shift, NOW - LONG_AGO),
  });
  const entriesOf = <Entry extends object>(entries: readonly Entry[]): readonly Entry[] => {
    const latest = new Map<string, Entry>();
    for (const entry of entries) {
      const { height, ...name } = { height: undefined, ...entry };
      latest.set(JSON.stringify(name), height === undefined ? entry : (moved(entry as never) as Entry));
    }
    return [...latest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  };
  const machine = (each: Machine): Machine => ({
    ...each,
    entries: entriesOf(each.entries),
    todo: each.todo !== null && "height" in each.todo ? moved(each.todo) : each.todo,
  });
  const todo = backup.todo !== null && "height" in backup.todo ? moved(backup.todo) : backup.todo;
  return {
    ...world,
    registry: { ...moved(registry), past: registry.past.map(moved) },
    old: machine(world.old),
    new: machine(world.new),
    backup: { ...backup, entries: entriesOf(backup.entries), todo },
  };
}

const NOW = 1_000;
const LONG_AGO = 500;
