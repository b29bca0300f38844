import type { CommonConfig } from "../../operations/common-config.ts";
import type { OpenedProgram } from "../../operations/open-program.ts";
import { systemFiles } from "../../store/files.ts";
import { createOwnKeys, publishWith } from "../../transport/web/own-keys.ts";
import { sessionSlotsReader } from "../../transport/web/session-slots.ts";
import { openUsedSessions } from "../../transport/web/used-sessions.ts";
import type { ExchangeKeyshares } from "../ports.ts";
import { exchangeOverTls } from "./exchange-keyshares.ts";
import { exchangeOverWeb } from "./exchange-over-web.ts";

/** The exchange in the version that the config names. Throws JournalDamaged. */
export async function openExchange(config: CommonConfig, program: OpenedProgram): Promise<ExchangeKeyshares> {
  if (config.transport === 1) return exchangeOverTls(program.identity);
  const { owner, tlsKey, reader, caller } = program;
  const readSlots = sessionSlotsReader(reader, owner.account);
  const publish = publishWith(caller);
  const keys = createOwnKeys({ role: "backup_service", owner, tlsKey, readSlots, publish });
  const used = await openUsedSessions(systemFiles, config.data_folder);
  return exchangeOverWeb({ owner, tlsKey, readSlots, keys, used });
}
