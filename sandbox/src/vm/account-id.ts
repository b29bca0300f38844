import type { CallState } from "./call-state.ts";
import { payCost } from "./gas-counter.ts";
import { readBlob } from "./guest-memory.ts";
import { decodeUtf8 } from "./guest-text.ts";
import { HostError } from "./host-error.ts";

/** What creating an account by a transfer to it costs, by the shape of its id. */
export type AccountShape = "Named" | "NearImplicit" | "EthImplicit" | "NearDeterministic";

const ACCOUNT_ID = /^[a-z0-9]+([-_.][a-z0-9]+)*$/;

export function isValidAccountId(id: string): boolean {
  return id.length >= 2 && id.length <= 64 && ACCOUNT_ID.test(id);
}

export function accountShape(id: string): AccountShape {
  if (/^[0-9a-f]{64}$/.test(id)) return "NearImplicit";
  if (/^0x[0-9a-f]{40}$/.test(id)) return "EthImplicit";
  if (/^0s[0-9a-f]{40}$/.test(id)) return "NearDeterministic";
  return "Named";
}

/** Reads and pays for an account id. Throws `BadUTF8` or `InvalidAccountId`. */
export function readAccountId(state: CallState, length: bigint, pointer: bigint): string {
  const bytes = readBlob(state, length, pointer);
  payCost(state.gas, "utf8_decoding_base");
  payCost(state.gas, "utf8_decoding_byte", BigInt(bytes.length));
  const id = decodeUtf8(bytes);
  if (!isValidAccountId(id)) throw new HostError("InvalidAccountId");
  return id;
}
