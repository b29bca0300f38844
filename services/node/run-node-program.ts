import { join } from "node:path";
import { openFileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import { createAlarm } from "../operations/alarm.ts";
import { systemClock } from "../operations/clock.ts";
import { closeWithin } from "../operations/close-within.ts";
import { startLocalServer } from "../operations/local-http.ts";
import { type Log, openLog } from "../operations/log.ts";
import { createMetrics, operationsRoutes } from "../operations/metrics.ts";
import { type OpenedProgram, openProgram } from "../operations/open-program.ts";
import { EXIT, ProgramError } from "../operations/program-error.ts";
import { contractViewReader, requireContract } from "../operations/read-contract-view.ts";
import { createViewSource } from "../operations/view-source.ts";
import { systemFiles } from "../store/files.ts";
import { openJournal } from "../store/journal.ts";
import { type PinnedServer, type ServerEvent, startPinnedServer } from "../transport/pinned-server.ts";
import type { Route } from "../transport/routes.ts";
import type { WebServer } from "../transport/web/web-server.ts";
import { callAsNode } from "./adapters/call-as-node.ts";
import { openWebServer } from "./adapters/open-web-server.ts";
import { decideNow, type NodeObservation, type NodeSettings, runNodeAgent, standDown } from "./agent.ts";
import type { NodeConfig } from "./config.ts";
import { identifyPeer, type NodePeer } from "./decide-transfer.ts";
import { FROST_CHECKERS } from "./frost-checkers.ts";
import { createKeyshareRoutes } from "./keyshare-routes.ts";
import { nodeMemory, parseNodeEntry } from "./memory.ts";
import { nodeMetrics } from "./metrics.ts";
import type { NodePorts } from "./ports.ts";
import { answerRequests } from "./requests/answer-requests.ts";
import { createRequestsSource, requestsReader } from "./requests/read-requests.ts";
import { respondAsNode } from "./requests/respond-as-node.ts";
import { answeringParts, signerRoutes, signRoute } from "./signing.ts";
import type { ViewAges } from "./web-authentication.ts";

/** Names within the data folder. */
export const NODE_JOURNAL = "journal";
export const NODE_SHARES = "keyshares";

/**
 * How old a view may be that admits a peer, and one that turns it away, since it may have been listed a moment ago.
 * Strangers cause no more reads than this; a request that moves shares reads its own.
 */
const VIEW_AGES: ViewAges = { admitMillis: 2_000, refuseMillis: 500 };

/** How long requests that are under way may take to finish once the program is told to stop. */
const GRACE_MILLIS = 5_000;

/**
 * `mpc-node run`: resolves after a graceful stop, or when this machine stands down. Throws when it can't start, or
 * with exit code 1 when the operator must act; see `exitCodeOf`.
 */
export async function runNodeProgram(
  config: NodeConfig,
  acceptMissingBackup: boolean,
  signal: AbortSignal,
): Promise<void> {
  const program = await openProgram(config);
  const { data_folder, account_id } = config;
  const journal = await openJournal(systemFiles, join(data_folder, NODE_JOURNAL), parseNodeEntry);
  const log = openLog("mpc-node", account_id);
  const folder = join(data_folder, NODE_SHARES);
  const store = await openFileKeyshareStore(systemFiles, folder, program.storeKey, program.owner);
  const eraseKeyshares = store.erase;
  if (nodeMemory(journal.entries(), program.identity.publicKey).decommissioned)
    return stayDown(config, program, { store, eraseKeyshares, journal, log }, signal);
  await requireContract(program.reader, config, signal);
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);
  for (const { name, reason } of await store.damaged()) log.error("store.damaged_file", { name, reason });
  const read = contractViewReader(program.reader, program.proof, account_id);
  const held = { view: createViewSource(read, systemClock, ending), store, eraseKeyshares, journal, log };
  const settings = settingsOf(config, program, acceptMissingBackup);
  // Before any port is opened: the replacement may well run on this very address.
  const { view, action } = await decideNow(held, settings);
  if (action.kind === "stand_down") {
    const { tls_public_key } = settings.info;
    return standDown(held, { account_id, tls_public_key }, view, action.message);
  }
  if (action.kind === "refuse") throw new ProgramError(EXIT.refused, action.code, action.message);
  const parts = await assemble(config, program, held, ending);
  try {
    await runNodeAgent(parts.ports, settings, parts.observe, parts.watch, signal);
  } finally {
    stopping.abort();
    await stop(parts, log, signal);
  }
}

async function stop(parts: Parts, log: Log, signal: AbortSignal): Promise<void> {
  const end = await closeWithin(parts.close(), GRACE_MILLIS, systemClock);
  // Else a slow peer would keep a program that is done, for instance a machine that stood down, from ending.
  if (end === "still_open") parts.cut();
  log.info("program.stopped", { requests: end === "closed" ? "finished" : "cut off" });
  // Told to stop, it stops, whatever a slow peer does.
  if (end === "still_open" && signal.aborted) process.exit(EXIT.ok);
}

