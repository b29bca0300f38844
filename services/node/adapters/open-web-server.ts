import { ENVELOPE_LIMITS } from "../../../sdk/src/crypto/envelope-header.ts";
import type { Log } from "../../operations/log.ts";
import type { OpenedProgram } from "../../operations/open-program.ts";
import { oneLine } from "../../operations/program-error.ts";
import { systemFiles } from "../../store/files.ts";
import { createOwnKeys, publishWith } from "../../transport/web/own-keys.ts";
import { sessionSlotsReader } from "../../transport/web/session-slots.ts";
import { openUsedSessions } from "../../transport/web/used-sessions.ts";
import { createWebServer, type WebEvent, type WebServer } from "../../transport/web/web-server.ts";
import type { NodeConfig } from "../config.ts";
import type { HelloIdentity, KeysharePorts } from "../keyshare-routes.ts";
import type { ViewAges } from "../web-authentication.ts";
import { createWebEndpoint } from "../web-endpoint.ts";

/** The server of version 2, if that is what the config names; it listens where the pinned server does. */
export async function openWebServer(
  config: NodeConfig,
  program: OpenedProgram,
  ports: KeysharePorts,
  identity: HelloIdentity,
  viewAges: ViewAges,
  signal: AbortSignal,
): Promise<WebServer | undefined> {
  if (config.transport === 1) return undefined;
  const { owner, tlsKey, reader, caller } = program;
  const readSlots = sessionSlotsReader(reader, owner.account);
  const keys = createOwnKeys({ role: "node", owner, tlsKey, readSlots, publish: publishWith(caller) });
  const used = await openUsedSessions(systemFiles, config.data_folder);
  const endpoint = createWebEndpoint({ ports, identity, tlsKey, readSlots, keys, used, viewAges, signal });
  const report = (event: WebEvent) => reportWebEvent(ports.log, event);
  return createWebServer({ endpoint, maxBodyBytes: ENVELOPE_LIMITS.text, report });
}

function reportWebEvent(log: Log, event: WebEvent): void {
  switch (event.kind) {
    case "refused_request":
      log.warn("request.refused", { code: event.code, message: event.message });
      return;
    case "failed_request":
      log.error("request.failed", { message: oneLine(event.error) });
      return;
  }
}
