import { readdirSync, readFileSync } from "node:fs";
import { createProvenReader } from "../../../sdk/src/client/proven-reader.ts";
import { contractViewReader } from "../../../services/operations/read-contract-view.ts";
import { startChain } from "../../demo/chain.ts";
import { benchNetwork } from "../network.ts";

const AGENTS = 200;
const PARTICIPANTS = 40;
const ROUNDS = 3;
/** `poll_interval_millis` when nothing is configured. */
const POLL_SECONDS = 5;

/** Prints what 200 agents with nothing to do cost one endpoint of the embedded chain. */
export async function measureIdleAgents(wasmFile: string): Promise<void> {
  const chain = await startChain(wasmFile);
  try {
    const network = benchNetwork(PARTICIPANTS);
    const contractId = chain.contract.accountId;
    await chain.contract.call(chain.contract, "init_running", { ...network.initRunning });
    const agents = Array.from({ length: AGENTS }, (_, index) => {
      const trust = { kind: "own_node", endpoint: { url: chain.rpcUrl } } as const;
      const account = network.account(index % PARTICIPANTS);
      return contractViewReader(createProvenReader({ contractId, trust }), { kind: "own_node" }, account);
    });
    const before = cpuSeconds();
    for (let round = 0; round < ROUNDS; round += 1)
      await Promise.all(agents.map((look) => look(new AbortController().signal)));
    const after = cpuSeconds();
    const looks = AGENTS * ROUNDS;
    const figures = (["chain", "agents"] as const).map((who) => {
      const millis = (1_000 * (after[who] - before[who])) / looks;
      const percent = (millis * AGENTS) / POLL_SECONDS / 10;
      return `${who} ${millis.toFixed(1)} ms of processor for a look, ${percent.toFixed(0)} % of a core for all`;
    });
    process.stdout.write(
      `  ${AGENTS} agents that look every ${POLL_SECONDS} s at ${PARTICIPANTS} participants: ${figures.join("; ")}\n`,
    );
  } finally {
    await chain.stop();
  }
}

/** What this process and its child, the chain, have used so far. The child's is told by Linux alone; 0 elsewhere. */
function cpuSeconds(): { readonly chain: number; readonly agents: number } {
  const { user, system } = process.cpuUsage();
  const processes =
    process.platform === "linux" ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  const chain = processes.map(childSeconds).reduce((sum, seconds) => sum + seconds, 0);
  return { chain, agents: (user + system) / 1e6 };
}

const TICKS_PER_SECOND = 100;

function childSeconds(pid: string): number {
  try {
    // After the name, which may contain anything: state, parent, …, user and system time in ticks.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    if (Number(fields[1]) !== process.pid) return 0;
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}
