import { strictObject, strictText } from "../../sdk/src/attestation/strict-fields.ts";
import { tlsIdentityFromKeyPair } from "../../sdk/src/crypto/tls-identity.ts";
import { systemClock } from "../operations/clock.ts";
import { type LocalReply, type LocalRoute, startLocalServer } from "../operations/local-http.ts";
import { openLog } from "../operations/log.ts";
import { createMetrics, operationsRoutes } from "../operations/metrics.ts";
import { runSteps } from "../operations/run-steps.ts";
import { systemFiles } from "../store/files.ts";
import { startPinnedServer } from "../transport/pinned-server.ts";
import { type MachineTimes, openParts } from "./enclave-parts.ts";
import { createEnclaveProgram, type EnclaveProgram, type Start } from "./enclave-program.ts";
import type { SigningService } from "./example-service.ts";
import { nowSeconds, type OpenedEnclave } from "./open-enclave.ts";
import { type Asker, createSenderRoutes } from "./sender-routes.ts";

/** Runs the example program until it is stopped. Throws when it can't start; see `exitCodeOf`. */
export async function runEnclave(enclave: OpenedEnclave, start: Start, signal: AbortSignal): Promise<void> {
  const { config, tls, measurement } = enclave;
  const log = openLog("enclave", config.account_id);
  const parts = await openParts(enclave, systemFiles, systemClock, TIMES, log, signal);
  const program = createEnclaveProgram(parts, start);
  const { sender, judge } = program;
  const rollout = () => parts.journals.rollout.entries();
  const server = await startPinnedServer<Asker>({
    identity: tlsIdentityFromKeyPair(tls),
    listen: config.listen,
    // Anybody may ask; what a request brings decides.
    authorize: async (tlsKey) => ({ tlsKey }),
    routes: createSenderRoutes({ sender, judge, rollout, measurement, log, ...TIMES }),
    limits: { maxBodyBytes: MAX_REQUEST_BYTES },
  });
  const metrics = createMetrics(systemClock.now);
  const routes = [
    ...operationsRoutes(metrics),
    signRoute(parts.service),
    statusRoute(program, parts.service),
  ];
  const local = await startLocalServer(config.local_port, routes).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  log.info("program.started", {
    tls_public_key: tls.publicKey,
    measurement,
    port: server.port,
    local_port: local.port,
  });
  const { poll_interval_millis } = config;
  const settings = { poll_interval_millis, clock: systemClock, log, random: Math.random };
  try {
    const sleep = (millis: number) => systemClock.sleep(millis, signal);
    await runSteps(() => program.step(), { ...settings, observe: metrics.observe }, sleep, signal);
  } finally {
    parts.service.stop();
    server.cut();
    await Promise.all([server.close(), local.close()]);
    log.info("program.stopped", {});
  }
}

const TIMES: MachineTimes = {
  unixSeconds: nowSeconds,
  elapsedSeconds: () => performance.now() / 1_000,
};
/** Evidence with collateral is the largest part of a request. */
const MAX_REQUEST_BYTES = 2_097_152;
const MAX_MESSAGE_HEX = 65_536;

/** What the program is there for. */
function signRoute(service: SigningService): LocalRoute {
  const closed: LocalReply = { status: 503, body: { code: "NOT_SERVING" } };
  return {
    method: "POST",
    path: "/sign",
    async handle(body) {
      const { message_hex } = strictObject(body, "request", ["message_hex"]);
      const hex = strictText(message_hex, "message_hex", /^([0-9a-f]{2})*$/, MAX_MESSAGE_HEX);
      const made = service.sign(Buffer.from(hex, "hex"));
      if (made === undefined) return closed;
      const signature_hex = Buffer.from(made.signature).toString("hex");
      return { status: 200, body: { public_key: made.publicKey, signature_hex } };
    },
  };
}

function statusRoute(program: EnclaveProgram, service: SigningService): LocalRoute {
  return {
    method: "GET",
    path: "/status",
    handle: async () => ({
      status: 200,
      body: { role: program.role().kind, is_serving: service.isServing() },
    }),
  };
}
