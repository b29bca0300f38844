import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { NearAccount } from "near-workspaces";
import { BACKUP_SERVICE_METHODS, NODE_METHODS } from "../../../contract/src/interface/method-rules.ts";
import { addRoleKey, type DemoChain, startChain } from "../../../scripts/demo/chain.ts";
import { freePorts } from "../../../scripts/demo/impostor.ts";
import { type RunningProgram, runProgram, startProgram } from "../../../scripts/demo/programs.ts";
import { openFileKeyshareStore } from "../../keyshare/file-keyshare-store.ts";
import { toKeyshare } from "../../node/signer/keyshare-codec.ts";
import { generateKey } from "../../node/signer/test/in-memory-network.ts";
import { bundledProgram, bundlePrograms, type Program } from "../../operations/test/bundle-programs.ts";
import { testKey } from "../../operations/test/fake-contract.ts";
import { systemFiles } from "../../store/files.ts";
import { readStoreKeyFile } from "../../store/store-key.ts";
import { SEED } from "./support/seed.ts";

const NETWORK = "sandbox";
/** How often each program is killed while it comes to its rest. */
const KILLS = 5;
/** Within so many lines of its log. */
const MOST_LINES = 6;

for (const transport of [1, 2] as const) {
  describe(`behavior: real processes killed again and again on the embedded chain, version ${transport}`, () => {
    let folder = "";
    let chain: DemoChain;
    let operator: NearAccount;
    let nodePort = 0;
    const running = new Set<RunningProgram>();

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "mpc-recovery-killed-"));
      await bundlePrograms();
      chain = await startChain("build/mpc_recovery.wasm");
      operator = await chain.createOperator("a");
      [nodePort = 0] = await freePorts(1);
    });
    after(async () => {
      for (const { process } of running) process.kill("SIGKILL");
      await chain?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const config = (program: Program) => join(folder, program, "config.json");
    const command = (program: Program, name: string) =>
      runProgram(bundledProgram(program), [name, "--config", config(program)]);
    const start = (program: Program) => {
      const started = startProgram(
        program,
        bundledProgram(program),
        ["run", "--config", config(program)],
        folder,
      );
      running.add(started);
      return started;
    };

    async function init(program: Program): Promise<{ readonly tls_public_key: string }> {
      const who = ["--account-id", operator.accountId, "--contract-id", chain.contract.accountId];
      const looks = ["--network-id", NETWORK, "--rpc-url", chain.rpcUrl, "--own-node"];
      const how = ["--poll-interval-millis", "200", "--transport", `${transport}`];
      const own = ["--url", `https://127.0.0.1:${nodePort}`, "--listen-port", `${nodePort}`];
      const args = ["init", "--folder", join(folder, program), ...who, ...looks, ...how];
      const text = await runProgram(bundledProgram(program), program === "node" ? [...args, ...own] : args);
      const keys = JSON.parse(text);
      const methods = program === "node" ? NODE_METHODS : BACKUP_SERVICE_METHODS;
      await addRoleKey(operator, keys.near_public_key, chain.contract.accountId, methods);
      return keys;
    }

    /** The network starts with a key of three participants; the node holds the share of the first. */
    async function initialise(tls_public_key: string): Promise<void> {
      const slot = { domain_id: 0, epoch_id: 0, attempt: 0 };
      const [material] = generateKey("frost-ed25519", [0, 1, 2], 2);
      const share = toKeyshare(material ?? assert.fail(), slot);
      const keyset = { epoch_id: 0, domains: [{ domain_id: 0, key: share.public_key, attempt: 0 }] };
      const storeKey = await readStoreKeyFile(systemFiles, join(folder, "node", "store-key.json"));
      const owner = { network: NETWORK, contract: chain.contract.accountId, account: operator.accountId };
      const place = join(folder, "node", "data", "keyshares");
      await (await openFileKeyshareStore(systemFiles, place, storeKey, owner)).import(keyset, [share]);
      const info = (id: number) => ({ url: "https://nobody.example", tls_public_key: testKey(id).publicKey });
      const own = { url: `https://127.0.0.1:${nodePort}`, tls_public_key };
      const participants = [
        [operator.accountId, 0, own],
        ["b.test.near", 1, info(1)],
        ["c.test.near", 2, info(2)],
      ];
      await chain.contract.call(chain.contract, "init_running", {
        domains: [{ id: 0, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" }],
        next_domain_id: 1,
        keyset,
        parameters: { participants: { next_id: 3, participants }, threshold: 2 },
        init_config: { network_id: NETWORK },
      });
    }

    /** Starts a program, kills it when its log has so many lines or says that it waits, and again; then lets it live. */
    async function killAgainAndAgain(program: Program, lines: readonly number[]): Promise<RunningProgram> {
      for (const count of lines) {
        const victim = start(program);
        await victim.waitFor(
          `line ${count}`,
          ({ event }) => victim.lines.length >= count || event === "step.idle",
        );
        victim.process.kill("SIGKILL");
        await victim.ended;
      }
      return start(program);
    }

    async function bothComeToRest(lines: Readonly<Record<Program, readonly number[]>>) {
      const [node, backup] = await Promise.all([
        killAgainAndAgain("node", lines.node),
        killAgainAndAgain("backup", lines.backup),
      ]);
      await node.waitFor("serving", ({ event, reason }) => event === "step.idle" && reason === "serving");
      await backup.waitFor(
        "backed_up",
        ({ event, reason }) => event === "step.idle" && reason === "backed_up",
      );
      for (const program of ["node", "backup"] as const)
        assert.match(await command(program, "verify"), /^verified: /m);
      return { node, backup };
    }

    test("the backup is made, the lost node comes back, and every share verifies", {
      timeout: 240_000,
    }, async (context) => {
      context.diagnostic(`${KILLS} kills of each program in both parts, FAULTS_SEED=${SEED}`);
      const moments = fc.array(fc.integer({ min: 1, max: MOST_LINES }), {
        minLength: KILLS,
        maxLength: KILLS,
      });
      const plans = fc.record({ node: moments, backup: moments });
      const [first, second] = fc.sample(plans, { seed: SEED + transport, numRuns: 2 });
      assert.ok(first && second);
      await initialise((await init("node")).tls_public_key);
      await init("backup");
      const { node, backup } = await bothComeToRest(first);

      for (const program of [node, backup]) {
        program.process.kill("SIGKILL");
        await program.ended;
      }
      await rm(join(folder, "node"), { recursive: true });
      const fresh = await init("node");
      await bothComeToRest(second);
      const { Running } = (await chain.contract.view("state")) as { Running?: { parameters: unknown } };
      assert.ok(JSON.stringify(Running?.parameters).includes(fresh.tls_public_key));
    });
  });
}