function settingsOf(
  config: NodeConfig,
  { identity, nearKey }: OpenedProgram,
  accept_missing_backup: boolean,
): NodeSettings {
  const { account_id, poll_interval_millis } = config;
  return {
    account_id,
    info: { url: config.url as NodeSettings["info"]["url"], tls_public_key: identity.publicKey },
    signer_public_key: nearKey.publicKey,
    accept_missing_backup,
    poll_interval_millis,
  };
}

/** Of a machine that was replaced earlier: what it still holds goes, if the contract can be read and allows it. */
async function stayDown(
  config: NodeConfig,
  { identity, reader, proof }: OpenedProgram,
  held: Parameters<typeof standDown>[0],
  signal: AbortSignal,
): Promise<void> {
  const { account_id } = config;
  const message = "this machine was replaced earlier; run `mpc-node reactivate` to give it new keys";
  if ((await held.store.list()).length === 0) {
    held.log.warn("node.standing_down", { message });
    return;
  }
  const machine = { account_id, tls_public_key: identity.publicKey };
  await standDown(held, machine, await contractViewReader(reader, proof, account_id)(signal), message);
}

interface Parts {
  readonly ports: NodePorts;
  readonly observe: Parameters<typeof runNodeAgent>[2];
  readonly watch: (observation: NodeObservation) => void;
  close(): Promise<void>;
  cut(): void;
}

async function assemble(
  config: NodeConfig,
  program: OpenedProgram,
  held: Pick<NodePorts, "view" | "store" | "eraseKeyshares" | "journal" | "log">,
  ending: AbortSignal,
): Promise<Parts> {
  const { account_id, network_id, contract_id } = config;
  const { identity } = program;
  const { view, store, log } = held;
  const alarm = createAlarm(systemClock);
  const shared = { ...held, alarm, checkers: FROST_CHECKERS, clock: systemClock, random: Math.random };
  const hello = { network_id, contract_id, account_id, tls_public_key: identity.publicKey };
  const requests = createRequestsSource(requestsReader(program.reader), systemClock, ending);
  const signing = { ...config, identity, view, store, log, requests };
  const web = await openWebServer(config, program, shared, hello, VIEW_AGES, ending);
  const keyshareRoutes = web === undefined ? createKeyshareRoutes(shared, hello) : [];
  const routes = [...keyshareRoutes, ...signerRoutes(signing)];
  const server = await startServer(config, program, shared, routes, web);
  const metrics = createMetrics(systemClock.now);
  const status = nodeMetrics(metrics.registry, account_id);
  const local = await startLocalServer(config.local_port, [
    ...operationsRoutes(metrics),
    { method: "GET", path: "/status", handle: async () => ({ status: 200, body: status.latest() }) },
    signRoute(signing),
  ]).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const keys = { tls_public_key: identity.publicKey, signer_public_key: program.nearKey.publicKey };
  const answering = answerRequests(
    {
      ...config,
      ...answeringParts(signing),
      requests,
      respond: respondAsNode(program),
      clock: systemClock,
      log,
      random: Math.random,
    },
    ending,
  );
  log.info("program.started", { ...keys, port: server.port, local_port: local.port });
  return {
    ports: { ...shared, contract: callAsNode(program), revalidatePeers: () => server.revalidate() },
    observe: metrics.observe,
    watch: status.watch,
    close: async () => {
      await Promise.all([local.close(), server.close(), answering]);
    },
    cut: () => server.cut(),
  };
}

function startServer(
  config: NodeConfig,
  { identity }: OpenedProgram,
  { view, log }: Pick<NodePorts, "view" | "log">,
  routes: readonly Route<NodePeer>[],
  web: WebServer | undefined,
): Promise<PinnedServer> {
  const machine = { account_id: config.account_id, tls_public_key: identity.publicKey };
  return startPinnedServer<NodePeer>({
    identity,
    listen: config.listen,
    authorize: async (key) =>
      identifyPeer(await view.recent(VIEW_AGES.admitMillis), machine, key) ??
      identifyPeer(await view.recent(VIEW_AGES.refuseMillis), machine, key),
    routes,
    ...(web === undefined ? {} : { web }),
    report: (event) => reportServerEvent(log, event),
  });
}

function reportServerEvent(log: Log, event: ServerEvent): void {
  switch (event.kind) {
    case "refused_connection":
      log.warn("connection.refused", { reason: event.reason, peer_key: event.peerKey });
      return;
    case "cut_connection":
      log.warn("connection.cut", { reason: event.reason, peer_key: event.peerKey });
      return;
    case "handler_failed":
      log.error("request.failed", {
        path: event.path,
        peer_key: event.peerKey,
        message: String(event.error),
      });
      return;
    case "accept_failed":
      log.error("connection.accept_failed", { message: String(event.error) });
      return;
    case "accepted_connection":
    case "answered":
      return;
  }
}
