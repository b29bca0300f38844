import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { buildContract } from "../../scripts/toolchain/build-contract.ts";

/** A line of the contract's sources that another version of it has otherwise. */
export interface Difference {
  readonly file: string;
  readonly from: RegExp;
  readonly to: string;
}

export const NEXT_VERSION = "0.2.0-next";
const NEWER: Difference = {
  file: "protocol/version.ts",
  from: /VERSION = "[^"]*"/,
  to: `VERSION = "${NEXT_VERSION}"`,
};
const OTHER_LAYOUT: Difference = {
  file: "host/storage-layout.ts",
  from: /LAYOUT = "[^"]*"/,
  to: 'LAYOUT = "another"',
};

/** The contract's next version: the same sources with another version number. */
export function nextVersion(): Promise<Uint8Array> {
  return variant("next-version", [NEWER]);
}

/** A version that stores otherwise and can't read what this one stored. */
export function otherLayout(): Promise<Uint8Array> {
  return variant("other-layout", [NEWER, OTHER_LAYOUT]);
}

/** Built on demand; built again when the contract's sources changed since. */
async function variant(name: string, differences: readonly Difference[]): Promise<Uint8Array> {
  const folder = join("build", "variants", name);
  const out = join(folder, "contract.wasm");
  if (existsSync(out) && statSync(out).mtimeMs > newestChange()) return readFileSync(out);
  const sources = join(folder, "src");
  rmSync(sources, { recursive: true, force: true });
  mkdirSync(dirname(sources), { recursive: true });
  cpSync("contract/src", sources, { recursive: true });
  for (const { file, from, to } of differences) {
    const path = join(sources, file);
    const text = readFileSync(path, "utf8");
    if (!from.test(text)) throw new Error(`${file}: expected ${from}, found none; change the difference`);
    writeFileSync(path, text.replace(from, to));
  }
  return (await buildContract({ entry: join(sources, "index.ts"), out })).wasm;
}

function newestChange(): number {
  const files = ["contract/src", "contract/engine", "scripts/toolchain"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}
