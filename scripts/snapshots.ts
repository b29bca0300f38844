/**
 * `npm run snapshots -- check|update`: compares the committed snapshots and generated pages with what the code makes
 * now, or writes them anew. Needs `npm run build` first. Exit code 0 if nothing differs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ARTIFACTS, type Artifact } from "./snapshots/artifacts.ts";
import { compareExact, compareFigures } from "./snapshots/compare.ts";

const mode = process.argv[2];
if (mode !== "check" && mode !== "update") {
  process.stderr.write(
    `expected "check" or "update", found ${JSON.stringify(mode)}; use npm run snapshots -- check\n`,
  );
  process.exit(2);
}
let different = 0;
for (const artifact of ARTIFACTS)
  different += mode === "check" ? await check(artifact) : await update(artifact);
if (mode === "check" && different > 0) {
  process.stdout.write(
    "If every difference is meant, run npm run snapshots -- update and commit the files.\n",
  );
}
process.exit(mode === "check" && different > 0 ? 1 : 0);

async function check({ file, compare, produce }: Artifact): Promise<number> {
  const current = await produce();
  const committed = existsSync(file) ? readFileSync(file, "utf8") : "";
  const differences =
    compare === "exact" ? compareExact(committed, current) : compareFigures(committed, current);
  process.stdout.write(differences.length === 0 ? `same      ${file}\n` : `DIFFERENT ${file}\n`);
  for (const difference of differences) process.stdout.write(`  ${difference}\n`);
  return differences.length === 0 ? 0 : 1;
}

async function update({ file, produce }: Artifact): Promise<number> {
  const current = await produce();
  const committed = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (current === committed) return 0;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, current);
  process.stdout.write(`updated   ${file}\n`);
  return 1;
}
