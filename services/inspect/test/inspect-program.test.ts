import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as sdk from "../../../sdk/src/index.ts";
import type { EventsReport } from "../../../sdk/src/inspect/read-events.ts";
import type { SigningReport } from "../../../sdk/src/inspect/signing-report.ts";
import { votesReport } from "../../../sdk/src/inspect/votes-report.ts";
import { bundleInspector } from "./bundle-inspector.ts";
import {
  askForSignature,
  confirmBackup,
  enterRecovery,
  type LiveNetwork,
  type Operator,
  proposalWith,
  registerService,
  startLiveNetwork,
  submitNode,
} from "./live-network.ts";
import { runInspector, secondEndpoint } from "./run-inspector.ts";

let network: LiveNetwork;
let second: Awaited<ReturnType<typeof secondEndpoint>>;
let folder: string;
let source: readonly string[];
let firstHeight: number;
let enteredIn: string;
const asking = new AbortController();
const PATH = 'm/44\u001b[2J\u202e"<b>';

before(async () => {
  await bundleInspector();
  network = await startLiveNetwork();
  second = await secondEndpoint(network);
  folder = mkdtempSync(join(tmpdir(), "inspect-"));
  source = ["--contract-id", network.contractId, "--rpc-url", network.rpcUrl, second.url];
  const [alice, bob, carol] = network.operators as [Operator, Operator, Operator];
  firstHeight = await network.height();
  for (const operator of [alice, bob]) {
    await submitNode(operator);
    await registerService(operator);
  }
  await confirmBackup(network, alice);
  const dave = await network.newcomer("dave", 60);
  const { value: bounds } = await sdk.storageBalanceBounds(network.reader);
  await sdk.storageDeposit(dave.owner, {}, { depositYocto: BigInt(bounds.min) });
  await submitNode(dave);
  const proposal = await proposalWith(network, dave);
  writeFileSync(join(folder, "proposal.json"), JSON.stringify(proposal, null, 2));
  await sdk.voteNewParameters(carol.owner, proposal);
  await enterRecovery(alice, alice.machine(5));
  enteredIn = (await sdk.voteCancelRecovery(bob.owner, { recovery_id: 0 })).transactionHash;
});

