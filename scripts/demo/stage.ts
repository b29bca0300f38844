import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ReadContract, state as readState } from "../../sdk/src/index.ts";
import type { DemoChain } from "./chain.ts";
import type { RunningProgram } from "./programs.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

/** Where a story plays: a folder for its machines, a timeline, and what is stopped when it ends. */
export interface Stage {
  readonly folder: string;
  readonly timeline: Timeline;
  /** From now on the timeline shows the chain's height, and the contract's state with a reader. */
  show(chain: DemoChain, reader: ReadContract | undefined): void;
  /** Has the program stopped at the end. */
  track(program: RunningProgram): RunningProgram;
}

export interface Story {
  /** One sentence before it begins. */
  readonly intro: string;
  /** What the verdict says when everything held. */
  readonly ending: string;
  play(stage: Stage): Promise<void>;
}

/** Plays a story, prints timeline and verdict, and cleans up. Returns the exit code: 0 only if every step held. */
export async function playStory(story: Story): Promise<0 | 1> {
  const folder = mkdtempSync(join(tmpdir(), "mpc-recovery-demo-"));
  const programs: RunningProgram[] = [];
  let chain: DemoChain | undefined;
  let reader: ReadContract | undefined;
  const moment = async () => {
    if (chain === undefined) return null;
    if (reader === undefined) return { height: await chain.height(), state: "-" };
    const { value, blockHeight } = await readState(reader);
    return { height: blockHeight, state: value.kind };
  };
  const timeline = createTimeline(moment, (line) => process.stdout.write(line));
  const stop = async () => {
    for (const { process: child } of programs) child.kill("SIGTERM");
    await Promise.all(programs.map(({ ended }) => ended));
    await chain?.stop();
  };
  process.stdout.write(`${story.intro} Folders and logs: ${folder}\n\n`);
  try {
    await story.play({
      folder,
      timeline,
      show(newChain, newReader) {
        [chain, reader] = [newChain, newReader];
      },
      track(program) {
        programs.push(program);
        return program;
      },
    });
    await stop();
    rmSync(folder, { recursive: true });
    process.stdout.write(`\nVERDICT: RECOVERED. All ${timeline.claims.length} steps held; ${story.ending}\n`);
    return 0;
  } catch (error) {
    process.stdout.write(
      `\nVERDICT: FAILED after ${timeline.claims.length} steps. ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.stdout.write(`The machines' folders and logs are kept in ${folder}\n`);
    await stop();
    return 1;
  }
}
