import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { METHODS } from "../../contract/src/interface/methods.ts";
import { EDGES } from "../../contract/src/protocol/edges.ts";
import { type Scenario, scenario } from "../../contract/test/support/network.ts";
import { nearCommand } from "../src/inspect/near-command.ts";
import { networkName } from "../src/inspect/network-name.ts";
import { type NextAction, nextActions } from "../src/inspect/next-actions.ts";
import { initializing, recovering, resharing, voting } from "./inspect-scenarios.ts";
import { pinnedScenario } from "./inspect-world.ts";

test("behavior: in a recovery the others may cancel, the account may, its programs go on", async () => {
  const actions = await actionsOf(recovering());
  const ready = actions.filter(({ toFillIn }) => toFillIn.length === 0);
  const shown = ready.map(({ accounts, becomes, by, method }) => [method, by, accounts, becomes]);
  assert.deepEqual(shown, [
    ["conclude_recovery", "node", ["a.near"], ["Running"]],
    ["cancel_recovery", "operator", ["a.near"], ["Running"]],
    ["confirm_recovery", "backup_service", ["a.near"], ["Recovery"]],
    ["vote_cancel_recovery", "operator", ["c.near"], ["Running"]],
  ]);
  assert.deepEqual(
    ready.map(({ needsFullAccess }) => needsFullAccess),
    [false, true, false, false],
  );
});

test("behavior: an open proposal is offered to those whose vote would count now, and to nobody else", async () => {
  const votes = (await actionsOf(voting())).filter(({ toFillIn }) => toFillIn.length === 0);
  const offered = votes.map(({ accounts, method }) => [method, accounts]);
  assert.deepEqual(offered, [
    ["vote_add_domains", ["a.near", "c.near"]],
    // d.near isn't admitted yet; c.near may change its mind.
    ["vote_new_parameters", ["b.near", "c.near"]],
    ["vote_new_parameters", ["a.near", "b.near"]],
    ["vote_update", ["a.near", "c.near"]],
    ["remove_update_vote", ["b.near"]],
  ]);
});

test("behavior: key events are the nodes' own, started by the leader and completed by the others", async () => {
  const programs = async (network: Scenario) =>
    (await actionsOf(network))
      .filter(({ by, toFillIn }) => by === "node" && toFillIn.length === 0)
      .map(({ accounts, method }) => [method, accounts]);
  assert.deepEqual(await programs(initializing()), [["start_keygen_instance", ["a.near"]]]);
  assert.deepEqual(await programs(resharing()), [
    ["vote_abort_key_event_instance", ["a.near", "b.near", "c.near", "d.near"]],
    ["vote_reshared", ["c.near", "d.near"]],
  ]);
});

test("behavior: every offered call is one that the table of edges has for this state", async () => {
  for (const network of [scenario(), voting(), recovering(), resharing(), initializing()]) {
    const kind = network.kind();
    const actions = await actionsOf(network);
    assert.ok(actions.length > 0);
    for (const { becomes, method } of actions) {
      for (const to of becomes) {
        assert.ok(
          EDGES.some(([from, trigger, next]) => from === kind && trigger === method && next === to),
          `${kind} ${method} ${to}`,
        );
      }
    }
  }
});

test("behavior: a command carries gas, deposit and arguments of the interface", async () => {
  const cancel = (await actionsOf(recovering())).find(({ method }) => method === "cancel_recovery");
  assert.equal(
    cancel?.command,
    "near contract call-function as-transaction mpc.near cancel_recovery json-args '{}' prepaid-gas '15.0 Tgas' attached-deposit '1 yoctoNEAR' sign-as a.near network-config testnet",
  );
});

test("behavior: whatever a value holds, a pasted command is these words and nothing else (seed 7)", () => {
  const hostile = fc.oneof(
    fc.constantFrom(
      "'; id #",
      "$(id)",
      "`id`",
      "a' b",
      "\n",
      "\u001b[2J",
      "&& id",
      "\\",
      '"',
      "-x",
      "'\\''",
      "\u202e",
    ),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.tuple(hostile, hostile, hostile, hostile), ([contractId, network, signer, url]) => {
      const args = { url };
      const text = nearCommand({ contractId, network, method: "update_participant_url", args, signer });
      assert.doesNotMatch(text, STEERING);
      const expected = [
        ["near", "contract", "call-function", "as-transaction", contractId, "update_participant_url"],
        ["json-args", JSON.stringify(args), "prepaid-gas", "60.0 Tgas", "attached-deposit", "1 yoctoNEAR"],
        ["sign-as", signer, "network-config", network, ""],
      ];
      const visible = expected.flat().map((word) => word.replace(STEERING, "?"));
      assert.deepEqual(wordsOf(text), visible);
    }),
    { numRuns: 60, seed: 7 },
  );
});

const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The words that a shell makes of it. */
function wordsOf(text: string): readonly string[] {
  const script = `set -- ${text}; printf '%s\\0' "$@"`;
  return execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).split("\0");
}

test("behavior: there is a command for every call of the interface", () => {
  for (const [method, spec] of Object.entries(METHODS)) {
    if (spec.kind !== "call") continue;
    const text = nearCommand({
      contractId: "mpc.near",
      network: "testnet",
      method: method as never,
      args: {},
      signer: "a.near",
    });
    assert.match(text, / prepaid-gas '\d+\.0 Tgas' attached-deposit /, method);
  }
});

async function actionsOf(network: Scenario): Promise<readonly NextAction[]> {
  const pinned = pinnedScenario(network);
  return nextActions(pinned, await networkName(pinned));
}
