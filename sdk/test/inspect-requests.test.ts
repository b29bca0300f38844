import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import type { BlockHeight } from "../../contract/src/protocol/brand.ts";
import { MAX_DUPLICATE_REQUESTS, MAX_PENDING_REQUESTS } from "../../contract/src/protocol/limits.ts";
import type { RequestId } from "../../contract/src/protocol/requests/signature-request.ts";
import { addDomains, allVote, domain } from "../../contract/test/support/governance.ts";
import { entry, type Scenario, scenario } from "../../contract/test/support/network.ts";
import {
  ECDSA,
  EDDSA,
  HONEST_MAJORITY_ECDSA,
  payloadFor,
  requestOf,
  respondCall,
  signCall,
  signingNetwork,
  timeOutCall,
} from "../../contract/test/support/requests.ts";
import { pendingRequests } from "../src/actions/views.ts";
import { requestIdOf } from "../src/crypto/derived-keys.ts";
import { type Asker, type Askers, askersIn } from "../src/inspect/find-askers.ts";
import type { SeenEvent } from "../src/inspect/read-events.ts";
import { printLines } from "../src/inspect/render/print-lines.ts";
import { quotedPath, renderRequests } from "../src/inspect/render/render-requests.ts";
import { type SigningReport, signingReport } from "../src/inspect/signing-report.ts";
import { BLOCK_MILLIS, inspected, pinnedScenario, readScenario } from "./inspect-world.ts";

const FILE = new URL("inspect-requests.txt", import.meta.url);
const HINT =
  "run UPDATE_TEXTS=1 node --import tsx --test sdk/test/inspect-requests.test.ts and read the difference";
/** Clears a screen, forges a line, turns text around, hides, and holds markup; as long as a path may be. */
const HOSTILE = `\u001b[2J\n[x] concluded\u202egnp.exe\u200b<img src=x onerror=alert(1)>"`.padEnd(
  1024,
  "\u009b",
);

/** x and y ask before c comes back, x again and under a hostile path while it does. */
function asking(): Scenario {
  const network = signingNetwork();
  network.accept("x", "any", signCall(HONEST_MAJORITY_ECDSA, "btc/1"), 1n);
  network.height += 4;
  network.accept("y", "any", signCall(EDDSA, ""), 1n);
  network.accept("c", "c-fresh", entry("c", "c2", "c-fresh"));
  network.height += 6;
  network.accept("x", "any", signCall(EDDSA, HOSTILE, payloadFor(EDDSA, "ff".repeat(1232))), 1n);
  network.accept("x", "any", signCall(ECDSA, "eth/7"), 1n);
  for (let at = 1; at < MAX_DUPLICATE_REQUESTS; at++) {
    network.accept("x", "any", signCall(ECDSA, "eth/7"), 1n);
  }
  network.height += 2;
  return network;
}

const ASKERS: Askers = new Map(
  (
    [
      ["y", signCall(EDDSA, "")],
      ["x", signCall(EDDSA, HOSTILE, payloadFor(EDDSA, "ff".repeat(1232)))],
      ["x", signCall(ECDSA, "eth/7")],
    ] as const
  ).map(([name, call]): [RequestId, Asker] => [
    requestIdOf(requestOf(name, call)),
    { predecessorId: `${name}.near` as never, path: call.request.path },
  ]),
);

async function reportOf(network: Scenario, askers: Askers = new Map()): Promise<SigningReport> {
  const { reader } = pinnedScenario(network);
  const [{ state }, { value }] = await Promise.all([readScenario(network), pendingRequests(reader)]);
  return signingReport(state, value, askers, network.height);
}

async function textOf(network: Scenario, width: number, askers?: Askers): Promise<string> {
  const report = inspected(network, await reportOf(network, askers));
  return printLines(renderRequests(report, { now: BLOCK_MILLIS + 12_000, width }), {
    width,
    isColoured: false,
  });
}

test("behavior: the texts on signature requests are as recorded, on wide and narrow paper", async () => {
  const pages = [
    ["requests in Recovery", asking()],
    ["requests of a network at rest", signingNetwork()],
    ["requests before the start", scenario()],
  ] as const;
  const texts: string[] = [];
  for (const [name, network] of pages) {
    for (const width of [110, 40]) {
      texts.push(`===== ${name}, ${width} columns\n${await textOf(network, width, ASKERS)}`);
    }
  }
  const text = texts.join("\n");
  if (process.env.UPDATE_TEXTS === "1") writeFileSync(FILE, text);
  assert.equal(text, readFileSync(FILE, "utf8"), HINT);
});

test("behavior: a path, whatever it holds, is one quoted text that steers no terminal and fills no screen", async () => {
  for (const width of [40, 110, Number.POSITIVE_INFINITY]) {
    const text = await textOf(asking(), width, ASKERS);
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u);
    assert.doesNotMatch(text, /^ *\[x\] concluded/m);
    assert.ok(text.split("\n").every((row) => row.length <= width));
  }
  assert.ok(quotedPath(HOSTILE).length < 700);
  assert.match(quotedPath(HOSTILE), /of 1024 characters$/);
  assert.equal(quotedPath("🔑".repeat(100)), `"${"🔑".repeat(80)}"… of 200 characters`);
  assert.equal(quotedPath(' "'), '" \\""');
});

