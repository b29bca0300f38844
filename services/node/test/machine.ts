import assert from "node:assert/strict";
import type { SignerKey } from "../../../contract/src/protocol/brand.ts";
import { ContractError } from "../../../sdk/src/errors/contract-error.ts";
import { openFileKeyshareStore } from "../../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { sampleCheckers, sampleKeyset, sampleShares } from "../../keyshare/test/samples.ts";
import { createAlarm } from "../../operations/alarm.ts";
import { memoryClock, memoryLog, NEVER } from "../../operations/test/in-memory-ports.ts";
import { afterConclusion, info, receipt, recovery, view } from "../../operations/test/sample-views.ts";
import { createViewSource } from "../../operations/view-source.ts";
import type { Files } from "../../store/files.ts";
import { openJournal } from "../../store/journal.ts";
import { storeKeyFromBytes } from "../../store/store-key.ts";
import { crashingFiles, type Disk } from "../../store/test/crashing-files.ts";
import { stepNodeAgent } from "../agent.ts";
import type { NodePeer } from "../decide-transfer.ts";
import { createKeyshareRoutes } from "../keyshare-routes.ts";
import { parseNodeEntry } from "../memory.ts";
import type { NodePorts } from "../ports.ts";
export const KEYSET = sampleKeyset(4);
export const HASH = keysetHash(KEYSET);
export const WHOLE = keysharesDocument(KEYSET, sampleShares(KEYSET, 0));
const OWNER = { network: "testnet", contract: "mpc.near", account: "a.near" };
export const SERVICE = { kind: "backup_service", tls_public_key: "ed25519:tls-service" } as NodePeer;

const settings = (name: string) => ({
  account_id: "a.near",
  info: info(name),
  signer_public_key: `ed25519:signer-${name}`,
  accept_missing_backup: false,
  poll_interval_millis: 1_000,
});

export const refusal = (code: string) => new ContractError({ code, info: {} } as never);

/** The contract as the machine meets it; it outlives the machine's crashes. */
export function world() {
  return { view: view({ receipt: receipt(4, HASH) }), calls: [] as string[], refuse: [] as string[] };
}

export type World = ReturnType<typeof world>;

export async function machine(name: string, at: World, disk: Disk, crashAt = Number.POSITIVE_INFINITY) {
  return machineOn(name, at, crashingFiles(disk, crashAt));
}

/** The same on any files. */
export async function machineOn<OnFiles extends Files>(name: string, at: World, files: OnFiles) {
  const log = memoryLog();
  const clock = memoryClock();
  const call = (method: string) => {
    at.calls.push(method);
    const code = at.refuse.shift();
    if (code !== undefined) throw refusal(code);
  };
  const store = await openFileKeyshareStore(
    files,
    "/data/keyshares",
    storeKeyFromBytes(new Uint8Array(32).fill(4)),
    OWNER,
  );
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
    store,
    eraseKeyshares: store.erase,
    journal: await openJournal(files, "/data/journal", parseNodeEntry),
    checkers: sampleCheckers,
    alarm: createAlarm(clock),
    clock,
    log,
    random: () => 0.5,
    revalidatePeers: async () => undefined,
  };
  const { account_id, info: own } = settings(name);
  const identity = {
    network_id: "testnet",
    contract_id: "mpc.near",
    account_id,
    tls_public_key: own.tls_public_key,
  };
  const routes = createKeyshareRoutes(ports, identity);
  const ask = (method: string, peer: NodePeer, body?: unknown) =>
    routes
      .find((route) => route.method === method && route.path === "/v1/keyshares")!
      .handle(peer, body, NEVER);
  const hello = () => routes.find((route) => route.path === "/v1/hello")!.handle(SERVICE, undefined, NEVER);
  return { ports, log, files, ask, hello, settings: settings(name) };
}

export type Machine = Awaited<ReturnType<typeof machineOn<Files>>>;

export async function stepUntilRest({ ports, settings: own }: Machine): Promise<string> {
  for (let steps = 0; steps < 20; steps += 1) {
    const outcome = await stepNodeAgent(ports, own, () => undefined, NEVER);
    if (outcome.kind === "idle") return outcome.reason;
    if (outcome.kind === "blocked") return outcome.code;
    if (outcome.kind === "ended") return "ended";
  }
  return assert.fail("the agent never came to rest");
}
