import { createHash } from "node:crypto";
import { AttestationError } from "./attestation-error.ts";
import type { LoggedEvent } from "./evidence.ts";
import type { TdReport } from "./quote.ts";

/** One of dstack's events, as it was extended into register 3. */
export type RuntimeEvent = Extract<LoggedEvent, { imr: 3 }>;

/**
 * Replays the log and compares all four runtime registers with the quote's, then the text of the app with the
 * `compose-hash` that was logged while the system started.
 *
 * @returns dstack's own events, in order: what runs, and with which keys
 * @throws AttestationError `EVENT_LOG`
 */
export function replayEventLog(
  events: readonly LoggedEvent[],
  appCompose: string,
  report: TdReport,
): readonly RuntimeEvent[] {
  const registers = [0, 1, 2, 3].map(() => Buffer.alloc(DIGEST_BYTES));
  for (const event of events) {
    const digest = event.imr === 3 ? runtimeDigest(event) : Buffer.from(event.digest, "hex");
    registers[event.imr] = createHash("sha384").update(registers[event.imr]!).update(digest).digest();
  }
  const wrong = registers.findIndex((register, index) => !register.equals(report.runtimeRegisters[index]!));
  if (wrong >= 0) throw refused(`replayed, it doesn't give the quote's register ${wrong}`);
  const runtime = events.filter((event) => event.imr === 3);
  checkBootEvents(runtime, appCompose, report);
  return runtime;
}

const DIGEST_BYTES = 48;

// An app can extend register 3 too, also with these names, so each may occur once, while the system starts.
const BOOT_EVENTS = [
  "system-preparing",
  "app-id",
  "compose-hash",
  "instance-id",
  "boot-mr-done",
  "key-provider",
];

function checkBootEvents(runtime: readonly RuntimeEvent[], appCompose: string, report: TdReport): void {
  for (const name of BOOT_EVENTS) {
    const count = runtime.filter(({ event }) => event === name).length;
    if (count !== 1) throw refused(`${name} occurs ${count} times`);
  }
  const at = (name: string) => runtime.findIndex(({ event }) => event === name);
  if (at("compose-hash") > at("boot-mr-done")) throw refused("compose-hash comes after the start");
  const composeHash = createHash("sha256").update(appCompose, "utf8").digest("hex");
  if (runtime[at("compose-hash")]!.event_payload !== composeHash) {
    throw refused("the app's text isn't the one that was measured");
  }
  const configId = Buffer.from(report.mrConfigId).toString("hex");
  // dstack puts the app's hash there too, after a 1; older versions leave it zero.
  if (!/^0+$/.test(configId) && configId !== `01${composeHash}`.padEnd(2 * DIGEST_BYTES, "0")) {
    throw refused("the quote's MRCONFIGID is that of another app");
  }
}

function runtimeDigest({ event_type, event, event_payload }: RuntimeEvent): Buffer {
  const type = Buffer.alloc(4);
  type.writeUInt32LE(event_type);
  const hash = createHash("sha384").update(type).update(`:${event}:`);
  return hash.update(Buffer.from(event_payload, "hex")).digest();
}

function refused(reason: string): AttestationError {
  return new AttestationError("EVENT_LOG", `event log: ${reason}`);
}
