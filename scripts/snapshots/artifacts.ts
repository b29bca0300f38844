import { readFileSync } from "node:fs";
import { EDGES } from "../../contract/src/protocol/edges.ts";
import { storageSnapshot } from "../../contract/test/support/storage-story.ts";
import type { GasTable } from "../bench/measure-gas.ts";
import { exportedFunctions, parseModule } from "../toolchain/wasm-module.ts";
import { API_PAGES, apiPage } from "./api-pages.ts";
import { errorTable, eventTable, methodTable } from "./doc-tables.ts";
import { clientErrorPage, errorTextsSnapshot } from "./error-texts.ts";
import { comparisonTable, figuresTable } from "./gas-tables.ts";
import { replaceGeneratedSection } from "./generated-section.ts";
import { inPlaceTable, stateDiagram } from "./state-diagram.ts";
import { wireCatalogue } from "./wire-catalogue.ts";

/**
 * A committed file that is made from the code.
 * - `exact`: any difference fails the check.
 * - `figures`: JSON with numbers; fails when one rises by more than 2 % or the set of figures differs.
 */
export interface Artifact {
  readonly file: string;
  readonly compare: "exact" | "figures";
  produce(): Promise<string>;
}

const WASM = "build/mpc_recovery.wasm";
const ABI = "build/mpc_recovery.abi.json";

export const ARTIFACTS: readonly Artifact[] = [
  { file: "contract/snapshots/exports.txt", compare: "exact", produce: async () => exportList() },
  { file: "contract/snapshots/abi.json", compare: "exact", produce: async () => abiWithoutHash() },
  { file: "contract/snapshots/wire.txt", compare: "exact", produce: async () => wireCatalogue() },
  {
    file: "contract/snapshots/storage.txt",
    compare: "exact",
    produce: async () => storageSnapshot(readFileSync(WASM)),
  },
  { file: "contract/snapshots/size.json", compare: "figures", produce: async () => sizes() },
  { file: "contract/snapshots/gas.json", compare: "figures", produce: gas },
  { file: "docs/gas.md", compare: "exact", produce: async () => gasPage() },
  { file: "docs/protocol.md", compare: "exact", produce: async () => protocolPage() },
  { file: "sdk/snapshots/errors.txt", compare: "exact", produce: errorTextsSnapshot },
  { file: "docs/errors.md", compare: "exact", produce: async () => clientErrorPage() },
  ...Object.keys(API_PAGES).map(
    (file): Artifact => ({ file, compare: "exact", produce: async () => apiPage(file) }),
  ),
];

function exportList(): string {
  return `${exportedFunctions(parseModule(readFileSync(WASM))).join("\n")}\n`;
}

function abiWithoutHash(): string {
  const abi = JSON.parse(readFileSync(ABI, "utf8"));
  const { wasm_hash: _, ...metadata } = abi.metadata;
  return `${JSON.stringify({ ...abi, metadata }, null, 2)}\n`;
}

function sizes(): string {
  return `${JSON.stringify({ wasm_bytes: readFileSync(WASM).length }, null, 2)}\n`;
}

async function gas(): Promise<string> {
  const { measureGas } = await import("../bench/measure-gas.ts");
  return `${JSON.stringify(await measureGas(WASM), null, 2)}\n`;
}

/** From the committed figures, which the check above holds to what is measured. */
function gasPage(): string {
  const table = JSON.parse(readFileSync("contract/snapshots/gas.json", "utf8")) as GasTable;
  const page = readFileSync("docs/gas.md", "utf8");
  const compared = replaceGeneratedSection(page, "gas-comparison", comparisonTable(table));
  return replaceGeneratedSection(compared, "gas-figures", figuresTable(table));
}

function protocolPage(): string {
  const sections: Readonly<Record<string, string>> = {
    "state-diagram": stateDiagram(EDGES),
    "in-place-edges": inPlaceTable(EDGES),
    methods: methodTable(),
    errors: errorTable(),
    events: eventTable(),
  };
  return Object.entries(sections).reduce(
    (page, [name, content]) => replaceGeneratedSection(page, name, content),
    readFileSync("docs/protocol.md", "utf8"),
  );
}
