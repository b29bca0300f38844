const TOLERATED_RISE = 0.02;
const MOST_LINES = 20;

/** Lines that differ between two texts, as `line N: expected …, found …`; empty when they are the same. */
export function compareExact(committed: string, current: string): string[] {
  const [before, after] = [committed.split("\n"), current.split("\n")];
  const differences: string[] = [];
  for (let line = 0; line < Math.max(before.length, after.length); line++) {
    if (before[line] === after[line]) continue;
    differences.push(`line ${line + 1}: expected ${show(before[line])}, found ${show(after[line])}`);
  }
  const more = differences.length - MOST_LINES;
  return more > 0 ? [...differences.slice(0, MOST_LINES), `and ${more} lines more`] : differences;
}

/** Figures of nested JSON objects that rose by more than 2 %, appeared or vanished. A fall is no difference. */
export function compareFigures(committed: string, current: string): string[] {
  const before = flatten(committed);
  const after = flatten(current);
  const differences: string[] = [];
  for (const [name, found] of after) {
    const expected = before.get(name);
    if (expected === undefined) differences.push(`${name}: expected no such figure, found ${found}`);
    else if (found > expected * (1 + TOLERATED_RISE)) {
      differences.push(
        `${name}: expected at most ${expected} + 2 %, found ${found} (+${percent(found, expected)} %)`,
      );
    }
  }
  for (const name of before.keys())
    if (!after.has(name)) differences.push(`${name}: expected a figure, found none`);
  return differences;
}

function flatten(text: string): Map<string, number> {
  const figures = new Map<string, number>();
  const walk = (value: unknown, path: string) => {
    if (typeof value === "number") figures.set(path, value);
    else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) walk(inner, path === "" ? name : `${path}.${name}`);
    }
  };
  if (text !== "") walk(JSON.parse(text), "");
  return figures;
}

function percent(found: number, expected: number): string {
  return (((found - expected) / expected) * 100).toFixed(1);
}

function show(line: string | undefined): string {
  return line === undefined ? "no such line" : JSON.stringify(line);
}
