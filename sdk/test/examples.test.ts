import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { CALL_RULES } from "../../contract/src/interface/method-rules.ts";
import { type RunningSandbox, startSandbox } from "../../sandbox/src/launcher/start-sandbox.ts";
import * as sdk from "../src/index.ts";
import { CONFIG, keyOf, type Member, startNetwork, type TestChain } from "./test-chain.ts";

/** The examples and the README run as a user runs them, on the built package and the real contract. */
const ROOT = resolve(import.meta.dirname, "../..");
const EXAMPLES = join(ROOT, "sdk/examples");
const run = promisify(execFile);

let sandbox: RunningSandbox;
let chain: TestChain;
let folder: string;
let member: Member;
let ownerFile: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "mpc-recovery-examples-"));
  sandbox = await startSandbox();
  chain = await startNetwork(sandbox, ["alice", "bob", "carol"]);
  member = chain.members[0] ?? assert.fail();
  ownerFile = join(folder, "owner.json");
  await sdk.createKeyFile(ownerFile, { accountId: member.accountId, keyPair: member.ownerKey });
});

after(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What each example prints, with the environment that it needs beside the chain's. */
const EXPECTED: Readonly<Record<string, () => Promise<void>>> = {
  "read-state.ts": async () => {
    const printed = await example("read-state.ts");
    assert.match(printed, /^Running at block \d+\n3 participants, threshold 2\n0 alice\.test\.near/);
    assert.equal(printed.match(/no fresh backup/g)?.length, 3);
  },
  "quorum-read.ts": async () => {
    const other = chain.rpcUrl.replace("127.0.0.1", "localhost");
    const printed = await example("quorum-read.ts", { NEAR_RPC_2: other });
    assert.match(printed, /^Running, proven at block \d+\n$/);
    const nobody = await example("quorum-read.ts", { NEAR_RPC_2: "http://localhost:1" });
    assert.equal(nobody, "refused: QUORUM_NOT_REACHED\n");
  },
  "dry-run.ts": async () => {
    const printed = await example("dry-run.ts", {
      ACCOUNT: member.accountId,
      SIGNER_KEY: member.ownerKey.publicKey,
    });
    assert.match(printed, /^would log: participant_url_changed\nwould be refused: .*UNEXPECTED_STATE/);
    // The chain then does what was foreseen.
    const { caller } = ownerOf(member);
    await assert.rejects(sdk.concludeRecovery(caller), { code: "UNEXPECTED_STATE" });
    const { logs } = await sdk.updateParticipantUrl(caller, { url: "https://moved.example" });
    assert.equal(logs.length, 1);
    assert.match(logs[0] ?? "", /participant_url_changed/);
  },
  "watch-participants.ts": async () => {
    const environment = { CURSOR_FILE: join(folder, "watch.json"), ONCE: "yes" };
    assert.match(await example("watch-participants.ts", environment), /^Running at block \d+\n$/);
    const { caller } = ownerOf(chain.members[1] ?? assert.fail());
    await sdk.updateParticipantUrl(caller, { url: "https://moved-too.example" });
    const printed = await example("watch-participants.ts", environment);
    assert.match(printed, /^bob\.test\.near moved\nRunning at block \d+\n$/);
  },
  "vote-on-update.ts": async () => {
    const { caller } = ownerOf(member);
    const update = { code: null, config: { ...CONFIG, recovery_timeout_blocks: 100 } };
    const { value } = await sdk.proposeUpdate(caller, update, { depositYocto: 10n ** 23n });
    const voted = await example("vote-on-update.ts", { KEY_FILE: ownerFile, UPDATE_ID: String(value) });
    assert.match(voted, /^voted in \w{43,44}\n$/);
    const missing = await example("vote-on-update.ts", { KEY_FILE: ownerFile, UPDATE_ID: "99" });
    assert.equal(missing, `there is no update 99; open: ${value}\n`);
  },
  "with-near-kit.ts": async () => {
    const printed = await example("with-near-kit.ts", { KEY_FILE: ownerFile });
    assert.equal(printed, `Running\n${member.accountId} votes for no update\n`);
  },
  "role-keys.ts": async () => {
    const [node, service] = [keyOf(201), keyOf(202)];
    const printed = await example("role-keys.ts", {
      KEY_FILE: ownerFile,
      NODE_KEY: node.publicKey,
      SERVICE_KEY: service.publicKey,
    });
    assert.equal(printed, `node: ${NODE.join(" ")}\nbackup service: ${SERVICE.join(" ")}\n`);
    await mayCallOnly(node, NODE);
    await mayCallOnly(service, SERVICE);
  },
  "recover-a-node.ts": async () => {
    const printed = await example("recover-a-node.ts");
    const lines = ["the node runs; now its machine is lost", "state: Recovery"];
    const end = "state: Running; test.near is at https://new.example, epoch 0 as before";
    assert.equal(printed, `${[...lines, end].join("\n")}\n`);
  },
};

const NODE = sdk.roleMethods("node");
const SERVICE = sdk.roleMethods("backup_service");

test("behavior: there is a test for every example", () => {
  assert.deepEqual(readdirSync(EXAMPLES).sort(), Object.keys(EXPECTED).sort());
});

for (const [file, check] of Object.entries(EXPECTED)) {
  test(`behavior: the example ${file} runs on the built package and prints what it should`, check);
}

test("behavior: the README's TypeScript runs as it stands", async () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const fences = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
  assert.ok(fences.length >= 2, `expected at least 2 fences, found ${fences.length}`);
  // Inside the project, so that it finds the package by its name.
  const file = join(ROOT, `build/readme-${process.pid}.ts`);
  writeFileSync(file, fences.join("\n"));
  try {
    const printed = await program(file, {});
    assert.match(printed, /^Running/);
    assert.match(printed, /UNEXPECTED_STATE/);
  } finally {
    rmSync(file);
  }
});

test("behavior: every npm script that the README names exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const named = readFileSync(join(ROOT, "README.md"), "utf8").matchAll(
    /npm (?:run (?:--silent )?([\w:]+)|(test)\b)/g,
  );
  for (const [, script, test] of named) assert.ok((script ?? test ?? "") in scripts, script ?? test);
});

/** The key does every method of the list, whatever the contract says to it, and none of the others. */
async function mayCallOnly(keyPair: sdk.Ed25519KeyPair, methods: readonly string[]): Promise<void> {
  const { contractId, rpcUrl: url } = chain;
  const { accountId } = member;
  const caller = sdk.createSender({ endpoint: { url }, contractId, accountId, keyPair });
  const gas = 30n * 10n ** 12n;
  for (const method of EVERY_CALL) {
    const error = await caller.call(method, {}, { gas, depositYocto: 0n }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const isStopped = sdk.errorCode(error) === "ACCESS_KEY_WRONG_METHOD";
    assert.equal(isStopped, !methods.includes(method), `${method}: ${String(error)}`);
  }
}

const EVERY_CALL = Object.keys(CALL_RULES);

function ownerOf({ accountId, ownerKey: keyPair }: Member): { readonly caller: sdk.CallContract } {
  const endpoint = { url: chain.rpcUrl };
  return { caller: sdk.createSender({ endpoint, contractId: chain.contractId, accountId, keyPair }) };
}

function example(file: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  return program(join(EXAMPLES, file), environment);
}

async function program(file: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await run(process.execPath, ["--import", "tsx", file], {
    cwd: ROOT,
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      NEAR_RPC: chain.rpcUrl,
      MPC_CONTRACT: chain.contractId,
      ...environment,
    },
  });
  return stdout;
}
