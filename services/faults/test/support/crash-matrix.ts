import assert from "node:assert/strict";
import type { LinkKind, Servers } from "./links.ts";
import type { Killed } from "./program.ts";
import { STORIES, type Story } from "./stories.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

/** One place of the matrix: a program of a story that is killed at one step of it. */
export interface CrashPoint {
  readonly story: Story;
  readonly link: LinkKind;
  readonly label: string;
  /** Number of the step in the program's first life, from 0. */
  readonly at: number;
  readonly what: string;
}

/** Machines that stories bring up. */
export const NODE_LABELS = ["a", "a2", "a3"] as const;

/** The points of all stories, as the steps of a run in which nobody is killed. */
export async function recordCrashPoints(link: LinkKind, servers: Servers): Promise<readonly CrashPoint[]> {
  const points: CrashPoint[] = [];
  for (const story of STORIES) {
    const world = createWorld({ link, servers, waiting: story.waiting ?? [] });
    await story.begin(world);
    const before = new Map([...world.programs].map(([label, { steps }]) => [label, steps().length]));
    await story.tell(world);
    await world.requireSound();
    for (const label of story.labels) {
      const steps = world.programs.get(label)?.steps() ?? assert.fail(`${story.name}: no ${label}`);
      const from = before.get(label) ?? 0;
      for (let at = from; at < steps.length; at += 1)
        points.push({ story, link, label, at, what: steps[at] ?? "" });
    }
  }
  return points;
}

/** Tells the story with the program killed at the point, once for every disk that this may leave; returns how many. */
export async function tryCrashPoint(point: CrashPoint, servers: Servers): Promise<number> {
  const first = await tellKilled(point, servers, "synced_only");
  const others = first.filter((aftermath) => aftermath !== "synced_only");
  for (const aftermath of others) await tellKilled(point, servers, aftermath);
  return 1 + others.length;
}

async function tellKilled(
  { story, link, label, at, what }: CrashPoint,
  servers: Servers,
  aftermath: Killed,
): Promise<readonly Killed[]> {
  const where = `${link}, ${story.name}: ${label} killed at step ${at}, ${what} (${aftermath})`;
  const fates = { [label]: { deaths: [{ endsAt: at, aftermath }] } };
  const world = await tellWith(story, { link, servers, fates }, where);
  const killed = world.programs.get(label);
  assert.equal(killed?.deaths(), 1, where);
  return killed.possibleAftermaths();
}

/** Tells a story in which something goes wrong, and checks every disk afterwards. */
export async function tellWith(story: Story, options: WorldOptions, where: string): Promise<World> {
  const world = createWorld({ ...options, waiting: story.waiting ?? [] });
  try {
    await story.begin(world);
    await story.tell(world);
    await world.requireSound();
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
  }
  return world;
}
