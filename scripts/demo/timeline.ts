/** What the demo prints: one line per event, then a verdict over everything that had to hold. */
export interface Timeline {
  /** Prints one line: seconds since start and since the line before, block height, contract state, who, what. */
  say(who: string, what: string): Promise<void>;
  /** Like `say`, for something that had to hold; counted in the verdict. */
  held(who: string, what: string): Promise<void>;
  /** Claims that held so far, in order. */
  readonly claims: readonly string[];
}

/** Reads what the chain shows right now; null before there is a chain or a contract. */
export type ReadMoment = () => Promise<{ readonly height: number; readonly state: string } | null>;

/** A claim of the demo that did not hold. */
export class ClaimFailed extends Error {
  override readonly name = "ClaimFailed";
}

/** @throws ClaimFailed with what was expected and what was found. */
export function expectEqual(what: string, found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new ClaimFailed(`${what}: expected ${right}, found ${left}`);
}

export function createTimeline(readMoment: ReadMoment, write: (line: string) => void): Timeline {
  const start = performance.now();
  let previous = start;
  const claims: string[] = [];
  const print = async (mark: string, who: string, what: string) => {
    const now = performance.now();
    const seconds = ((now - start) / 1000).toFixed(1).padStart(6);
    const took = `+${((now - previous) / 1000).toFixed(1)}`.padStart(6);
    previous = now;
    const moment = await readMoment();
    const height = (moment === null ? "-" : String(moment.height)).padStart(6);
    const state = (moment?.state ?? "-").padEnd(14);
    write(`${seconds} s ${took} | block ${height} | ${state} | ${who.padEnd(12)} | ${mark}${what}\n`);
  };
  return {
    claims,
    say: (who, what) => print("", who, what),
    async held(who, what) {
      claims.push(`${who}: ${what}`);
      await print("OK ", who, what);
    },
  };
}
