import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import type { BlockHeight } from "../../contract/src/protocol/brand.ts";
import { type Scenario, scenario } from "../../contract/test/support/network.ts";
import { backupsReport } from "../src/inspect/backups-report.ts";
import { compareProposal } from "../src/inspect/compare-proposal.ts";
import { diffStates } from "../src/inspect/diff-states.ts";
import { explainError, explainTransaction } from "../src/inspect/explain.ts";
import { networkName } from "../src/inspect/network-name.ts";
import { nextActions } from "../src/inspect/next-actions.ts";
import type { EventsReport } from "../src/inspect/read-events.ts";
import { recoveryReport } from "../src/inspect/recovery-report.ts";
import type { Line } from "../src/inspect/render/lines.ts";
import { printLines } from "../src/inspect/render/print-lines.ts";
import { renderBackups } from "../src/inspect/render/render-backups.ts";
import { renderDiff } from "../src/inspect/render/render-diff.ts";
import { renderEvents } from "../src/inspect/render/render-events.ts";
import { errorLines, transactionLines } from "../src/inspect/render/render-explanation.ts";
import { renderProposals } from "../src/inspect/render/render-proposals.ts";
import { renderRecovery } from "../src/inspect/render/render-recovery.ts";
import { renderState } from "../src/inspect/render/render-state.ts";
import { renderVotes } from "../src/inspect/render/render-votes.ts";
import { readRequests } from "../src/inspect/requests-report.ts";
import { votesReport } from "../src/inspect/votes-report.ts";
import { initializing, recovering, resharing, voting, withBackups } from "./inspect-scenarios.ts";
import { BLOCK_MILLIS, inspected, pinnedScenario, readScenario } from "./inspect-world.ts";

const FILE = new URL("inspect-texts.txt", import.meta.url);
const NOW = BLOCK_MILLIS + 12_000;
const HINT =
  "run UPDATE_TEXTS=1 node --import tsx --test sdk/test/inspect-texts.test.ts and read the difference";

/** Makes a page's lines for paper of a width. */
type Page = (width: number) => readonly Line[];

test("behavior: the inspector's texts are as recorded, on wide paper, narrow paper and in colour", async () => {
  const texts = (await pages()).flatMap(([name, page]) => [
    `===== ${name}, 110 columns\n${plain(page, 110)}`,
    `===== ${name}, 40 columns\n${plain(page, 40)}`,
  ]);
  const [, coloured] = (await pages())[1] ?? assert.fail("expected pages");
  const shown = printLines(coloured(110), { width: 110, isColoured: true }).replaceAll("\u001b", "<ESC>");
  const text = `${[...texts, `===== in colour\n${shown}`].join("\n")}`;
  if (process.env.UPDATE_TEXTS === "1") writeFileSync(FILE, text);
  assert.equal(text, readFileSync(FILE, "utf8"), HINT);
});

test("behavior: on narrow paper only commands are longer than the line", async () => {
  for (const [name, page] of await pages()) {
    for (const line of plain(page, 40).split("\n")) {
      assert.ok(line.length <= 40 || /^ *near contract/.test(line), `${name}: ${line}`);
    }
  }
});

function plain(page: Page, width: number): string {
  return printLines(page(width), { width, isColoured: false });
}

async function pages(): Promise<readonly (readonly [string, Page])[]> {
  return [
    await statePage("state before the start", scenario()),
    await statePage("state in Recovery", recovering()),
    await statePage("state in Resharing", resharing()),
    await statePage("state in Initializing", initializing()),
    await votesPage("votes", voting()),
    await votesPage("votes in Resharing", resharing()),
    await recoveryPage("recovery", recovering()),
    await recoveryPage("recovery after expiry", later(recovering(), 30)),
    await backupsPage("backups", withBackups()),
    await diffPage("diff", withBackups(), recovering()),
    await proposalPage("proposal", voting()),
    ["events", () => renderEvents(EVENTS)],
    ["explain a transaction", () => transactionLines(TRANSACTION)],
    ["explain an error", () => errorLines(explainError("RECOVERY_COOLDOWN"))],
  ];
}

