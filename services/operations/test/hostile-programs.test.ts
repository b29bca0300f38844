import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { type FakeNode, honest, startFakeNode } from "../../../sdk/test/fake-node.ts";
import { bundledProgram, bundlePrograms, PROGRAMS, type Program } from "./bundle-programs.ts";
import { fakeViews, loopbackInfo, runningWith, testKey } from "./fake-contract.ts";

before(bundlePrograms);

const RPC_SECRET = "canary-api-key";

for (const program of PROGRAMS) {
  describe(`behavior: mpc-${program} on a hostile machine and network`, { concurrency: 2 }, () => {
    let folder = "";
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "mpc-recovery-hostile-"));
    });
    after(() => rm(folder, { recursive: true }));

    test("no secret is in its output, its answers, its command line or a file that others may read", async (context) => {
      const at = await setUp(context, program, join(folder, "canaries"));
      const running = at.start("pipe");
      const output = collect(running);
      await at.answering(running);
      // The node isn't there, so each step of the service fails in its own words.
      const texts = [await at.get("/status"), await at.get("/metrics"), await at.get("/healthz")];
      for (const place of ["cmdline", "environ", "comm"])
        texts.push(await readFile(`/proc/${running.pid}/${place}`, "utf8"));
      const { behave } = at.node;
      at.node.behave = () => ({ result: { canary: at.secrets.join() } });
      await at.asked(running, 3);
      running.kill("SIGTERM");
      assert.equal((await once(running, "close"))[0], 0, output());
      at.node.behave = behave;
      texts.push(output(), (await at.run("status")).output);
      assert.match(texts.at(-1) ?? "", /^next: /m);
      for (const command of program === "backup" ? ["verify", "drill", "registration"] : ["verify"])
        texts.push((await at.run(command)).output);
      assert.match(texts.join(""), /program\.started/);
      for (const secret of at.secrets) assert.ok(!texts.join("\n").includes(secret), secret.slice(0, 4));
      for (const name of await readdir(join(folder, "canaries"), { recursive: true })) {
        assert.equal((await stat(join(folder, "canaries", name))).mode & 0o077, 0, name);
      }
    });

    test("a full disk under its log doesn't end it", async (context) => {
      const at = await setUp(context, program, join(folder, "full"));
      const full = await open("/dev/full", "w");
      const running = at.start(full.fd);
      await full.close();
      await at.answering(running);
      await at.asked(running, 3);
      assert.equal(running.exitCode, null);
      running.kill("SIGTERM");
      assert.equal((await once(running, "close"))[0], 0);
    });
  });
}

/** A program's folder, and an endpoint on which its account is a member whose node is gone. */
async function setUp(context: TestContext, program: Program, folder: string) {
  const node = await startFakeNode(context, () => ({ result: null }));
  const localPort = await freePort();
  const rpc = `${node.endpoint.url}/${RPC_SECRET}`;
  const account = ["--account-id", "a.near", "--contract-id", "mpc.near", "--network-id", "testnet"];
  const looks = [
    "--rpc-url",
    rpc,
    "--own-node",
    "--poll-interval-millis",
    "50",
    "--local-port",
    `${localPort}`,
  ];
  const own = program === "node" ? ["--url", "https://127.0.0.1:4001", "--listen-port", "0"] : [];
  const made = await run(program, ["init", "--folder", folder, ...account, ...looks, ...own]);
  const keys = JSON.parse(made.output);
  const listed = loopbackInfo(program === "node" ? keys.tls_public_key : testKey(1).publicKey, 9);
  const service = { public_key: keys.tls_public_key, signer_account_pk: keys.near_public_key };
  const views = fakeViews({ state: runningWith(listed), service });
  node.behave = (method, params) =>
    honest({ head: 100, headMillis: Date.now() - 1_000, views })(method, params);
  const config = join(folder, "config.json");
  return {
    node,
    secrets: [RPC_SECRET, ...(await secretsIn(folder))],
    start(log: "pipe" | number) {
      const args = [bundledProgram(program), "run", "--config", config];
      const running = spawn(process.execPath, args, { stdio: ["ignore", "pipe", log] });
      context.after(() => running.kill("SIGKILL"));
      return running;
    },
    run: (command: string) => run(program, [command, "--config", config]),
    get: async (path: string) => (await fetch(`http://127.0.0.1:${localPort}${path}`)).text(),
    answering: (running: ChildProcess) =>
      whileRunning(running, async () => (await fetch(`http://127.0.0.1:${localPort}/healthz`)).status > 0),
    asked: (running: ChildProcess, more: number) => askedAgain(running, node, more),
  };
}

/** The secrets in the key files, in every spelling that a program might use. */
async function secretsIn(folder: string): Promise<readonly string[]> {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8"));
  const near = await read("keys/near-key.json");
  const tls = await read("keys/tls-key.json");
  const { key } = await read("store-key.json");
  const plain = [near.secret_key, tls.secret_key].map((text: string) => text.replace(/^ed25519:/, ""));
  return [...plain, key, Buffer.from(key, "base64").toString("hex")];
}

function run(program: Program, args: readonly string[]): Promise<{ readonly output: string }> {
  const running = spawn(process.execPath, [bundledProgram(program), ...args], { timeout: 30_000 });
  const output = collect(running);
  return once(running, "close").then(() => ({ output: output() }));
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let text = "";
  for (const stream of [stdout, stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
  }
  return () => text;
}

async function askedAgain(running: ChildProcess, node: FakeNode, more: number): Promise<void> {
  const enough = node.asked.length + more;
  await whileRunning(running, async () => node.asked.length >= enough);
}

/** Waits until it holds; fails when the program ends before. */
async function whileRunning(running: ChildProcess, holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds().catch(() => false))) {
    assert.equal(running.exitCode, null, "the program ended by itself");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
