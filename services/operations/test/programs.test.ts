import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { bundledProgram, bundlePrograms, PROGRAMS, type Program } from "./bundle-programs.ts";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

before(bundlePrograms);

/** Runs a real program in a process of its own, bundled as it is shipped. */
function run(program: Program, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [bundledProgram(program), ...args],
      { timeout: 60_000 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

/** A NEAR endpoint on which every account lacks a contract. */
async function startEmptyChain(): Promise<http.Server> {
  const server = http.createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { id, method } = JSON.parse(text);
    const header = {
      height: 5,
      hash: "11111111111111111111111111111111",
      timestamp: Date.now() * 1e6,
      timestamp_nanosec: `${Date.now()}000000`,
    };
    const unknown = {
      name: "HANDLER_ERROR",
      cause: { name: "UNKNOWN_ACCOUNT", info: {} },
      code: -32000,
      message: "Server error",
    };
    const answer = method === "block" ? { result: { header } } : { error: unknown };
    response
      .setHeader("content-type", "application/json")
      .end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

for (const program of PROGRAMS) {
  describe(`behavior: mpc-${program} with bad input says one clear line and overwrites nothing`, {
    concurrency: 2,
  }, () => {
    let folder = "";
    let chain: http.Server;
    let made: Ended;
    const path = (name: string) => join(folder, "made", name);
    const runWith = async (name: string, config: string) => {
      // A data folder of its own, since these run at the same time.
      await writeFile(path(name), config.replace('"data"', `"data of ${name}"`));
      return run(program, "run", "--config", path(name));
    };
    const refusal = ({ code, stderr }: Ended, expectedCode: number, message: RegExp) => {
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
      assert.ok(stderr.startsWith(`mpc-${program}: `), stderr);
      assert.equal(code, expectedCode);
    };
    let config = "";
    const lineOf = (text: string) => config.slice(0, config.indexOf(text)).split("\n").length;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "mpc-recovery-programs-"));
      chain = await startEmptyChain();
      made = await init();
      config = await readFile(path("config.json"), "utf8");
    });
    after(async () => {
      chain.close();
      await rm(folder, { recursive: true });
    });

    const init = () => {
      const url = `http://127.0.0.1:${(chain.address() as AddressInfo).port}`;
      const own = [
        "--account-id",
        "a.near",
        "--contract-id",
        "mpc.near",
        "--network-id",
        "testnet",
        "--rpc-url",
        url,
        "--own-node",
      ];
      const node = program === "node" ? ["--url", "https://127.0.0.1:4001", "--listen-port", "0"] : [];
      return run(program, "init", "--folder", join(folder, "made"), ...own, ...node);
    };

    test("init makes keys of mode 0600, prints their public halves, and a second one changes nothing", async () => {
      assert.equal(made.code, 0, made.stderr);
      const printed = JSON.parse(made.stdout);
      const nearKey = JSON.parse(await readFile(path("keys/near-key.json"), "utf8"));
      assert.equal(printed.near_public_key, nearKey.public_key);
      assert.ok(!made.stdout.includes(nearKey.secret_key));
      for (const name of ["keys/near-key.json", "keys/tls-key.json", "store-key.json", "config.json"]) {
        assert.equal((await stat(path(name))).mode & 0o777, 0o600, name);
      }
      refusal(await init(), 2, /exists already; nothing was changed/);
      assert.deepEqual(JSON.parse(await readFile(path("keys/near-key.json"), "utf8")), nearKey);
    });

    test("a missing config", async () => {
      refusal(await run(program, "run", "--config", path("nothing.json")), 2, /doesn't exist/);
    });

    test("a broken config, with the line", async () => {
      refusal(
        await runWith("broken.json", config.replace('"mpc.near",', '"mpc.near"')),
        2,
        new RegExp(`broken\\.json:${lineOf('"account_id":')}: expected a comma`),
      );
      refusal(
        await runWith("unfit.json", config.replace('"mpc.near"', '"MPC"')),
        2,
        /unfit\.json:4: "contract_id": expected a NEAR account id, found "MPC"/,
      );
    });

    test("one endpoint that isn't the operator's own", async () => {
      const single = config.replace(/^ *"own_node": true/m, '"own_node": false');
      refusal(await runWith("single.json", single), 2, /names one endpoint, which could lie/);
    });

    test("a broken, a missing and an unreadable key file", async () => {
      await writeFile(path("keys/broken.json"), '{"public_key":"ed25519:x","secret_key":"canary-4711"}');
      const broken = await runWith(
        "broken-key.json",
        config.replace("keys/near-key.json", "keys/broken.json"),
      );
      refusal(broken, 2, /keys\/broken\.json/);
      assert.doesNotMatch(broken.stderr, /canary/);
      refusal(
        await runWith("no-key.json", config.replace("keys/tls-key.json", "keys/none.json")),
        2,
        /keys\/none\.json/,
      );
      refusal(
        await runWith("folder-key.json", config.replace('"store-key.json"', '"keys"')),
        2,
        /store key file .* is a folder/,
      );
    });

    test("an unreachable endpoint", async () => {
      const gone = config.replace(/http:\/\/127\.0\.0\.1:\d+/, "http://127.0.0.1:9");
      refusal(await runWith("gone.json", gone), 3, /127\.0\.0\.1:9/);
    });

    test("a wrong contract id", async () => {
      refusal(
        await run(program, "run", "--config", path("config.json")),
        2,
        /no recovery contract at "contract_id" mpc\.near/,
      );
    });

    test("a missing option prints the usage", async () => {
      const { code, stderr } = await run(program, "run");
      assert.equal(code, 2);
      assert.match(stderr, /required option '--config <file>' not specified/);
    });
  });
}

describe("behavior: mpc-node reactivate", () => {
  test("makes new keys and keeps the old ones beside them; a half-done one keeps the node from running", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mpc-recovery-reactivate-"));
    const options = [
      "--account-id",
      "a.near",
      "--contract-id",
      "mpc.near",
      "--network-id",
      "testnet",
      "--own-node",
    ];
    const own = ["--rpc-url", "http://127.0.0.1:9", "--url", "https://127.0.0.1:4001", "--listen-port", "0"];
    const before = JSON.parse((await run("node", "init", "--folder", folder, ...options, ...own)).stdout);
    const config = join(folder, "config.json");
    const after = JSON.parse((await run("node", "reactivate", "--config", config)).stdout);
    assert.notEqual(after.tls_public_key, before.tls_public_key);
    assert.notEqual(after.near_public_key, before.near_public_key);
    const kept = ["near-key.json", "near-key.json.retired-1", "tls-key.json", "tls-key.json.retired-1"];
    assert.deepEqual((await readdir(join(folder, "keys"))).sort(), kept);
    const old = JSON.parse(await readFile(join(folder, "keys/tls-key.json.retired-1"), "utf8"));
    assert.equal(old.public_key, before.tls_public_key);
    await writeFile(join(folder, "keys/tls-key.json.new"), "");
    await chmod(join(folder, "keys/tls-key.json.new"), 0o600);
    const half = await run("node", "run", "--config", config);
    assert.match(half.stderr, /`reactivate` was interrupted: run it again/);
    assert.equal(half.code, 2);
    await rm(folder, { recursive: true });
  });
});
