import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Mutation, mutations } from "../../../sandbox/test/light-client/mutations.ts";
import { signReceipt } from "../../../sdk/src/handover/terms.ts";
import { NEW_PROGRAM } from "../../../sdk/test/approval/sample-recipient.ts";
import {
  approvalFor,
  type EnclaveWorld,
  makeMachine,
  publishShareKeys,
  type Running,
  runOn,
  servedKey,
  startEnclaveWorld,
  takeOverFrom,
  voteFor,
  votePolicy,
} from "./support/enclave-world.ts";
import type { Tamper } from "./support/rpc-proxy.ts";
import { codeOfStep, openFirst, settle, withImage } from "./support/steps.ts";

const UNVOTED = "ee".repeat(32);
const PROOF = "EXPERIMENTAL_light_client_proof";

let world: EnclaveWorld;
/** Asks the program that has the seed without the members' vote. */
let old: Running;
let handover: string;

before(async () => {
  world = await startEnclaveWorld();
  await publishShareKeys(world);
  await voteFor(world, NEW_PROGRAM);
  await votePolicy(world, "shadow");
  old = await openFirst(world, 30);
  handover = await old.sender()!.challenge();
});

after(() => world?.stop());

test("behavior: a list, proof, block or receipt that an RPC makes up is no vote", async () => {
  const asking = await makeMachine(world, 40, UNVOTED);
  const approval = approvalFor(asking, old.machine, handover);
  const lies: Record<string, Tamper> = {
    "a list with the program on it": (method, result, params) =>
      isView(method, params, "allowed_code_hashes")
        ? viewed(result, [{ code_hash: UNVOTED, url: "", allowed_in: 1, votes: [] }])
        : result,
    "a proof of another receipt": otherProof(),
    "an event with another digest": (method, result) =>
      method === PROOF
        ? JSON.parse(JSON.stringify(result).replaceAll(/digest\\":\\"./g, 'digest\\":\\"0'))
        : result,
    "another receipt's id": (method, result) =>
      method === "tx" ? withStatus(result, { SuccessReceiptId: "11111111111111111111111111111111" }) : result,
    "no receipt at all": (method, result) => (method === "tx" ? withStatus(result, {}) : result),
    "something that isn't JSON of the kind": (method) => (method === PROOF ? [] : {}),
  };
  for (const [name, lie] of Object.entries(lies)) {
    old.machine.proxy.tamper = lie;
    // The machine that asks sees the chain as it is; the program that is asked is lied to.
    const program = await runOn(
      world,
      { ...asking, disk: asking.disk },
      takeOverFrom(asking, handover, old.machine, () => old, { approval }),
    );
    const code = await codeOfStep(program);
    old.machine.proxy.tamper = null;
    assert.match(code, /^(CHAIN_UNSEEN|ANCHOR_FOREIGN|OUTCOME_\w+|LIGHT_BLOCK_\w+)$/, name);
    assert.ok(servedKey(old) !== undefined, name);
    assert.equal(program.role().kind, "taking_over");
    asking.disk.names.clear();
    asking.disk.syncedNames.clear();
  }
  assert.deepEqual(
    old.parts.journals.rollout.entries().filter(({ type }) => type === "vote_agreed"),
    [],
  );
});

test("behavior: any field of the proof or of a block changed is refused", async () => {
  let changed: Mutation | undefined;
  const names: string[] = [];
  for (const method of [PROOF, "next_light_client_block"]) {
    old.machine.proxy.tamper = (asked, result) => {
      if (asked !== method || Object.keys(result as object).length === 0) return result;
      const committed = mutations(result as object).filter(({ name }) => !NOT_COMMITTED.test(name));
      changed = committed[Math.floor(((names.length % ROUNDS) * committed.length) / ROUNDS)];
      return changed?.value;
    };
    for (let round = 0; round < ROUNDS; round++) {
      const outcome = await old.parts.chain.anchor({}).then(
        () => "believed",
        (error: { code?: string }) => error.code ?? String(error),
      );
      names.push(`${changed?.name}: ${outcome}`);
    }
    old.machine.proxy.tamper = null;
  }
  assert.deepEqual(
    names.filter((name) => name.endsWith("believed")),
    [],
  );
});

