import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SignerKey } from "../../../contract/src/protocol/brand.ts";
import { ContractError } from "../../../sdk/src/errors/contract-error.ts";
import { openFileKeyshareStore } from "../../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { sampleCheckers, sampleKeyset, sampleShares } from "../../keyshare/test/samples.ts";
import { createAlarm } from "../../operations/alarm.ts";
import { ProgramError } from "../../operations/program-error.ts";
import { memoryClock, memoryLog, NEVER } from "../../operations/test/in-memory-ports.ts";
import {
  afterConclusion,
  info,
  receipt,
  recovery,
  running,
  view,
} from "../../operations/test/sample-views.ts";
import { createViewSource } from "../../operations/view-source.ts";
import { openJournal } from "../../store/journal.ts";
import { storeKeyFromBytes } from "../../store/store-key.ts";
import {
  AFTERMATHS,
  Crash,
  crashingFiles,
  type Disk,
  diskAfterCrash,
  emptyDisk,
} from "../../store/test/crashing-files.ts";
import { runNodeAgent, stepNodeAgent } from "../agent.ts";
import type { NodePeer } from "../decide-transfer.ts";
import { createKeyshareRoutes } from "../keyshare-routes.ts";
import { parseNodeEntry } from "../memory.ts";
import type { NodePorts } from "../ports.ts";

const KEYSET = sampleKeyset(4);
const HASH = keysetHash(KEYSET);
const WHOLE = keysharesDocument(KEYSET, sampleShares(KEYSET, 0));
const OWNER = { network: "testnet", contract: "mpc.near", account: "a.near" };
const SERVICE = { kind: "backup_service", tls_public_key: "ed25519:tls-service" } as NodePeer;

const settings = (name: string) => ({
  account_id: "a.near",
  info: info(name),
  signer_public_key: `ed25519:signer-${name}`,
  accept_missing_backup: false,
  poll_interval_millis: 1_000,
});

const refusal = (code: string) => new ContractError({ code, info: {} } as never);

/** The contract as the machine meets it; it outlives the machine's crashes. */
function world() {
  return { view: view({ receipt: receipt(4, HASH) }), calls: [] as string[], refuse: [] as string[] };
}

type World = ReturnType<typeof world>;

async function machine(name: string, at: World, disk: Disk, crashAt = Number.POSITIVE_INFINITY) {
  const files = crashingFiles(disk, crashAt);
  const log = memoryLog();
  const clock = memoryClock();
  const call = (method: string) => {
    at.calls.push(method);
    const code = at.refuse.shift();
    if (code !== undefined) throw refusal(code);
  };
  const ports: NodePorts = {
    view: createViewSource(async () => at.view, clock, NEVER),
    contract: {
      async submitParticipantInfo() {
        call("submit_participant_info");
        at.view = { ...at.view, node_key: `ed25519:signer-${name}` as SignerKey };
      },
      async submitRecoveryInfo() {
        call("submit_participant_recovery_info");
        at.view = { ...at.view, state: recovery() };
      },
      async concludeRecovery(id) {
        call(`conclude_recovery ${id}`);
        at.view = { ...at.view, state: afterConclusion(), node_key: `ed25519:signer-${name}` as SignerKey };
      },
    },
    store: await openFileKeyshareStore(
      files,
      "/data/keyshares",
      storeKeyFromBytes(new Uint8Array(32).fill(4)),
      OWNER,
    ),
    journal: await openJournal(files, "/data/journal", parseNodeEntry),
    checkers: sampleCheckers,
    alarm: createAlarm(clock),
    clock,
    log,
    random: () => 0.5,
    revalidatePeers: async () => undefined,
  };
  const { account_id, info: own } = settings(name);
  const hello = {
    network_id: "testnet",
    contract_id: "mpc.near",
    account_id,
    tls_public_key: own.tls_public_key,
  };
  const routes = createKeyshareRoutes(ports, hello);
  const ask = (method: string, peer: NodePeer, body?: unknown) =>
    routes
      .find((route) => route.method === method && route.path === "/v1/keyshares")!
      .handle(peer, body, NEVER);
  return { ports, log, files, ask, settings: settings(name) };
}

type Machine = Awaited<ReturnType<typeof machine>>;

async function stepUntilRest({ ports, settings: own }: Machine): Promise<string> {
  for (let steps = 0; steps < 20; steps += 1) {
    const outcome = await stepNodeAgent(ports, own, () => undefined, NEVER);
    if (outcome.kind === "idle") return outcome.reason;
    if (outcome.kind === "blocked") return outcome.code;
    if (outcome.kind === "ended") return "ended";
  }
  return assert.fail("the agent never came to rest");
}

