import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { base58Decode } from "../src/interface/base58.ts";
import { encodeProposeUpdate, readProposeUpdate } from "../src/interface/propose-update.ts";
import type { Sha256Hex } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import { attempt } from "../src/protocol/errors.ts";
import { DEFAULT_CONFIG, MAX_CODE_BYTES, MAX_UPDATES } from "../src/protocol/limits.ts";
import type { Config } from "../src/protocol/records.ts";
import { allVote, NEAR, vote } from "./support/governance.ts";
import { sha256Hex } from "./support/keys.ts";
import { entry, initRunning, nodeInfo, parametersOf, runningNetwork, scenario } from "./support/network.ts";

const CONFIG_COST = 15_000_000_000_000_000_000_000n;
const REMOVE: Command = { type: "remove_update_vote" };
const NEW_CONFIG: Config = { ...DEFAULT_CONFIG, network_id: "testnet", key_event_timeout_blocks: 44 };
const CODE: Command = {
  type: "propose_update",
  code_sha256: sha256Hex("code") as Sha256Hex,
  code_bytes: 1000,
  config: null,
};

function configUpdate(config: Config = NEW_CONFIG): Command {
  return { type: "propose_update", code_sha256: null, code_bytes: 0, config };
}

describe("Updates", () => {
  test("members propose and pay for the storage; the excess goes back at once", () => {
    const network = runningNetwork();
    network.refuse("x", "full", configUpdate(), "NOT_A_MEMBER", NEAR);
    const info = network.refuse("a", "full", CODE, "DEPOSIT_REQUIRED", CONFIG_COST);
    assert.equal(info.required_yocto, String(CONFIG_COST + 1000n * 10n ** 19n));
    const { returns, transfers } = network.accept("a", "full", configUpdate(), CONFIG_COST + 3n);
    assert.equal(returns, 0);
    assert.deepEqual(transfers, [{ account_id: "a.near", amountYocto: 3n }]);
  });

  test("threshold applies the settings, refunds the proposal and ends it", () => {
    const network = runningNetwork();
    network.accept("a", "full", configUpdate(), CONFIG_COST);
    network.accept("b", "full", vote(0));
    network.ignore("b", "full", vote(0));
    network.refuse("x", "full", vote(0), "NOT_A_MEMBER");
    const { config, transfers, deploy } = network.accept("c", "full", vote(0));
    assert.deepEqual(config, NEW_CONFIG);
    assert.deepEqual(transfers, [{ account_id: "a.near", amountYocto: CONFIG_COST }]);
    assert.equal(deploy, undefined);
    network.refuse("a", "full", vote(0), "UNKNOWN_UPDATE");
  });

  test("code is deployed, ids are never reused", () => {
    const network = runningNetwork();
    network.accept("a", "full", CODE, NEAR);
    allVote(network, ["a"], vote(0));
    assert.equal(network.accept("b", "full", vote(0)).deploy, 0);
    assert.equal(network.accept("a", "full", CODE, NEAR).returns, 1);
  });

  test("an account votes for one update at a time and can take its vote back", () => {
    const network = runningNetwork();
    network.accept("a", "full", configUpdate(), NEAR);
    network.accept("b", "full", CODE, NEAR);
    network.accept("c", "full", vote(0));
    network.accept("c", "full", vote(1));
    assert.deepEqual(
      network.world.updates.proposals.map(({ votes }) => votes),
      [[], ["c.near"]],
    );
    network.accept("c", "full", REMOVE);
    network.ignore("c", "full", REMOVE);
    network.refuse("x", "full", REMOVE, "NOT_A_MEMBER");
  });

  test("a proposal that nobody votes for is withdrawn by its proposer and refunded", () => {
    const network = runningNetwork();
    network.accept("a", "full", configUpdate(), CONFIG_COST);
    network.accept("a", "full", vote(0));
    const { events, transfers } = network.accept("a", "full", REMOVE);
    assert.deepEqual(
      events.map(({ event }) => event),
      ["update_vote_removed", "update_dropped"],
    );
    assert.deepEqual(transfers, [{ account_id: "a.near", amountYocto: CONFIG_COST }]);
    assert.deepEqual(network.world.updates, { next_id: 1, proposals: [] });
  });

  test("one proposal per account: a newer one replaces it, refunded", () => {
    const network = runningNetwork();
    network.accept("a", "full", configUpdate(), CONFIG_COST);
    network.accept("b", "full", vote(0));
    const { transfers } = network.accept("a", "full", configUpdate(), CONFIG_COST);
    assert.deepEqual(transfers, [{ account_id: "a.near", amountYocto: CONFIG_COST }]);
    network.refuse("b", "full", vote(0), "UNKNOWN_UPDATE");
    assert.equal(network.world.updates.proposals.length, 1);
  });

  test("a full list makes room by the least supported, oldest", () => {
    const names = Array.from({ length: MAX_UPDATES + 1 }, (_, at) => `m${at}`);
    const network = scenario();
    network.accept("mpc", "owner", { ...initRunning(), parameters: parametersOf(names, 6) });
    for (const name of names.slice(0, MAX_UPDATES)) network.accept(name, "full", configUpdate(), NEAR);
    network.accept("m0", "full", vote(0));
    const { events } = network.accept(names[MAX_UPDATES] ?? "", "full", configUpdate(), NEAR);
    assert.deepEqual(events[1]?.data, { id: 1, proposer: "m1.near", cause: "displaced" });
    assert.equal(network.world.updates.proposals.length, MAX_UPDATES);
  });

  test("empty updates, long code and impossible settings", () => {
    const network = runningNetwork();
    network.refuse(
      "a",
      "full",
      { ...CODE, code_sha256: null, code_bytes: 0 } as Command,
      "EMPTY_UPDATE",
      NEAR,
    );
    const long = { ...CODE, code_bytes: MAX_CODE_BYTES + 1 } as Command;
    network.refuse("a", "full", long, "CODE_TOO_LONG", 100n * NEAR);
    const short = configUpdate({ ...NEW_CONFIG, recovery_window_blocks: 10 });
    network.refuse("a", "full", short, "INVALID_CONFIG", NEAR);
  });

  test("code update during Recovery: an open Recovery and votes survive", () => {
    const network = runningNetwork();
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    const before = network.world.state;
    network.accept("b", "full", CODE, NEAR);
    allVote(network, ["b", "c"], vote(0));
    network.accept("mpc", "owner", { type: "migrate" });
    assert.deepEqual(network.world.state, before);
  });

  test("migrate is private and needs a state", () => {
    runningNetwork().refuse("a", "full", { type: "migrate" }, "PRIVATE_METHOD");
    scenario().refuse("mpc", "owner", { type: "migrate" }, "UNEXPECTED_STATE");
    runningNetwork().accept("a", "a-node", nodeInfo("a", "a-node"));
  });
});