test("behavior: a receipt, or its absence, that an RPC makes up neither erases nor resumes", async () => {
  const first = await openFirst(withImage(world, { version: 2 }), 60);
  const nonce = await first.sender()!.challenge();
  const machine = await makeMachine(withImage(world, { version: 2 }), 70, NEW_PROGRAM);
  const approval = approvalFor(machine, first.machine, nonce);
  const start = takeOverFrom(machine, nonce, first.machine, () => first, { approval });
  const next = await runOn(withImage(world, { version: 2 }), machine, start);
  const terms = await termsOf(next);
  const receipt = { ...signReceipt(machine.enclave.tls, terms), expires: terms.expires, confirmed_in: 1 };
  for (const made of [receipt, null]) {
    first.machine.proxy.tamper = (method, result) =>
      method === PROOF
        ? JSON.parse(
            JSON.stringify(result)
              .replaceAll(
                /\\"receipt\\":(null|\{.*?\})/g,
                `\\"receipt\\":${JSON.stringify(JSON.stringify(made)).slice(1, -1)}`,
              )
              .replaceAll(/\\"time\\":\d+/g, `\\"time\\":${terms.expires + 1}`),
          )
        : result;
    await first.step();
    assert.equal(servedKey(first), undefined);
    assert.ok((await first.parts.seedFile.read()) !== undefined);
  }
  first.machine.proxy.tamper = null;
  await settle([first, next], () => servedKey(next) !== undefined && first.role().kind === "gone");
});

test("behavior: share keys that an RPC makes up get no share, and a backup that it makes up opens nothing", async () => {
  const other = withImage(world, { version: 3 });
  const machine = await makeMachine(other, 80, NEW_PROGRAM);
  const first = await runOn(other, machine, { kind: "first" });
  machine.proxy.tamper = (method, result, params) =>
    isView(method, params, "share_keys")
      ? viewed(result, [["ann.test.near", machine.enclave.sealKey.publicKey]])
      : result;
  assert.equal(await codeOfStep(first), "ANCHOR_FOREIGN");
  assert.equal(await first.parts.seedFile.read(), undefined);
  machine.proxy.tamper = null;
  await settle([first], () => servedKey(first) !== undefined);
  const asking = await makeMachine(other, 90, NEW_PROGRAM);
  const nonce = await first.sender()!.challenge();
  const next = await runOn(
    other,
    asking,
    takeOverFrom(asking, nonce, machine, () => first),
  );
  asking.proxy.tamper = (method, result, params) =>
    isView(method, params, "seed_backup")
      ? viewed(result, { ...(decoded(result) as object), commitment: "00".repeat(32) })
      : result;
  assert.equal(await codeOfStep(next), "ANCHOR_FOREIGN");
  assert.equal(next.role().kind, "new");
});

/** Of no consequence: what a light client doesn't read, and signatures more than there are producers. */
const NOT_COMMITTED = /(^|\.)(metadata|timestamp$)|^approvals_after_next with/;
const ROUNDS = 12;

function isView(method: string, params: unknown, name: string): boolean {
  return method === "query" && (params as { method_name?: string }).method_name === name;
}

function viewed(result: unknown, value: unknown): unknown {
  return { ...(result as object), result: [...Buffer.from(JSON.stringify(value))] };
}

function decoded(result: unknown): unknown {
  return JSON.parse(Buffer.from((result as { result: number[] }).result).toString());
}

function withStatus(result: unknown, status: object): unknown {
  const answer = result as { transaction_outcome: { outcome: object } };
  const { transaction_outcome } = answer;
  const outcome = { ...transaction_outcome.outcome, status };
  return { ...answer, transaction_outcome: { ...transaction_outcome, outcome } };
}

/** The first proof again, whatever is asked for later. */
function otherProof(): Tamper {
  let first: unknown;
  return (method, result) => {
    if (method !== PROOF) return result;
    first ??= structuredClone({ ...(result as object), block_proof: [] });
    return first;
  };
}

async function termsOf(next: Running) {
  const entry = () => next.parts.journals.receiver.entries().find(({ type }) => type === "asked");
  await next.step();
  const asked = entry();
  assert.ok(asked?.type === "asked");
  return asked.terms;
}
