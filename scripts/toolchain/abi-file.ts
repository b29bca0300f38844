import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { base58 } from "@scure/base";
import type { BuiltContract } from "./build-contract.ts";
import { projectPath } from "./paths.ts";
import { type AbiSource, abiDifferences, writeAbi } from "./write-abi.ts";

/**
 * Writes the ABI file of a built contract. Throws, and writes nothing, when the methods of the interface are not
 * exactly the exports of the wasm.
 */
export async function writeContractAbi(
  source: AbiSource,
  contract: BuiltContract,
  path: string,
): Promise<void> {
  const differences = abiDifferences(source, contract.methods);
  if (differences.length > 0) {
    throw new Error(
      `expected the interface's methods to be the wasm's exports, but ${differences.join("; ")}`,
    );
  }
  const { name, version } = packageFacts("package.json");
  const abi = writeAbi(source, {
    name,
    version,
    compiler: `quickjs 2021-03-27 (qjsc ${packageFacts("node_modules/qjsc/package.json").version})`,
    builder: `mpc-recovery scripts/build.ts ${version}`,
    wasmHash: base58.encode(Buffer.from(contract.sha256Hex, "hex")),
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(abi, null, 2)}\n`);
}

function packageFacts(path: string): { name: string; version: string } {
  return JSON.parse(readFileSync(projectPath(path), "utf8"));
}