test("behavior: the report says how long a request waits, when it times out, and how many wait with it", async () => {
  const network = asking();
  const { waiting, limit } = await reportOf(network, ASKERS);
  assert.equal(limit, MAX_PENDING_REQUESTS);
  assert.deepEqual(
    waiting.map(({ asker, blocksLeft, callers, requestedIn, timesOutOn, waitedBlocks }) => [
      asker?.predecessorId ?? null,
      callers,
      requestedIn,
      waitedBlocks,
      timesOutOn,
      blocksLeft,
    ]),
    [
      [null, 1, 100, 12, 300, 188],
      ["y.near", 1, 104, 8, 304, 192],
      ["x.near", 1, 110, 2, 310, 198],
      ["x.near", 32, 110, 2, 310, 198],
    ],
  );
  network.height = 300;
  assert.equal((await reportOf(network)).waiting[0]?.blocksLeft, 0);
  network.height = 302;
  assert.deepEqual((await reportOf(network)).waiting[0]?.timesOutOn, null);
  assert.match(await textOf(network, 110), /times out: the first caller has given up; later ones wait on/);
});

test("behavior: what was answered, or timed out, no longer waits", async () => {
  const network = asking();
  const ids = async () => (await reportOf(network)).waiting.map(({ requestId }) => requestId);
  const [first, second] = await ids();
  network.accept("a", "a-node", respondCall(requestOf("x", signCall(HONEST_MAJORITY_ECDSA, "btc/1"))));
  assert.ok(!(await ids()).includes(first as RequestId));
  network.accept("mpc", "any", timeOutCall(second ?? "", 1));
  assert.equal((await ids()).length, 2);
});

test("behavior: a domain that takes no requests says why, by the contract's own code", async () => {
  const refusals = async (network: Scenario) =>
    (await reportOf(network)).domains.map(({ refusal }) => refusal?.code ?? null);
  const always = ["WRONG_PURPOSE", "UNSUPPORTED_SCHEME", "WRONG_PURPOSE"];
  const network = signingNetwork();
  assert.deepEqual(await refusals(network), [null, null, null, ...always]);
  const recovering = await reportOf(asking());
  assert.deepEqual(await refusals(asking()), [null, null, "NOT_ENOUGH_SIGNERS", ...always]);
  assert.deepEqual(recovering.domains[HONEST_MAJORITY_ECDSA]?.refusal?.details.slice(0, 3), [
    "domain_id: 2",
    "available: 2",
    "required: 3",
  ]);
  allVote(network, ["a", "b", "c"], addDomains(domain(6)));
  assert.deepEqual(new Set(await refusals(network)), new Set(["UNEXPECTED_STATE"]));
  assert.deepEqual(await reportOf(scenario()), { domains: [], waiting: [], limit: MAX_PENDING_REQUESTS });
});

test("behavior: when as many requests wait as may, every domain that signs says that it takes no more", async () => {
  const network = signingNetwork();
  for (let at = 0; at < MAX_PENDING_REQUESTS; at++) {
    network.accept("x", "any", signCall(EDDSA, `${at}`), 1n);
  }
  const { domains } = await reportOf(network);
  assert.deepEqual(
    domains.slice(0, 3).map(({ refusal, waiting }) => [refusal?.code, waiting]),
    [
      ["TOO_MANY_REQUESTS", 0],
      ["TOO_MANY_REQUESTS", 128],
      ["TOO_MANY_REQUESTS", 0],
    ],
  );
});

test("behavior: an asker is believed only if account and path have the hash that the contract keeps", async () => {
  const network = signingNetwork();
  const { events } = network.accept("x", "any", signCall(EDDSA, "a,b"), 1n);
  const { value } = await pendingRequests(pinnedScenario(network).reader);
  const told = events.find(({ event }) => event === "signature_requested")?.data as Record<string, unknown>;
  const seen = (data: Record<string, unknown>, event = "signature_requested"): SeenEvent => ({
    height: 100 as BlockHeight,
    timeMillis: 0,
    transactionHash: "t",
    signerId: "relayer.near",
    event,
    data,
  });
  const [request] = value;
  const found = (data: Record<string, unknown>, event?: string) =>
    askersIn([seen(data, event)], value).get(request?.request_id as RequestId);
  assert.deepEqual(found(told), { predecessorId: "x.near", path: "a,b" });
  assert.equal(found({ ...told, predecessor_id: "bank.near" }), undefined);
  assert.equal(found({ ...told, path: "a" }), undefined);
  assert.equal(
    found({ ...told, predecessor_id: "x.near,a", path: "b" }),
    undefined,
    "no account has a comma",
  );
  for (const wrong of [null, 1, {}, ["x.near"]]) {
    assert.equal(found({ ...told, predecessor_id: wrong }), undefined);
    assert.equal(found({ ...told, path: wrong }), undefined);
    assert.equal(found({ ...told, request_id: wrong }), undefined);
  }
  assert.equal(found(told, "signature_responded"), undefined);
});
