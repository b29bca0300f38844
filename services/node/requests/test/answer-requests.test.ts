import assert from "node:assert/strict";
import { test } from "node:test";
import { ContractError } from "../../../../sdk/src/errors/contract-error.ts";
import { memoryLog } from "../../../operations/test/in-memory-ports.ts";
import { answerRequests } from "../answer-requests.ts";
import { LEADER_MILLIS, leadersOf } from "../choose-leader.ts";
import type { RequestsView, WaitingRequest } from "../ports.ts";

const ACCOUNTS = ["a.near", "b.near", "c.near"];
const RESPONSE = { scheme: "Ed25519", signature: [] } as never;

const waitingRequest = (name: string): WaitingRequest =>
  ({ request_id: name, request: { domain_id: 0, name }, requested_in: 1 }) as never;

/** A request that these accounts lead in this order. */
function ledBy(first: string, second?: string): WaitingRequest {
  for (let at = 0; ; at++) {
    const [one, two] = leadersOf(`request ${at}`, ACCOUNTS, new Map(), 0);
    if (one === first && (second === undefined || two === second)) return waitingRequest(`request ${at}`);
  }
}

/** Node a on a chain on which every look is one step of a clock; `story` runs before each look. */
function nodeA(story: (look: number, world: World) => void) {
  const stopping = new AbortController();
  const world: World = {
    waiting: [],
    now: 1_000_000,
    responded: [],
    failing: null,
    signers: ACCOUNTS,
    stop: () => stopping.abort(),
  };
  let look = 0;
  const view = async (): Promise<RequestsView> => {
    story(look++, world);
    return { height: look, waiting: world.waiting };
  };
  const log = memoryLog();
  const running = answerRequests(
    {
      account_id: "a.near",
      requests: { refresh: view, recent: view },
      signers: async () => world.signers,
      makeAnswer: async () => RESPONSE,
      respond: async (request) => {
        world.responded.push((request as unknown as { name: string }).name);
        if (world.failing !== null) throw world.failing;
      },
      clock: {
        now: () => world.now,
        sleep: async (millis) => {
          world.now += millis;
          await new Promise((resolve) => setImmediate(resolve));
        },
      },
      log,
      random: () => 0,
      poll_interval_millis: 100,
    },
    stopping.signal,
  );
  return { world, log, running };
}

interface World {
  waiting: readonly WaitingRequest[];
  now: number;
  responded: string[];
  failing: Error | null;
  signers: readonly string[];
  readonly stop: () => void;
}

test("behavior: a node answers what it leads, once", async () => {
  const request = ledBy("a.near");
  const { world, running } = nodeA((look, current) => {
    if (look === 1) current.waiting = [request, ledBy("b.near")];
    if (look === 4) current.waiting = [];
    if (look === 5) current.stop();
  });
  await running;
  assert.deepEqual(world.responded, [request.request_id]);
});

test("behavior: a node takes over what a leader left undone for its time", async () => {
  const first = ledBy("b.near", "a.near");
  const started = 1_000_000;
  let takenOver = 0;
  const { world, running } = nodeA((look, current) => {
    current.waiting = look < 60 ? [first] : [];
    if (current.responded.length > 0 && takenOver === 0) {
      takenOver = current.now;
      current.stop();
    }
    if (look > 100) current.stop();
  });
  await running;
  assert.deepEqual(world.responded, [first.request_id]);
  assert.ok(takenOver - started >= LEADER_MILLIS, `${takenOver - started}`);
});

test("behavior: an answer that another node gave first is no failure; others are tried again, later and later", async () => {
  const request = ledBy("a.near");
  const quicker = nodeA((look, current) => {
    current.failing = new ContractError({ code: "UNKNOWN_REQUEST", info: {} });
    current.waiting = look < 3 ? [request] : [];
    if (look === 6) current.stop();
  });
  await quicker.running;
  assert.deepEqual(quicker.log.events, []);
  const failing = nodeA((look, current) => {
    current.failing = new Error("no route");
    current.waiting = [request];
    if (look === 30) current.stop();
  });
  await failing.running;
  const { length } = failing.world.responded;
  assert.ok(length >= 3 && length <= 8, `${length} attempts`);
  assert.ok(failing.log.events.every((event) => event === "request.failed"));
});

test("behavior: a node that isn't signing answers nothing", async () => {
  const { world, running } = nodeA((look, current) => {
    current.signers = [];
    current.waiting = [ledBy("a.near")];
    if (look === 50) current.stop();
  });
  await running;
  assert.deepEqual(world.responded, []);
});

test("behavior: a chain that can't be read is looked at again, and told of once", async () => {
  let looks = 0;
  const { world, log, running } = nodeA((look, current) => {
    looks = look;
    if (look < 5) throw new Error("no endpoint answers");
    current.waiting = [ledBy("a.near")];
    if (look === 8) current.stop();
  });
  await running;
  assert.equal(looks, 8);
  assert.equal(log.events.filter((event) => event === "requests.unread").length, 1);
  assert.equal(world.responded.length, 1);
});

test("behavior: the order of leaders is everybody's, spreads the load, and puts the slow last for a while", () => {
  const slow = new Map([["a.near", 500]]);
  const firsts = new Set<string>();
  for (let at = 0; at < 50; at++) {
    const order = leadersOf(`r${at}`, ACCOUNTS, new Map(), 0);
    assert.deepEqual(leadersOf(`r${at}`, [...ACCOUNTS].reverse(), new Map(), 0), order);
    firsts.add(order[0] ?? "");
    assert.equal(leadersOf(`r${at}`, ACCOUNTS, slow, 499).at(-1), "a.near");
    assert.deepEqual(leadersOf(`r${at}`, ACCOUNTS, slow, 500), order);
  }
  assert.deepEqual([...firsts].sort(), ACCOUNTS);
});
