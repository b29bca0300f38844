import { readdirSync } from "node:fs";
import { join } from "node:path";

const ROOTS = ["contract", "sdk", "services", "sandbox", "sandbox-tests", "scripts"];

/** Test files by suite: `quick` are `*.test.ts`, `full` are `*.slow.test.ts`. Sorted, relative to the repository. */
export function findTests(suite: "quick" | "full"): string[] {
  const files = ROOTS.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" }).map((file) => join(root, file)),
  );
  const isSlow = (file: string) => file.endsWith(".slow.test.ts");
  return files.filter((file) => file.endsWith(".test.ts") && isSlow(file) === (suite === "full")).sort();
}
