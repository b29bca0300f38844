import { readState } from "../../../contract/src/interface/state-reader.ts";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { ResultError } from "../errors/result-error.ts";

/**
 * Reads the JSON of the `state` view into the protocol's own form. Throws ResultError.
 *
 * What that JSON leaves out of a Recovery (`first_recovery_id`, `attestation`) is in the view `recovery_info`.
 */
export function parseState(json: unknown): ProtocolState {
  const read = readState(JSON.stringify(json ?? null));
  if (read.ok) return read.value;
  const { name, info } = read.error;
  const text = (field: string) => String((info as Readonly<Record<string, unknown>>)[field] ?? "");
  throw new ResultError("state", text("path"), text("expected") || "a protocol state", text("found") || name);
}
