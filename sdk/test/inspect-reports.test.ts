import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlockHeight, Sha256Hex } from "../../contract/src/protocol/brand.ts";
import { addDomains, allVote, domain, NEAR } from "../../contract/test/support/governance.ts";
import { runningNetwork, type Scenario } from "../../contract/test/support/network.ts";
import { backupsReport } from "../src/inspect/backups-report.ts";
import { compareProposal } from "../src/inspect/compare-proposal.ts";
import { diffStates } from "../src/inspect/diff-states.ts";
import { parseProposal, proposalHash } from "../src/inspect/proposal-hash.ts";
import { recoveryReport } from "../src/inspect/recovery-report.ts";
import { type Ballot, votesReport } from "../src/inspect/votes-report.ts";
import { initializing, recovering, resharing, voting, withBackups } from "./inspect-scenarios.ts";
import { readScenario } from "./inspect-world.ts";

test("behavior: votes name who is missing and why, and how many more it takes", async () => {
  const ballots = await ballotsOf(voting());
  const [joining, staying, domains, update] = ballots as [Ballot, Ballot, Ballot, Ballot];
  assert.deepEqual(joining.voted, ["a.near"]);
  assert.deepEqual(joining.missing, [
    { accountId: "b.near", reason: "not_voted" },
    { accountId: "c.near", reason: "voted_otherwise" },
    { accountId: "d.near", reason: "not_admitted_yet" },
  ]);
  assert.equal(joining.needed, 3);
  assert.deepEqual([staying.voted, staying.needed], [["c.near"], 2]);
  assert.deepEqual(
    domains.missing.map(({ accountId }) => accountId),
    ["a.near", "c.near"],
  );
  assert.deepEqual([update.voted, update.needed, update.missing.length], [["b.near"], 1, 2]);
});

test("behavior: the recovering account is not asked to vote on its own recovery", async () => {
  const [cancel] = await ballotsOf(recovering());
  assert.deepEqual(cancel?.voted, ["b.near"]);
  assert.deepEqual(cancel?.missing, [{ accountId: "c.near", reason: "not_voted" }]);
  assert.equal(cancel?.needed, 1);
});

test("behavior: key events wait for the leader, then for those who aren't done", async () => {
  const [start] = await ballotsOf(initializing());
  assert.deepEqual(
    [start?.method, start?.missing],
    ["start_keygen_instance", [{ accountId: "a.near", reason: "leads" }]],
  );
  const [work, cancel] = await ballotsOf(resharing());
  assert.deepEqual([work?.voted, work?.needed], [["a.near", "b.near"], 2]);
  assert.deepEqual(
    work?.missing.map(({ accountId }) => accountId),
    ["c.near", "d.near"],
  );
  assert.deepEqual([cancel?.method, cancel?.needed], ["vote_cancel_resharing", 2]);
});

test("behavior: a backup is fresh for the current keyset alone", async () => {
  const network = withBackups();
  const statuses = async () => {
    const { accounts, state } = await readScenario(network);
    return backupsReport(state, accounts).accounts.map(({ status }) => status);
  };
  assert.deepEqual(await statuses(), ["fresh", "none", "no_service"]);
  allVote(network, ["a", "b", "c"], addDomains(domain(2)));
  assert.deepEqual(await statuses(), ["fresh", "none", "no_service"], "no key was added yet");
  for (const name of ["a", "b", "c"]) {
    const key_event_id = { epoch_id: 4, domain_id: 2, attempt_id: 0 } as never;
    if (name === "a") network.accept("a", "a-node", { type: "start_keygen_instance", key_event_id });
    const key =
      "secp256k1:3tFRbMqmoa6AAALMrEFAYCEoHcqKxeW38YptwowBVBtXK1vo36HDbUWuR6EZmoK4JcH6HDkNMGGqP1ouV7VZUWya";
    network.accept(name, `${name}-node`, { type: "vote_pk", key_event_id, public_key: key as never });
  }
  assert.deepEqual(await statuses(), ["stale", "none", "no_service"]);
});

test("behavior: the recovery report says what is void, how far it is and when it ends", async () => {
  const network = recovering();
  const { accounts, state } = await readScenario(network);
  const { open } = recoveryReport(state, accounts, network.height as BlockHeight);
  assert.equal(open?.accountId, "a.near");
  assert.equal(open?.blocksLeft, 16, "20 blocks from the entry, plus one, five of them gone");
  assert.deepEqual([open?.backup, open?.sharesSent], ["fresh", false]);
  assert.equal(open?.oldTlsKey, open?.before.tls_public_key);
  assert.notEqual(open?.oldTlsKey, open?.after.tls_public_key);
});

