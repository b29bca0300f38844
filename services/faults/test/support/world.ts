import assert from "node:assert/strict";
import { signerKey, tlsKey } from "../../../../contract/test/support/keys.ts";
import { account } from "../../../../contract/test/support/network.ts";
import { fileKeyshareStore } from "../../../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../../../keyshare/keyset-hash.ts";
import type { Keyset } from "../../../keyshare/keyshare.ts";
import { sampleCheckers, sampleShares } from "../../../keyshare/test/samples.ts";
import type { Clock } from "../../../operations/clock.ts";
import { currentKeyset, memberEntry } from "../../../operations/contract-view.ts";
import { memoryClock } from "../../../operations/test/in-memory-ports.ts";
import { crashingFiles, type Disk, emptyDisk } from "../../../store/test/crashing-files.ts";
import { type CoreContract, coreContract } from "./core-contract.ts";
import { directLink, type FindNode, type Link, type LinkKind, type Servers } from "./links.ts";
import { type NodeParts, openNode } from "./node-program.ts";
import { createOutside, type Mishap } from "./outside.ts";
import { ownerOf, PLACES, STORE_KEY } from "./parties.ts";
import { createProgram, type Fate, type Program } from "./program.ts";
import { openService, type ServiceParts } from "./service-program.ts";
import { heldAfterCrash, requireKept, requireSoundDisk } from "./soundness.ts";

/** One contract, the programs around it, and the way between them. */
export interface World {
  readonly contract: CoreContract;
  /** In the order in which they take turns. */
  readonly programs: Map<string, Program<NodeParts> | Program<ServiceParts>>;
  /** What left programs, in order: questions and calls. */
  readonly touched: readonly string[];
  node(label: string): Program<NodeParts>;
  startNode(name: string, label: string, disk?: Disk): Program<NodeParts>;
  startService(name: string, label: string, disk?: Disk): Program<ServiceParts>;
  /** Hashes of the keysets that are safe on a program's disk. */
  heldBy(label: string): Promise<readonly string[]>;
  /** Checks what must hold at any time: the account's share of the current keyset is on some disk. */
  requireNothingLost(name: string): Promise<void>;
  /** Checks every disk that is left; see `requireSoundDisk`. */
  requireSound(): Promise<void>;
}

export interface WorldOptions {
  readonly link: LinkKind;
  readonly servers?: Servers;
  /** Members whose node is still to make itself known. */
  readonly waiting?: readonly string[];
  /** By the label of a program. */
  readonly fates?: Readonly<Record<string, Fate>>;
  readonly mishap?: Mishap | undefined;
  readonly pause?: (what: string) => Promise<void>;
  /** Time as all programs see it; by default one that stands still. */
  readonly clock?: Clock;
}

export function createWorld(options: WorldOptions): World {
  const contract = coreContract({ waiting: options.waiting ?? [] });
  const programs: World["programs"] = new Map();
  const names = new Map<string, string>();
  const broken: unknown[] = [];
  const outside = createOutside({
    contract,
    mishap: options.mishap,
    pause: options.pause ?? (async () => undefined),
    onAccepted: (name, signer, { type }) =>
      // Kept for later: the program would take it for a failure of its call and go on.
      requirePromiseKept(contract, programs, name, signer, type).catch((error) => void broken.push(error)),
  });
  const find: FindNode = (key) => {
    const found = [...programs.values()].find(({ label }) => tlsKey(label) === key)?.running();
    return found !== undefined && "routes" in found ? (found as NodeParts) : undefined;
  };
  const link = linkOf(options, find);
  const surroundings = { outside, link, checkers: sampleCheckers, clock: options.clock ?? memoryClock() };
  const add = <Parts extends NodeParts | ServiceParts>(name: string, program: Program<Parts>) => {
    programs.set(program.label, program as Program<NodeParts> | Program<ServiceParts>);
    names.set(program.label, name);
    return program;
  };
  return {
    contract,
    programs,
    touched: outside.touched,
    node: (label) => programs.get(label) as Program<NodeParts>,
    startNode: (name, label, disk = emptyDisk()) =>
      add(
        name,
        createProgram(label, disk, options.fates?.[label] ?? {}, (files, life) =>
          openNode({ name, label }, surroundings, files, life),
        ),
      ),
    startService: (name, label, disk = emptyDisk()) =>
      add(
        name,
        createProgram(label, disk, options.fates?.[label] ?? {}, (files, life) =>
          openService({ name, label }, surroundings, files, life),
        ),
      ),
    async heldBy(label) {
      const disk = programs.get(label)?.disk() ?? assert.fail(label);
      const { list } = await heldAfterCrash(disk, names.get(label) ?? "", "synced_only");
      return list.map((each) => each.keyset_hash);
    },
    requireNothingLost: (name) => requireNothingLost(contract, programs, names, name),
    async requireSound() {
      if (broken.length > 0) throw broken[0];
      for (const { label, disk, rest } of programs.values()) {
        if (rest() === "destroyed") continue;
        const name = names.get(label) ?? "";
        await requireSoundDisk(disk(), name, participantIdOf(name), contract.keysets);
      }
    },
  };
}

/** Puts the named account's shares of a keyset on a disk, as key generation left them there. */
export async function diskWithShares(name: string, keyset: Keyset): Promise<Disk> {
  const disk = emptyDisk();
  const files = crashingFiles(disk, Number.POSITIVE_INFINITY);
  const store = fileKeyshareStore(files, PLACES.shares, STORE_KEY, ownerOf(name));
  await store.import(keyset, sampleShares(keyset, participantIdOf(name)));
  return disk;
}

/** Members a, b, c and later d have the ids 0, 1, 2, 3. */
export function participantIdOf(name: string): number {
  return "abcd".indexOf(name);
}

function linkOf({ link, servers }: WorldOptions, find: FindNode): Link {
  if (link === "direct") return directLink(find);
  if (servers === undefined) throw new RangeError(`${link} needs servers`);
  return servers.link(link, find);
}

/** A receipt and a conclusion are promises: at the very moment they are taken, no crash may break them. */
async function requirePromiseKept(
  contract: CoreContract,
  programs: World["programs"],
  name: string,
  signer: string,
  type: string,
): Promise<void> {
  const view = contract.view(name);
  if (view.state.kind === "NotInitialized") return;
  const by = [...programs.values()].find(({ label }) => [label, `${label}-node`].includes(signer));
  if (by === undefined) return;
  if (type === "confirm_backup" && view.receipt !== null)
    await requireKept(by.disk(), name, view.receipt.keyset_hash, view.receipt.digest);
  if (type === "conclude_recovery") {
    assert.equal(view.node_key, signerKey(signer));
    await requireKept(by.disk(), name, keysetHash(currentKeyset(view.state)));
  }
}

async function requireNothingLost(
  contract: CoreContract,
  programs: World["programs"],
  names: ReadonlyMap<string, string>,
  name: string,
): Promise<void> {
  const state = contract.state();
  if (state.kind === "NotInitialized" || memberEntry(state, account(name)) === undefined) return;
  const hash = keysetHash(currentKeyset(state));
  for (const { label, disk, rest } of programs.values()) {
    if (names.get(label) !== name || rest() === "destroyed") continue;
    const { list } = await heldAfterCrash(disk(), name, "synced_only");
    if (list.some((each) => each.keyset_hash === hash)) return;
  }
  assert.fail(`no disk holds ${name}'s share of the current keyset`);
}
