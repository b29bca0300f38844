import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { type AddressInfo, createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ensureSandbox } from "../../src/launcher/ensure-sandbox.ts";
import { removeOldBundles } from "../../src/launcher/old-bundles.ts";
import { startSandbox } from "../../src/launcher/start-sandbox.ts";

const EXECUTABLE = ensureSandbox();
const PRINT_PATH = join(import.meta.dirname, "../../src/launcher/print-path.ts");

test("sandbox:path prints the executable's path and nothing else, also when asked many times at once", async () => {
  const run = promisify(execFile);
  const asked = [1, 2, 3].map(() => run(process.execPath, ["--import", "tsx", PRINT_PATH]));
  for (const { stdout } of await Promise.all(asked)) assert.equal(stdout, `${EXECUTABLE}\n`);
});

test("the executable runs without PATH", () => {
  const output = execFileSync(EXECUTABLE, ["--version"], { env: {}, encoding: "utf8" });
  assert.match(output, /^neard /);
});

test("a wrong command line ends with code 2 and says what was expected", async () => {
  const failed = await promisify(execFile)(EXECUTABLE, ["dance"]).catch((error: unknown) => error);
  const { code, stderr } = failed as { code: number; stderr: string };
  assert.equal(code, 2);
  assert.match(stderr, /expected the command init or run, found dance/);
});

test("init keeps the keys and the genesis that are there", () => {
  const home = mkdtempSync(join(tmpdir(), "init-test-"));
  execFileSync(EXECUTABLE, ["--home", home, "init", "--chain-id", "localnet"]);
  const read = () =>
    ["validator_key.json", "genesis.json"].map((file) => readFileSync(join(home, file), "utf8"));
  const first = read();
  execFileSync(EXECUTABLE, ["--home", home, "init", "--fast"]);
  assert.deepEqual(read(), first);
  rmSync(home, { recursive: true });
});

test("stop ends the process, frees the port and removes the temporary home; twice is as good as once", async () => {
  const sandbox = await startSandbox({ protocolVersion: 87 });
  const status = (await (await fetch(`${sandbox.rpcUrl}/status`)).json()) as { protocol_version: number };
  assert.equal(status.protocol_version, 87);
  assert.equal(existsSync(sandbox.home), true);
  await sandbox.stop();
  await sandbox.stop();
  assert.equal(existsSync(sandbox.home), false);
  assert.equal(await isListening(sandbox.rpcUrl), false);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} ends a node with code 0, even while a client holds a connection`, async () => {
    const home = mkdtempSync(join(tmpdir(), "signal-test-"));
    execFileSync(EXECUTABLE, ["--home", home, "init"]);
    const port = await freePort();
    const node = spawn(EXECUTABLE, ["--home", home, "run", "--rpc-addr", `127.0.0.1:${port}`], {
      stdio: "ignore",
    });
    const rpcUrl = `http://127.0.0.1:${port}`;
    while (!(await isListening(rpcUrl))) await new Promise((resolve) => setTimeout(resolve, 20));
    const held = createConnection({ host: "127.0.0.1", port }).on("error", () => {});
    await once(held, "connect");
    const ended = once(node, "exit");
    node.kill(signal);
    assert.deepEqual(await ended, [0, null]);
    assert.equal(await isListening(rpcUrl), false);
    held.destroy();
    rmSync(home, { recursive: true });
  });
}

test("a validator key that isn't the genesis validator's is refused by name", async () => {
  const home = mkdtempSync(join(tmpdir(), "validator-test-"));
  execFileSync(EXECUTABLE, ["--home", home, "init"]);
  rmSync(join(home, "validator_key.json"));
  execFileSync(EXECUTABLE, ["--home", home, "init"]);
  const run = promisify(execFile)(EXECUTABLE, ["--home", home, "run", "--rpc-addr", "127.0.0.1:0"]);
  await assert.rejects(
    run,
    /validator_key\.json: expected ed25519:\w+, the first validator in genesis\.json/,
  );
  rmSync(home, { recursive: true });
});

test("many sandboxes run side by side", async () => {
  const sandboxes = await Promise.all([startSandbox(), startSandbox(), startSandbox()]);
  assert.equal(new Set(sandboxes.map(({ rpcUrl }) => rpcUrl)).size, 3);
  await Promise.all(sandboxes.map(({ stop }) => stop()));
});

test("a sandbox that can't start says why", async () => {
  const first = await startSandbox();
  const port = Number(new URL(first.rpcUrl).port);
  try {
    await assert.rejects(startSandbox({ port }), /EADDRINUSE/);
  } finally {
    await first.stop();
  }
});

test("a port that only an outgoing connection has is waited for", async () => {
  const server = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(server, "listening");
  const outgoing = createConnection({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
  await once(outgoing, "connect");
  const port = outgoing.localPort!;
  const starting = startSandbox({ port });
  await assert.rejects(listenAt(port), /EADDRINUSE/);
  outgoing.resetAndDestroy();
  server.close();
  const sandbox = await starting;
  assert.equal(sandbox.rpcUrl, `http://127.0.0.1:${port}`);
  await sandbox.stop();
});

test("a replaced bundle stays for those who are about to load it", () => {
  const folder = mkdtempSync(join(tmpdir(), "bundles-test-"));
  const [current, young, old] = ["0", "1", "2"].map((digit) =>
    join(folder, `near-sandbox-${digit.repeat(16)}`),
  );
  for (const path of [current!, young!, old!, join(folder, "bin")]) mkdirSync(path);
  for (const path of [current!, old!, join(folder, "bin")]) utimesSync(path, new Date(0), new Date(0));
  removeOldBundles(folder, current!);
  assert.deepEqual(readdirSync(folder).sort(), [basename(current!), basename(young!), "bin"].sort());
  rmSync(folder, { recursive: true });
});

test("a sandbox whose parent is killed ends by itself", async () => {
  const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", PARENT], {
    cwd: dirname(PRINT_PATH),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const announced = await new Promise<string>((resolve) => {
    parent.stdout.setEncoding("utf8").once("data", resolve);
  });
  const { home, rpcUrl } = JSON.parse(announced) as { home: string; rpcUrl: string };
  assert.equal(await isListening(rpcUrl), true);
  parent.kill("SIGKILL");
  while (await isListening(rpcUrl)) await new Promise((resolve) => setTimeout(resolve, 50));
  while (existsSync(home)) await new Promise((resolve) => setTimeout(resolve, 50));
});

const PARENT = `
import { removeOldBundles } from "../../src/launcher/old-bundles.ts";
import { startSandbox } from "./start-sandbox.ts";
const { home, rpcUrl } = await startSandbox();
process.stdout.write(JSON.stringify({ home, rpcUrl }));
`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function listenAt(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
  });
}

function isListening(rpcUrl: string): Promise<boolean> {
  const { hostname, port } = new URL(rpcUrl);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
