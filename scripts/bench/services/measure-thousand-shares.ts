import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  backUpAndRecover,
  manyShares,
  startLargeNode,
} from "../../../services/faults/test/support/thousand-shares.ts";
import { keysharesDocument } from "../../../services/keyshare/keyshares-document.ts";
import { sampleCheckers, sampleShares } from "../../../services/keyshare/test/samples.ts";
import { FROST_CHECKERS } from "../../../services/node/frost-checkers.ts";

const SHARES = 1_000;

/** Prints what one recovery and one backup of 1,000 shares take over each transport, with and without FROST's checks. */
export async function measureThousandShares(): Promise<void> {
  const frost = manyShares(SHARES);
  const { keyset } = frost;
  const samples = keysharesDocument(keyset, sampleShares(keyset, 0));
  const cases = [
    ["without their mathematics", samples, sampleCheckers, 3],
    ["each proven three times as a FROST share", frost, FROST_CHECKERS, 1],
  ] as const;
  for (const [name, document, checkers, times] of cases) {
    for (const version of ["version 1", "version 2"] as const) {
      const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-bench-"));
      const node = await startLargeNode(document, checkers, folder);
      const rounds: number[] = [];
      for (let round = 0; round < times; round += 1)
        rounds.push(await backUpAndRecover(node, version, document));
      await node.close();
      await rm(folder, { recursive: true });
      const best = (Math.min(...rounds) / 1_000).toFixed(2);
      const memory = Math.round(process.memoryUsage().rss / 1_048_576);
      process.stdout.write(
        `  ${SHARES} shares out and back over ${version}, ${name}: ${best} s, resident ${memory} MiB\n`,
      );
    }
  }
}
