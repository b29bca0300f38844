/**
 * Follows the participants and says which TLS keys are void. Its cursor is in a file, so that nothing is missed while
 * it doesn't run. Ends with Ctrl-C, or after the first change where `ONCE` is set.
 *
 * NEAR_RPC=… MPC_CONTRACT=… CURSOR_FILE=watch.json node --import tsx sdk/examples/watch-participants.ts
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRpcReader, errorCode, parseWatchCursor, watch } from "mpc-recovery";

const { NEAR_RPC = "", MPC_CONTRACT = "", CURSOR_FILE = "watch.json", ONCE } = process.env;
const reader = createRpcReader({ endpoint: { url: NEAR_RPC }, contractId: MPC_CONTRACT });
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());

const stored = existsSync(CURSOR_FILE) ? parseWatchCursor(readFileSync(CURSOR_FILE, "utf8")) : undefined;
const options = { reader, intervalMillis: 2_000, signal: stop.signal };
for await (const event of watch(stored === undefined ? options : { ...options, cursor: stored })) {
  switch (event.kind) {
    case "state":
      console.log(`${event.current.value.kind} at block ${event.current.blockHeight}`);
      break;
    case "participants":
      for (const { kind, account_id } of event.changes) console.log(`${account_id} ${kind}`);
      for (const key of event.voidTlsKeys) console.log(`void: ${key}`);
      break;
    case "unavailable":
      console.error(`${errorCode(event.error)}, ${event.failures} in a row`);
      continue;
  }
  // After the event was dealt with: a crash before this line tells it again.
  writeFileSync(CURSOR_FILE, JSON.stringify(event.cursor));
  if (ONCE !== undefined && event.kind === "state") stop.abort();
}
