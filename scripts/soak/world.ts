import type { ChildProcess } from "node:child_process";
import type { RunningState } from "../../contract/src/protocol/state.ts";
import { state as readState } from "../../sdk/src/actions/views.ts";
import type { CallContract } from "../../sdk/src/client/call-contract.ts";
import { ClaimFailed } from "../demo/timeline.ts";
import type { Kill, ProgramKind } from "./plan.ts";
import { kill, type Site, type SoakChain, start } from "./site.ts";

export const PROGRAM_KINDS: readonly ProgramKind[] = ["node", "backup"];
export const THRESHOLD = 2;

/** The run: four operators, three of whom are members at a time, and somebody who asks for signatures. */
export interface Soak extends SoakChain {
  readonly sites: readonly Site[];
  readonly customer: CallContract;
  /** Names of the members' sites, by participant id; the first is always the same. */
  members: readonly string[];
}

export function memberSite({ sites, members }: Soak, position: number): Site {
  const site = sites.find(({ name }) => name === members[position]);
  if (site === undefined) throw new Error(`expected a member at ${position}, found ${members.join(", ")}`);
  return site;
}

export const memberSites = (soak: Soak): readonly Site[] =>
  soak.members.map((_, position) => memberSite(soak, position));

export function outsideSite({ sites, members }: Soak): Site {
  const site = sites.find(({ name }) => !members.includes(name));
  if (site === undefined) throw new Error("expected an operator outside of the network, found none");
  return site;
}

/** @throws ClaimFailed in any other state than Running */
export async function runningState({ reader }: Soak): Promise<RunningState> {
  const { value } = await readState(reader);
  if (value.kind !== "Running")
    throw new ClaimFailed(`contract state: expected Running, found ${value.kind}`);
  return value;
}

/** Kills one program after the other, each as its `Kill` says, and starts it again at once. */
export async function killAll(soak: Soak, kills: readonly Kill[]): Promise<void> {
  for (const { member, program: kind, afterLines } of kills) {
    const site = memberSite(soak, member);
    const victim = site.programs[kind] ?? start(soak, site, kind);
    const enough = victim.lines.length + afterLines;
    const rests = () => victim.lines.at(-1)?.event === "step.idle";
    await within(VICTIM_MILLIS, () => victim.lines.length >= enough || rests() || hasEnded(victim.process));
    await kill(site, kind);
    start(soak, site, kind);
  }
}

/** What systemd would do: a program that gave up because its endpoint failed (exit code 3) is started again. */
export function restartEnded(soak: Soak): void {
  for (const site of soak.sites) {
    for (const kind of PROGRAM_KINDS) {
      const program = site.programs[kind];
      if (program !== null && !hasEnded(program.process)) continue;
      const { exitCode = null, signalCode = null } = program?.process ?? {};
      if (program !== null && exitCode !== EXIT_NETWORK) {
        const last = program.lines.slice(-3).map((line) => line.msg ?? JSON.stringify(line));
        throw new ClaimFailed(
          `${program.name}: expected it to run, it ended with ${exitCode ?? signalCode}: ${last.join(" / ")}`,
        );
      }
      start(soak, site, kind);
    }
  }
}

export async function killEverything({ sites }: Soak): Promise<void> {
  for (const site of sites) await Promise.all(PROGRAM_KINDS.map((kind) => kill(site, kind)));
}

const EXIT_NETWORK = 3;
/** A program that neither writes nor rests, because its endpoint is silent, is killed after so long. */
const VICTIM_MILLIS = 3_000;
const LOOK_MILLIS = 20;

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

async function within(millis: number, isDone: () => boolean): Promise<void> {
  const deadline = performance.now() + millis;
  while (!isDone() && performance.now() < deadline) await pause(LOOK_MILLIS);
}

export const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