test("behavior: a recovery that ran out leaves its cool-down in the report", async () => {
  const network = recovering();
  network.height += 30;
  const { accounts, state } = await readScenario(network);
  const report = recoveryReport(state, accounts, network.height as BlockHeight);
  assert.equal(report.open, null);
  assert.deepEqual(
    report.notes.map(({ accountId, cooldown }) => [accountId, cooldown?.cause]),
    [["a.near", "expired"]],
  );
});

test("behavior: a difference between states is told by its facts", async () => {
  const network = withBackups();
  const before = (await readScenario(network)).state;
  const after = (await readScenario(recovering())).state;
  const facts = diffStates(before, after).map(({ fact }) => fact);
  assert.deepEqual(facts, [
    "state",
    "recovery: id",
    "recovery: account",
    "recovery: new url",
    "recovery: new TLS key",
    "recovery: recovering key",
    "recovery: expires on",
    "recovery: shares sent",
    "recovery: cancel vote of participant 1",
  ]);
  assert.deepEqual(diffStates(before, before), []);
});

test("behavior: the hash of a proposal's content is the name that the contract's event carries", () => {
  const network = runningNetwork();
  const { events } = network.accept("b", "full", addDomains(domain(2)));
  const voted = events.find(({ event }) => event === "add_domains_voted");
  const content = parseProposal(JSON.stringify([domain(2)]));
  assert.deepEqual(voted?.data, {
    account_id: "b.near",
    proposal: proposalHash(content),
    votes: 1,
    lost_votes: [],
  });
});

test("behavior: a proposal's hash doesn't mind order and blanks, and minds every value", () => {
  const file = `{"per_domain_thresholds":{"1":2,"0":3},"parameters":{"threshold":2,"participants":{"next_id":1,"participants":[["a.near",0,{"url":"https://a.example","tls_public_key":"ed25519:G9hwngxWNKdmqMCmU1Yt6LPhFpayJeKFxyAV1HqMNLtF"}]]}}}`;
  const hash = (text: string): Sha256Hex => proposalHash(parseProposal(text));
  const call = JSON.stringify({ proposal: JSON.parse(file), prospective_epoch_id: 5 }, null, 2);
  assert.equal(hash(call), hash(file));
  const swapped = file.replace('"1":2,"0":3', '"0":3,"1":2');
  assert.equal(hash(swapped), hash(file));
  for (const [from, to] of [
    ["a.example", "b.example"],
    ['"threshold":2', '"threshold":3'],
    ['"0":3', '"0":2'],
  ] as const) {
    assert.notEqual(hash(file.replace(from, to)), hash(file));
  }
  const extra = file.replace('"threshold":2', '"threshold":2,"note":1');
  assert.throws(() => hash(extra), { code: "PROPOSAL_UNREADABLE" });
  assert.throws(() => hash("{}"), { code: "PROPOSAL_UNREADABLE" });
  assert.throws(() => hash("nonsense"), { code: "PROPOSAL_UNREADABLE" });
});

test("behavior: a file is found among what is voted on by content, and its changes are told", async () => {
  const network = voting();
  const { state } = await readScenario(network);
  assert.ok(state.kind === "Running");
  const [proposal] = Object.values(state.parameters_votes.proposals);
  const file = parseProposal(JSON.stringify(proposal));
  const found = compareProposal(state, network.world.updates.proposals, network.world.config, file);
  assert.equal(found.file?.isOnChain, true);
  assert.deepEqual(found.file?.changes.slice(1), ["threshold 2 becomes 3"]);
  assert.match(found.file?.changes[0] ?? "", /^d\.near joins as 3 at https:/);
  const changed = parseProposal(JSON.stringify(proposal).replace("https://d.", "https://evil."));
  assert.equal(compareProposal(state, [], network.world.config, changed).file?.isOnChain, false);
});

test("behavior: reviewed code that comes with other settings shows them", async () => {
  const network = runningNetwork();
  const config = { ...network.world.config, require_recovery_approval: true, max_participants: 3 };
  const code_sha256 = "cd".repeat(32) as Sha256Hex;
  network.accept("b", "full", { type: "propose_update", code_sha256, code_bytes: 1000, config }, NEAR);
  const { state } = await readScenario(network);
  const { proposals } = network.world.updates;
  const found = compareProposal(state, proposals, network.world.config, {
    kind: "code",
    sha256: code_sha256,
  });
  assert.deepEqual(found.file, {
    hash: code_sha256,
    isOnChain: true,
    changes: [
      "update 0: max_participants 80 becomes 3",
      "update 0: require_recovery_approval false becomes true",
    ],
  });
});

async function ballotsOf(network: Scenario): Promise<readonly Ballot[]> {
  const { state } = await readScenario(network);
  return votesReport(state, network.world.updates.proposals);
}