describe("behavior: a lost node comes back", () => {
  test("submits, takes its shares, concludes, serves", async () => {
    const at = world();
    const fresh = await machine("new", at, emptyDisk());
    assert.equal(await stepUntilRest(fresh), "awaiting_keyshares of recovery 7");
    assert.deepEqual(await fresh.ask("PUT", SERVICE, WHOLE), { kind: "ok", body: { keyset_hash: HASH } });
    assert.equal(await stepUntilRest(fresh), "serving");
    assert.deepEqual(at.calls, ["submit_participant_recovery_info", "conclude_recovery 7"]);
    const order = [
      "recovery.submitted",
      "recovery.started",
      "recovery.shares_received",
      "recovery.concluded",
      "node.listed",
    ];
    assert.deepEqual(fresh.log.events, order);
    assert.doesNotMatch(fresh.log.text(), /share of/);
    const served = await fresh.ask("GET", SERVICE);
    assert.deepEqual(served, { kind: "ok", body: WHOLE });
  });

  test("a conclusion that fails is tried until the contract shows it", async () => {
    const at = world();
    const fresh = await machine("new", at, emptyDisk());
    await stepUntilRest(fresh);
    await fresh.ask("PUT", SERVICE, WHOLE);
    at.refuse = ["UNEXPECTED_STATE"];
    await assert.rejects(stepUntilRest(fresh), ContractError);
    assert.equal(await stepUntilRest(fresh), "serving");
  });

  test("a refused entry ends the program, a state that moved on is waited for", async () => {
    const at = world();
    const fresh = await machine("new", at, emptyDisk());
    at.refuse = ["UNEXPECTED_STATE", "KEY_RETIRED"];
    await assert.rejects(stepUntilRest(fresh), ContractError);
    await assert.rejects(
      stepUntilRest(fresh),
      (error) => error instanceof ProgramError && error.exitCode === 1,
    );
  });

  test("after a cancel it doesn't enter again, not even after a restart", async () => {
    const [at, disk] = [world(), emptyDisk()];
    await stepUntilRest(await machine("new", at, disk));
    at.view = { ...at.view, state: running() };
    for (const again of [disk, diskAfterCrash(disk, "synced_only")]) {
      await assert.rejects(stepUntilRest(await machine("new", at, again)), { code: "RECOVERY_ENDED" });
    }
    assert.deepEqual(at.calls, ["submit_participant_recovery_info"]);
  });

  const [first, second] = WHOLE.keyshares;
  const unfit: [string, unknown, number][] = [
    ["a missing share", keysharesDocument(KEYSET, [first!]), 422],
    ["an extra share", keysharesDocument(KEYSET, [first!, second!, { ...second!, domain_id: 9 }]), 422],
    ["a stale share", keysharesDocument(KEYSET, [first!, { ...second!, attempt: 1 }]), 422],
    ["a corrupt share", keysharesDocument(KEYSET, [first!, { ...second!, secret: "canary-4711" }]), 422],
    ["another keyset", keysharesDocument(sampleKeyset(3), sampleShares(sampleKeyset(3), 0)), 422],
    ["no document", { keyshares: "canary-4711" }, 400],
  ];
  for (const [name, body, status] of unfit) {
    test(`${name}: refused, nothing stored, nothing concluded`, async () => {
      const at = world();
      const fresh = await machine("new", at, emptyDisk());
      await stepUntilRest(fresh);
      const reply = await fresh.ask("PUT", SERVICE, body);
      assert.equal(reply.kind === "refused" && reply.status, status);
      assert.doesNotMatch(JSON.stringify(reply), /canary/);
      assert.doesNotMatch(fresh.log.text(), /canary/);
      assert.deepEqual(await fresh.ports.store.list(), []);
      assert.equal(await stepUntilRest(fresh), "awaiting_keyshares of recovery 7");
    });
  }

  for (const aftermath of AFTERMATHS) {
    test(`killed at any file operation it comes back all the same (${aftermath})`, async () => {
      const comeBack = async (at: World, disk: Disk, crashAt?: number) => {
        const fresh = await machine("new", at, disk, crashAt);
        const rest = await stepUntilRest(fresh);
        if (rest.startsWith("awaiting")) assert.equal((await fresh.ask("PUT", SERVICE, WHOLE)).kind, "ok");
        return { fresh, rest: await stepUntilRest(fresh) };
      };
      const whole = await comeBack(world(), emptyDisk());
      for (let crashAt = 0; crashAt < whole.fresh.files.operations(); crashAt += 1) {
        const [at, disk] = [world(), emptyDisk()];
        await assert.rejects(comeBack(at, disk, crashAt), Crash);
        const { fresh, rest } = await comeBack(at, diskAfterCrash(disk, aftermath));
        assert.equal(rest, "serving", `operation ${crashAt}`);
        assert.deepEqual(await fresh.ports.store.export(HASH), WHOLE.keyshares, `operation ${crashAt}`);
      }
    });

    test(`shares that were acknowledged survive any crash after it (${aftermath})`, async () => {
      const [at, disk] = [world(), emptyDisk()];
      const fresh = await machine("new", at, disk);
      await stepUntilRest(fresh);
      assert.equal((await fresh.ask("PUT", SERVICE, WHOLE)).kind, "ok");
      const again = await machine("new", at, diskAfterCrash(disk, aftermath));
      assert.deepEqual(await again.ports.store.export(HASH), WHOLE.keyshares);
    });
  }
});