after(async () => {
  asking.abort();
  second?.stop();
  await network?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("behavior: every example of docs/inspecting.md runs as it stands there", async () => {
  const page = readFileSync("docs/inspecting.md", "utf8");
  const fences = [...page.matchAll(/```sh\n(.*?)```/gs)].map(([, body = ""]) => body);
  const commands = fences.flatMap((body) => body.trim().split("\n"));
  assert.ok(commands.length >= 12, `expected examples, found ${commands.length}`);
  const height = await network.height();
  const examples = commands.map((command) => async () => {
    const [program, ...words] = command.split(" ");
    assert.equal(program, "mpc-inspect", command);
    const args = words.map((word) => SUBSTITUTES[word]?.(height) ?? word);
    const isEndless = args.includes("--watch") || args[0] === "serve";
    const port = args[0] === "serve" ? ["--port", "0"] : [];
    const run = await runInspector([...args, ...port], { cwd: folder, ...(isEndless && { until: /\n/ }) });
    assert.deepEqual([run.code, run.stderr], [0, ""], command);
    assert.ok(run.stdout.length > 20, command);
    assert.ok(!run.stdout.includes("\u001b"), "plain where it is piped");
  });
  // A few at once: most of their time is the start of a process.
  while (examples.length > 0) await Promise.all(examples.splice(0, 4).map((example) => example()));
});

const SUBSTITUTES: Readonly<Record<string, (height: number) => string>> = {
  "mpc.near": () => network.contractId,
  "https://rpc.one.example": () => network.rpcUrl,
  "https://rpc.two.example": () => second.url,
  // The embedded chain keeps the newest state only.
  "150000000": (height) => String(height),
  "150007200": (height) => String(height),
  B97iDqa2SWtxbWB549th1NdeykB4dvfgQXReeBz3qhMA: () => enteredIn,
};

test("behavior: --json is what the SDK's types describe, at the block that it names", async () => {
  const { stdout } = await runInspector(["votes", "--json", ...source]);
  const report = JSON.parse(stdout);
  const at = { hash: report.block.hash as string };
  const { value: state } = await sdk.state(network.reader, {}, { at });
  const { value: updates } = await sdk.proposedUpdates(network.reader, {}, { at });
  assert.deepEqual(report.value, JSON.parse(JSON.stringify(votesReport(state, updates))));
  assert.deepEqual(report.endpoints, [network.rpcUrl, second.url]);
  const shown = JSON.parse((await runInspector(["state", "--json", ...source])).stdout);
  const { value } = await sdk.state(network.reader, {}, { at: { hash: shown.block.hash } });
  assert.deepEqual(shown.value.state, JSON.parse(JSON.stringify(value)));
});

test("behavior: a request that waits is shown with who asked for it, at one block", async () => {
  const [, , carol] = network.operators as [Operator, Operator, Operator];
  await askForSignature(network, carol, PATH, asking.signal);
  const { stdout } = await runInspector(["requests", "--json", ...source]);
  const { block, value } = JSON.parse(stdout) as { block: { height: number }; value: SigningReport };
  assert.deepEqual(value.domains, [{ domainId: 0, waiting: 1, refusal: null }]);
  const [waiting] = value.waiting;
  assert.deepEqual(waiting?.asker, { predecessorId: "carol.test.near", path: PATH });
  assert.equal(waiting?.payload, "ab".repeat(40));
  assert.equal((waiting?.waitedBlocks ?? 0) + (waiting?.requestedIn ?? 0), block.height);
  const text = (await runInspector(["requests", ...source])).stdout;
  assert.match(text, /asked by: carol\.test\.near under the path "m\/44\\u001b\[2J\\u\{202e\}\\"<b>"/);
  assert.match(
    text,
    /callers: 1\n {2}waits: \d+ blocks?, about .*since block \d+\n {2}times out: on block \d+/,
  );
});

test("behavior: the hash that is computed offline is the one in the contract's event", async () => {
  const hash = (
    await runInspector(["proposal", "--hash", "--file", join(folder, "proposal.json")])
  ).stdout.trim();
  const { stdout } = await runInspector(["events", "--since", String(firstHeight), "--json", ...source]);
  const { events } = JSON.parse(stdout).value as EventsReport;
  const voted = events.find(({ event }) => event === "parameters_voted");
  assert.equal(voted?.data.proposal, hash);
  const names = events.map(({ event }) => event);
  const last = ["parameters_voted", "recovery_started", "recovery_cancel_voted", "signature_requested"];
  assert.deepEqual(names.slice(-4), last, "also those of a call that still waits");
});

test("behavior: a file that differs from what is voted on is told from it, with exit code 1", async () => {
  const file = join(folder, "other.json");
  writeFileSync(
    file,
    readFileSync(join(folder, "proposal.json"), "utf8").replace('"threshold": 3', '"threshold": 4'),
  );
  const run = await runInspector(["proposal", "--file", file, ...source]);
  assert.equal(run.code, 1);
  assert.match(run.stderr, /nobody has voted for the content/);
  assert.match(run.stdout, /is on chain nowhere/);
});

test("behavior: a transaction is explained with its caller, arguments and events", async () => {
  const run = await runInspector([
    "explain",
    enteredIn,
    "--contract-id",
    network.contractId,
    "--rpc-url",
    network.rpcUrl,
  ]);
  assert.match(run.stdout, /succeeded\nby bob\.test\.near with the key ed25519:/);
  assert.match(run.stdout, /vote_cancel_recovery\n {2}attached: 0 yocto\n {2}arguments: \{"recovery_id":0\}/);
  assert.match(run.stdout, /recovery_cancel_voted A member voted to cancel the open Recovery\./);
  const piped = await runInspector(["explain", "-"], { input: "it said EPOCH_MISMATCH\n" });
  assert.match(piped.stdout, /^EPOCH_MISMATCH The keyset is of another epoch/);
});

test("behavior: a block that the node doesn't keep the state of is said so, without a stack trace", async () => {
  const run = await runInspector(["state", "--at", String(firstHeight), ...source]);
  assert.equal(run.code, 1);
  assert.match(
    run.stderr,
    /^mpc-inspect: The endpoint doesn't have the block at height \d+, or no longer keeps its state\. .*archival endpoint\.\n$/,
  );
});

test("behavior: wrong options end with code 2, an endpoint that is gone with 3", async () => {
  const twice = await runInspector([
    "state",
    "--contract-id",
    network.contractId,
    "--rpc-url",
    network.rpcUrl,
    network.rpcUrl,
  ]);
  assert.deepEqual([twice.code, /agrees with itself/.test(twice.stderr)], [2, true]);
  assert.equal(
    (await runInspector(["state", "--contract-id", "Not An Account", "--rpc-url", network.rpcUrl])).code,
    2,
  );
  assert.equal((await runInspector(["events", ...source])).code, 2);
  const gone = await runInspector(["state", "--contract-id", "a.near", "--rpc-url", "http://127.0.0.3:9"]);
  assert.deepEqual([gone.code, /can't be reached/.test(gone.stderr)], [3, true]);
});
