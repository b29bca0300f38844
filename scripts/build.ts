import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { buildPackage } from "./build-package.ts";
import { buildPrograms } from "./build-programs.ts";
import { writeContractAbi } from "./toolchain/abi-file.ts";
import { type BuiltContract, buildContract } from "./toolchain/build-contract.ts";
import { enginesAreCached } from "./toolchain/engine-cache.ts";
import { projectPath } from "./toolchain/paths.ts";
import type { AbiSource } from "./toolchain/write-abi.ts";

const ENTRY = projectPath("contract/src/index.ts");
const ABI_SOURCE = projectPath("contract/src/interface/abi.ts");
const WASM = projectPath("build/mpc_recovery.wasm");
const ABI = projectPath("build/mpc_recovery.abi.json");

const start = performance.now();
if (!enginesAreCached())
  process.stdout.write("engines: not in build/.engines, building both (about half a minute)\n");
const [built] = await Promise.all([
  buildContract({ entry: ENTRY, out: WASM }),
  buildPrograms(),
  buildPackage(),
]);
const abi = existsSync(ABI_SOURCE)
  ? await writeAbiFile(built)
  : "abi:     none, contract/src/interface/abi.ts is missing";
process.stdout.write(
  `${[...summary(built), abi, "programs: build/bin/", "package: build/package/", `total:   ${seconds((performance.now() - start) / 1000)}`].join("\n")}\n`,
);

async function writeAbiFile(contract: BuiltContract): Promise<string> {
  const { abiSource } = (await import(pathToFileURL(ABI_SOURCE).href)) as { abiSource: AbiSource };
  await writeContractAbi(abiSource, contract, ABI);
  return `abi:     build/mpc_recovery.abi.json, ${(await stat(ABI)).size} bytes`;
}

function summary(contract: BuiltContract): string[] {
  const { wasm, methods, bundleBytes, bytecodeBytes, sha256Hex } = contract;
  return [
    `wasm:    build/mpc_recovery.wasm, ${wasm.length} bytes (bundle ${bundleBytes}, bytecode ${bytecodeBytes})`,
    `sha256:  ${sha256Hex}`,
    `methods: ${methods.length}: ${methods.join(", ")}`,
    `times:   ${contract.seconds.map((s) => `${s.step} ${seconds(s.seconds)}`).join(", ")}`,
  ];
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