describe("Updates: Borsh arguments", () => {
  const read = (input: Uint8Array) => attempt(() => readProposeUpdate(input, base58Decode));
  const bytes = fc.uint8Array({ maxLength: 200 });

  test("what is encoded comes back", () => {
    const settings = fc.constantFrom(null, NEW_CONFIG, { ...NEW_CONFIG, require_attestation: true });
    fc.assert(
      fc.property(fc.option(bytes), settings, (code, config) => {
        const result = read(encodeProposeUpdate({ code, config }));
        assert.ok(result.ok);
        assert.deepEqual(result.value.config, config);
        assert.deepEqual(result.value.code && [...result.value.code], code && [...code]);
      }),
    );
  });

  test("the layout is Borsh's", () => {
    const encoded = encodeProposeUpdate({ code: Uint8Array.of(7, 8), config: NEW_CONFIG });
    const text = Buffer.from(encoded).toString("hex");
    assert.ok(text.startsWith("01020000000708010700000074657374" + "6e65742c00000000000000"), text);
  });

  test("whatever comes is read or refused with a code", () => {
    fc.assert(
      fc.property(bytes, (input) => {
        const result = read(input);
        if (result.ok) assert.deepEqual([...encodeProposeUpdate(result.value)], [...input]);
      }),
    );
  });

  test("cut off, too long, trailing bytes, wrong tags, huge numbers, bad text", () => {
    const whole = encodeProposeUpdate({ code: Uint8Array.of(1), config: NEW_CONFIG });
    for (let length = 0; length < whole.length; length++) {
      const result = read(whole.subarray(0, length));
      assert.equal(result.ok ? "read" : result.error.name, "INVALID_BORSH");
    }
    const code = (input: Uint8Array): string => {
      const result = read(input);
      return result.ok ? "read" : result.error.name;
    };
    assert.equal(code(Uint8Array.of(...whole, 0)), "INVALID_BORSH");
    assert.equal(code(Uint8Array.of(2, 0)), "INVALID_BORSH");
    assert.equal(code(Uint8Array.of(1, 255, 255, 255, 255)), "CODE_TOO_LONG");
    assert.equal(code(Uint8Array.of(0, 1, 1, 0, 0, 0, 0xff)), "INVALID_ARGUMENT");
    const huge = encodeProposeUpdate({ code: null, config: NEW_CONFIG });
    huge.fill(255, 13, 21);
    assert.equal(code(huge), "INVALID_BORSH");
  });
});