describe("behavior: impostors and the old machine", () => {
  async function oldMachine(at: World, disk = emptyDisk()) {
    at.view = { ...at.view, node_key: "ed25519:signer-a" as SignerKey };
    const old = await machine("a", at, disk);
    await old.ports.store.import(KEYSET, WHOLE.keyshares);
    assert.equal(await stepUntilRest(old), "serving");
    return old;
  }

  test("a peer that isn't the registered service gets no shares and can bring none", async () => {
    const at = world();
    const old = await oldMachine(at);
    const impostor = { kind: "backup_service", tls_public_key: "ed25519:impostor" } as NodePeer;
    const participant = { kind: "participant", tls_public_key: info("b").tls_public_key } as NodePeer;
    for (const peer of [impostor, participant]) {
      const reply = await old.ask("GET", peer);
      assert.equal(reply.kind === "refused" && reply.status, 403);
      at.view = { ...at.view, state: recovery() };
      const fresh = await machine("new", at, emptyDisk());
      const brought = await fresh.ask("PUT", peer, WHOLE);
      assert.equal(brought.kind === "refused" && brought.status, 403);
      at.view = { ...at.view, state: running() };
    }
  });

  test("a service that was replaced after it connected is judged by the contract as it is now", async () => {
    const at = world();
    const old = await oldMachine(at);
    assert.equal((await old.ask("GET", SERVICE)).kind, "ok");
    at.view = {
      ...at.view,
      backup_service: { ...at.view.backup_service!, public_key: "ed25519:newer" as never },
    };
    assert.equal((await old.ask("GET", SERVICE)).kind, "refused");
  });

  test("the old machine serves backups until the conclusion, then stands down for good", async () => {
    const [at, disk] = [world(), emptyDisk()];
    const old = await oldMachine(at, disk);
    at.view = { ...at.view, state: recovery() };
    assert.equal(await stepUntilRest(old), "being_replaced by recovery 7");
    assert.equal((await old.ask("GET", SERVICE)).kind, "ok");
    at.view = { ...at.view, state: afterConclusion() };
    assert.equal((await old.ask("GET", SERVICE)).kind, "refused");
    assert.equal(await stepUntilRest(old), "ended");
    const again = await machine("a", at, diskAfterCrash(disk, "synced_only"));
    at.view = { ...at.view, state: running() };
    assert.equal(await stepUntilRest(again), "ended");
    assert.deepEqual(at.calls, []);
  });

  test("a bogus Recovery entry doesn't kill an honest node for good", async () => {
    const at = world();
    const old = await oldMachine(at);
    at.view = { ...at.view, state: recovery() };
    assert.equal(await stepUntilRest(old), "being_replaced by recovery 7");
    at.view = { ...at.view, state: running() };
    assert.equal(await stepUntilRest(old), "serving");
  });

  test("the loop ends by itself when the machine stands down", async () => {
    const at = world();
    const old = await oldMachine(at);
    at.view = { ...at.view, state: afterConclusion() };
    const end = await runNodeAgent(
      old.ports,
      old.settings,
      () => undefined,
      () => undefined,
      NEVER,
    );
    assert.equal(end.kind, "ended");
    assert.equal(old.log.events.at(-1), "node.standing_down");
  });
});
