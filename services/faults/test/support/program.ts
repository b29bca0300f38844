import { ProgramError } from "../../../operations/program-error.ts";
import type { StepOutcome } from "../../../operations/run-steps.ts";
import type { Files } from "../../../store/files.ts";
import { AFTERMATHS, type Aftermath, type Disk, diskAfterCrash } from "../../../store/test/crashing-files.ts";
import { type DiskFault, failingFiles } from "../../../store/test/failing-files.ts";
import { createLife, type Life } from "./life.ts";
import { mortalFiles } from "./mortal-files.ts";

/** When a program is killed, counted over its life, and what of its unsynced work is left. */
export interface Death {
  readonly endsAt: number;
  readonly aftermath: Killed;
}

/** The machine stops (see Aftermath), or the program alone: then what isn't synced is still seen, and still not on the disk. */
export type Killed = Aftermath | "program_only";
export const KILLED: readonly Killed[] = [...AFTERMATHS, "program_only"];

/** From which change on a disk fails, and for how many it does. */
export interface Failure {
  readonly failAt: number;
  readonly lasts: number;
  readonly fault: DiskFault;
}

/** What goes wrong with a program; nothing by default. Each further life of it ends as `deaths` goes on. */
export interface Fate {
  readonly deaths?: readonly Death[];
  readonly failure?: Failure;
  /** Once killed it isn't started again before `resume`. */
  readonly staysDown?: boolean;
}

/** A program of the tests' world: started when its turn comes, restarted by itself after it was killed. */
export interface Program<Parts> {
  readonly label: string;
  /** What it has to go on with, while it runs. */
  running(): Parts | undefined;
  /** Starts it if need be and has it take one step; never rejects but for a failed assertion. */
  turn(): Promise<void>;
  /** How the last turn ended: `idle …`, `blocked …`, `acted …`, `ended`, `refused …`, `failed …` or `killed`. */
  rest(): string;
  disk(): Disk;
  /** Steps of all lives so far. */
  steps(): readonly string[];
  deaths(): number;
  /** What its last death could have left of its disk, one of each. */
  possibleAftermaths(): readonly Killed[];
  /** Changes of its disk so far. */
  changes(): number;
  /** Starts it anew on its disk, as an operator does who has seen to what it refused. */
  restart(): void;
  /** Gives it no turn until `resume`. */
  suspend(): void;
  resume(): void;
  /** Takes it away, with its disk. */
  destroy(): void;
}

interface Startable {
  step(): Promise<StepOutcome>;
}

export function createProgram<Parts extends Startable>(
  label: string,
  firstDisk: Disk,
  fate: Fate,
  open: (files: Files, life: Life) => Promise<Parts>,
): Program<Parts> {
  const deaths = [...(fate.deaths ?? [])];
  const disks = faultyDisk(fate.failure);
  const earlier: string[] = [];
  let disk = firstDisk;
  let life = createLife(deaths[0]?.endsAt ?? Number.POSITIVE_INFINITY);
  let parts: Parts | undefined;
  let rest = "never started";
  let died = 0;
  let suspended = false;
  const stopped = () => /^(ended|refused|destroyed)/.test(rest);
  let aftermaths: readonly Killed[] = [];
  const bury = () => {
    aftermaths = distinctAftermaths(disk);
    const { aftermath } = deaths.shift() ?? { aftermath: "synced_only" };
    if (aftermath !== "program_only") disk = diskAfterCrash(disk, aftermath);
    earlier.push(...life.steps);
    life = createLife(deaths[0]?.endsAt ?? Number.POSITIVE_INFINITY);
    parts = undefined;
    died += 1;
    suspended = fate.staysDown === true;
    rest = "killed";
  };
  return {
    label,
    running: () => (life.isOver() || stopped() ? undefined : parts),
    async turn() {
      if (stopped() || suspended) return;
      // Killed while it answered somebody else: found dead now.
      if (life.isOver()) return bury();
      disks.mendIfOver();
      try {
        parts ??= await open(disks.files(disk, life), life);
        rest = describe(await parts.step());
      } catch (error) {
        if (life.isOver()) return bury();
        rest = `${error instanceof ProgramError ? "refused" : "failed"} ${errorText(error)}`;
      }
      if (life.isOver()) bury();
    },
    rest: () => rest,
    disk: () => disk,
    steps: () => [...earlier, ...life.steps],
    deaths: () => died,
    possibleAftermaths: () => aftermaths,
    changes: disks.changes,
    suspend() {
      suspended = true;
    },
    resume() {
      suspended = false;
    },
    restart() {
      parts = undefined;
      rest = "restarted";
    },
    destroy() {
      parts = undefined;
      rest = "destroyed";
    },
  };
}

function distinctAftermaths(disk: Disk): readonly Killed[] {
  const seen = new Set<string>();
  const distinct = AFTERMATHS.filter((aftermath) => {
    const { names } = diskAfterCrash(disk, aftermath);
    const text = JSON.stringify(
      [...names].map(([name, { bytes }]) => [name, Buffer.from(bytes).toString("hex")]),
    );
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  });
  // Where all is synced, it makes no difference what was killed.
  return distinct.length > 1 ? [...distinct, "program_only"] : distinct;
}

/** One failing disk under all lives of a program. */
function faultyDisk(failure: Failure | undefined) {
  let mended = failure === undefined;
  let before = 0;
  let current: ReturnType<typeof failingFiles> | undefined;
  return {
    files(disk: Disk, life: Life): Files {
      before += current?.changes() ?? 0;
      const { failAt, fault } = failure ?? { failAt: Number.POSITIVE_INFINITY, fault: "EIO" as const };
      current = failingFiles(mortalFiles(disk, life), fault, Math.max(0, failAt - before));
      if (mended) current.mend();
      return current;
    },
    changes: () => before + (current?.changes() ?? 0),
    mendIfOver() {
      if (failure === undefined || before + (current?.changes() ?? 0) < failure.failAt + failure.lasts)
        return;
      mended = true;
      current?.mend();
    },
  };
}

function describe(outcome: StepOutcome): string {
  switch (outcome.kind) {
    case "idle":
      return `idle ${outcome.reason}`;
    case "blocked":
      return `blocked ${outcome.code}`;
    case "acted":
      return `acted ${outcome.what}`;
    case "ended":
      return "ended";
  }
}

function errorText(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return `${code ?? "UNEXPECTED"} ${message ?? error}`;
}
