import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ClaimFailed } from "../demo/timeline.ts";
import { PROGRAM_KINDS, type Soak } from "./world.ts";

/** What one program takes at one moment. */
export interface Sample {
  readonly name: string;
  readonly pid: number;
  readonly residentBytes: number;
  readonly openFiles: number;
  readonly folderBytes: number;
}

const MIB = 2 ** 20;
/** More than any program of three members with two keys has use for. */
const CAPS = { residentBytes: 400 * MIB, openFiles: 200, folderBytes: 2 * MIB };
/** What a program that lived through the run may take more of at its end than early on. */
const GROWTH = { residentBytes: 48 * MIB, openFiles: 12, folderBytes: MIB / 4 };
/** Fewer moments of one process say nothing about growth. */
const LEAST_SAMPLES = 8;

/** Of all running programs; memory and open files are told by Linux alone, 0 elsewhere. */
export function takeSamples({ sites }: Soak): Sample[] {
  return sites.flatMap(({ programs, machines }) =>
    PROGRAM_KINDS.flatMap((kind) => {
      const pid = programs[kind]?.process.pid;
      const { name, folder } = machines[kind];
      return pid === undefined ? [] : [{ name, pid, ...ofProcess(pid), folderBytes: ofFolder(folder) }];
    }),
  );
}

/** @throws ClaimFailed naming the program that takes more than any has use for */
export function requireWithinCaps(samples: readonly Sample[]): void {
  for (const sample of samples) {
    for (const [what, cap] of Object.entries(CAPS)) {
      const found = sample[what as keyof typeof CAPS];
      if (found > cap) throw new ClaimFailed(`${sample.name}: expected ${what} up to ${cap}, found ${found}`);
    }
  }
}

/** Compares the last quarter of each long life with the first. @throws ClaimFailed naming what grew without bound */
export function requireNoGrowth(rounds: readonly (readonly Sample[])[]): string[] {
  const all = rounds.flat();
  const lives = [...new Set(all.map(({ pid }) => pid))].map((pid) =>
    all.filter((sample) => sample.pid === pid),
  );
  return lives
    .filter(({ length }) => length >= LEAST_SAMPLES)
    .map((life) => {
      const quarter = Math.floor(life.length / 4);
      const [early, late] = [life.slice(1, 1 + quarter), life.slice(-quarter)];
      const name = life[0]?.name ?? "";
      const changes = Object.entries(GROWTH).map(([what, most]) => {
        const key = what as keyof typeof GROWTH;
        const [before, after] = [median(early.map((s) => s[key])), median(late.map((s) => s[key]))];
        if (after - before > most)
          throw new ClaimFailed(
            `${name}: expected ${what} to grow by at most ${most}, found ${before} and ${after}`,
          );
        return `${what} ${before} -> ${after}`;
      });
      return `${name} over ${life.length} rounds: ${changes.join(", ")}`;
    });
}

function ofProcess(pid: number): Pick<Sample, "residentBytes" | "openFiles"> {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return { residentBytes: Number(kib ?? 0) * 1024, openFiles: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return { residentBytes: 0, openFiles: 0 };
  }
}

function ofFolder(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file));
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
