import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { produceBlock } from "../../../../sandbox/src/chain/produce-block.ts";
import { runNode } from "../../../../sandbox/src/cli/run-node.ts";
import { initHome } from "../../../../sandbox/src/genesis/init-home.ts";
import { DEFAULT_PROTOCOL_VERSION } from "../../../../sandbox/src/parameters/runtime-parameters.ts";
import { announceBlock } from "../../../../sandbox/src/rpc/node.ts";
import { askNode } from "../../../../sdk/src/client/json-rpc.ts";
import { type EmptyChain, startNetwork, type TestChain } from "../../../../sdk/test/test-chain.ts";
import type { Clock } from "../../../operations/clock.ts";

/** The embedded chain with the real contract, in this process: blocks come when they are wanted. */
export interface FastChain extends TestChain {
  /** A clock whose waits are blocks. */
  readonly clock: Clock;
  /** Lets so many seconds pass on chain. */
  passSeconds(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

const BLOCK_MILLIS = 20;
/** What a block that isn't made takes; long, so that hours pass within few epochs. */
const MEAN_BLOCK_SECONDS = 30;

export async function startFastChain(names: readonly string[]): Promise<FastChain> {
  const home = mkdtempSync(join(tmpdir(), "enclave-chain-"));
  const where = { home, accountId: "test.near", chainId: null, testSeed: null } as const;
  initHome({ ...where, protocolVersion: DEFAULT_PROTOCOL_VERSION, pace: "fast" });
  quicken(join(home, "config.json"));
  const { port, node, stop } = await runNode({ home, host: "127.0.0.1", port: 0 });
  const key = JSON.parse(readFileSync(join(home, "validator_key.json"), "utf8"));
  const rootAccount = { accountId: key.account_id, secretKey: key.secret_key };
  const empty: EmptyChain = { rpcUrl: `http://127.0.0.1:${port}`, rootAccount };
  const network = await startNetwork(empty, names);
  const rpc = askNode({ url: network.rpcUrl });
  let waitedMillis = 0;
  return {
    ...network,
    clock: {
      now: () => Date.now() + waitedMillis,
      async sleep(millis) {
        // A chain that never shows what is waited for is given up sooner.
        waitedMillis += 10 * millis;
        for (let block = 0; block < 3; block++) produceBlock(node.chain, null);
        announceBlock(node);
      },
    },
    async passSeconds(seconds) {
      await rpc.ask("sandbox_fast_forward", { delta_height: Math.ceil(seconds / MEAN_BLOCK_SECONDS) });
    },
    async stop() {
      await stop();
      rmSync(home, { recursive: true });
    },
  };
}

function quicken(file: string): void {
  const config = JSON.parse(readFileSync(file, "utf8"));
  config.consensus = {
    min_block_production_delay: { secs: 0, nanos: BLOCK_MILLIS * 1_000_000 },
    max_block_production_delay: { secs: 2 * MEAN_BLOCK_SECONDS, nanos: 0 },
  };
  writeFileSync(file, JSON.stringify(config));
}