async function statePage(name: string, network: Scenario): Promise<[string, Page]> {
  const { state } = await readScenario(network);
  const pinned = pinnedScenario(network);
  const next = await nextActions(pinned, await networkName(pinned));
  const requests = await readRequests(pinned.reader, state);
  return [name, (width) => renderState(inspected(network, { state, requests, next }), { now: NOW, width })];
}

async function votesPage(name: string, network: Scenario): Promise<[string, Page]> {
  const { state } = await readScenario(network);
  const ballots = votesReport(state, network.world.updates.proposals);
  return [name, (width) => renderVotes(inspected(network, ballots), { now: NOW, width })];
}

async function recoveryPage(name: string, network: Scenario): Promise<[string, Page]> {
  const { accounts, state } = await readScenario(network);
  const report = recoveryReport(state, accounts, network.height as BlockHeight);
  return [name, (width) => renderRecovery(inspected(network, report), { now: NOW, width })];
}

async function backupsPage(name: string, network: Scenario): Promise<[string, Page]> {
  const { accounts, state } = await readScenario(network);
  const report = backupsReport(state, accounts);
  // One endpoint alone, and old: both are to be seen.
  const lonely = { ...inspected(network, report), endpoints: ["https://rpc.one.example"] };
  return [name, (width) => renderBackups(lonely, { now: NOW + 600_000, width })];
}

async function diffPage(name: string, old: Scenario, now: Scenario): Promise<[string, Page]> {
  const [before, after] = [await readScenario(old), await readScenario(now)];
  const { block } = inspected(old, null);
  const diff = { before: block, changes: diffStates(before.state, after.state) };
  return [name, (width) => renderDiff(inspected(now, diff), { now: NOW, width })];
}

async function proposalPage(name: string, network: Scenario): Promise<[string, Page]> {
  const { state } = await readScenario(network);
  assert.ok(state.kind === "Running");
  const [proposal] = Object.values(state.parameters_votes.proposals);
  assert.ok(proposal);
  const file = { kind: "new_parameters", proposal } as const;
  const comparison = compareProposal(state, network.world.updates.proposals, network.world.config, file);
  return [name, (width) => renderProposals(inspected(network, comparison), { now: NOW, width })];
}

function later(network: Scenario, blocks: number): Scenario {
  network.height += blocks;
  return network;
}

const EVENTS = {
  from: 90,
  to: 110,
  events: [
    {
      height: 101,
      timeMillis: BLOCK_MILLIS,
      transactionHash: "B97iDqa2SWtxbWB549th1NdeykB4dvfgQXReeBz3qhMA",
      signerId: "b.near",
      event: "recovery_cancel_voted",
      data: { recovery_id: 0, account_id: "b.near", votes: 1 },
    },
    {
      height: 102,
      timeMillis: BLOCK_MILLIS + 600,
      transactionHash: "7KwfMMiryUJFuUuB9rctXeVXQmGjqufVtdDEvCrheX4C",
      signerId: "c.near",
      event: "of_a_newer_contract",
      data: { text: "\u001b[2Jgone", deep: { a: ["\u202egnp.exe"] } },
    },
  ],
  gaps: [
    { height: 89, reason: "cap_reached" },
    { height: 95, reason: "transaction_not_found" },
  ],
} as unknown as EventsReport;

const REFUSAL =
  '{"error":{"name":"CUSTOM_CONTRACT_ERROR","cause":{"name":"EPOCH_MISMATCH","info":{"provided":4,"expected":5}}}}';

const TRANSACTION = explainTransaction(
  {
    hash: "B97iDqa2SWtxbWB549th1NdeykB4dvfgQXReeBz3qhMA",
    signerId: "b.near",
    signerKey: "ed25519:G9hwngxWNKdmqMCmU1Yt6LPhFpayJeKFxyAV1HqMNLtF",
    receiverId: "mpc.near",
    calls: [
      {
        method: "vote_new_parameters",
        args: { prospective_epoch_id: 4 },
        argsBytes: 26,
        gas: 1n,
        depositYocto: 0n,
      },
    ],
    outcomes: [],
    status: {
      Failure: {
        ActionError: {
          index: 0,
          kind: { FunctionCallError: { ExecutionError: `Smart contract panicked: ${REFUSAL}` } },
        },
      },
    },
  },
  "mpc.near",
);
