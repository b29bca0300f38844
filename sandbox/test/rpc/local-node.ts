import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningNode, runNode } from "../../src/cli/run-node.ts";
import { initHome } from "../../src/genesis/init-home.ts";
import type { TransactionSigner } from "./sign-transaction.ts";

export interface LocalNode {
  readonly url: string;
  readonly running: RunningNode;
  /** Of `test.near`, the validator. */
  readonly signer: TransactionSigner;
  readonly stop: () => Promise<void>;
}

/** A node in this process, on a temporary home whose keys are the same in every run. */
export async function startLocalNode(): Promise<LocalNode> {
  const home = mkdtempSync(join(tmpdir(), "local-node-"));
  initHome({
    home,
    accountId: "test.near",
    chainId: "local-node",
    protocolVersion: 86,
    pace: "normal",
    testSeed: "local-node",
  });
  const key = JSON.parse(readFileSync(join(home, "validator_key.json"), "utf8")) as Record<string, string>;
  const running = await runNode({ home, host: "127.0.0.1", port: 0 });
  return {
    url: `http://127.0.0.1:${running.port}`,
    running,
    signer: { accountId: key.account_id!, publicKey: key.public_key!, secretKey: key.secret_key! },
    async stop() {
      await running.stop();
      rmSync(home, { recursive: true });
    },
  };
}
