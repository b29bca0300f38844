import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How neard lays its dump out: one file, or a folder with the records apart from the genesis. */
export type DumpLayout = "file" | "folder";

interface Dump {
  readonly height: number;
  readonly records: readonly unknown[];
}

const ADDRESS_FILE = "embedded_rpc_url";

/** Leaves the node's address in its home, where {@link dumpRunningState} finds it. */
export function announceAddress(home: string, rpcUrl: string): void {
  writeFileSync(join(home, ADDRESS_FILE), rpcUrl);
}

/**
 * neard's `view-state dump-state`: writes `output.json`, or with `--stream` the folder `output`, into the home. neard
 * reads its database; here the node that runs on the home is asked. Throws when there is none.
 */
export async function dumpRunningState(home: string, layout: DumpLayout): Promise<void> {
  const { height, records } = await askNode(home);
  const genesis = JSON.parse(readFileSync(join(home, "genesis.json"), "utf8")) as object;
  if (layout === "file") {
    writeJson(join(home, "output.json"), { ...genesis, genesis_height: height, records });
    return;
  }
  const folder = join(home, "output");
  mkdirSync(folder, { recursive: true });
  for (const file of ["config.json", "node_key.json", "validator_key.json"]) {
    copyFileSync(join(home, file), join(folder, file));
  }
  writeJson(join(folder, "genesis.json"), { ...genesis, genesis_height: height, records: [] });
  writeJson(join(folder, "records.json"), records);
}

async function askNode(home: string): Promise<Dump> {
  try {
    const rpcUrl = readFileSync(join(home, ADDRESS_FILE), "utf8");
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "sandbox_dump_state", params: {} });
    const response = await fetch(rpcUrl, { method: "POST", body });
    return ((await response.json()) as { readonly result: Dump }).result;
  } catch (error) {
    throw new Error(`expected a node that runs on ${home}, found none: ${(error as Error).message}`);
  }
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value));
}
