import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

/** protocol ← interface ← { contract/index + host, sdk } ← services; the sandbox stands apart. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "contract/src/protocol": [],
  "contract/src/interface": ["contract/src/protocol"],
  "contract/src/host": ["contract/src/protocol", "contract/src/interface"],
  "contract/src/index.ts": ["contract/src/host", "contract/src/transparency-methods.ts"],
  "contract/src/transparency-methods.ts": ["contract/src/host"],
  sdk: ["contract/src/protocol", "contract/src/interface"],
  services: ["contract/src/protocol", "contract/src/interface", "sdk"],
  "sandbox/src": [],
};
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "contract/src/protocol": [],
  "contract/src/interface": [],
  "contract/src/host": [],
  "contract/src/index.ts": ["near-sdk-js"],
  "contract/src/transparency-methods.ts": ["near-sdk-js"],
};

for (const [part, allowed] of Object.entries(MAY_IMPORT)) {
  test(`${part} imports only ${[part, ...allowed].join(", ")}`, () => {
    for (const file of sourceFiles(part)) {
      for (const imported of importsOf(file)) {
        const ok = imported.startsWith(".")
          ? [part, ...allowed].some((prefix) => normalize(join(dirname(file), imported)).startsWith(prefix))
          : (PACKAGES[part]?.includes(imported) ?? true);
        assert.ok(ok, `${file} imports ${imported}`);
      }
    }
  });
}

function sourceFiles(part: string): string[] {
  if (part.endsWith(".ts")) return [part];
  if (!existsSync(part)) return [];
  const files = readdirSync(part, { recursive: true, encoding: "utf8" }).map((file) => join(part, file));
  return files.filter((file) => file.endsWith(".ts") && !/(^|\/)test\//.test(file));
}

function importsOf(file: string): string[] {
  const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"/gm);
  return [...statements].map(([, source]) => source ?? "");
}
