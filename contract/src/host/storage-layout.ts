/// <reference path="../../engine/env.d.ts" />
/**
 * What lies under which storage key. Hot and cold parts are apart, so that a call reads, parses and writes only what
 * it needs; what only the contract reads has the shape that the rules take, so that reading it is parsing it.
 *
 * | key | what | form |
 * |---|---|---|
 * | `H` | head: kind of state, its small fields, settings, counters, what is known of the parts | JSON, see `head-codec.ts` |
 * | `R` or `Q`, as the head says | the running text: the very bytes that `state()` answers while Running without votes, until up to 8 members moved or domains were added | JSON text, see `running-text.ts` |
 * | the other of the two | in Resharing: the running text that it is to end with | likewise |
 * | `F` | what takes the place of the running text's beginning where domains or keys are others by now | JSON text, likewise |
 * | `K` | domains and their keys as the rules have them | JSON list of the two |
 * | `V` | who votes for which proposal, and the proposed domains; absent without votes | list, see `stored-votes.ts` |
 * | `p:<key>` | proposed parameters that have votes | JSON text as in the answer |
 * | `L` | number of this layout, written once | text |
 * | `U` | proposed updates; absent before the first one | JSON |
 * | `u:<id>` | the Borsh arguments that proposed an update with code | bytes |
 * | `S` | signature requests that wait: the next ticket and the ids; absent before the first one | list, see `stored-requests.ts` |
 * | `s:<id>` | a signature request with those who wait for it | list, likewise |
 * | `Y` | code hashes and the rollout policy with their votes; absent before the first one | JSON, see `stored-transparency.ts` |
 * | `X` | members' share keys; absent before the first one | the JSON text that `share_keys` answers |
 * | `b:<version>` | a seed backup: the very bytes that `seed_backup` answers | JSON text |
 * | `d:<version>` | its SHA-256 | hex text |
 * | `h:<version>:<from>:<to>` | the receipt of a handover | JSON, likewise |
 * | `C` | the settings: the very bytes that `config()` answers | JSON text |
 * | `a:<account>` | the account as member and its record | JSON, see `stored-accounts.ts` |
 * | `t:<TLS key>` | the account that holds the key | text |
 */
import { refuse } from "../protocol/errors.ts";

export type RunningKey = "R" | "Q";

export const HEAD_KEY = "H";
export const KEYS_KEY = "K";
export const FRONT_KEY = "F";
export const VOTES_KEY = "V";
export const CONFIG_KEY = "C";
export const UPDATES_KEY = "U";
export const LAYOUT_KEY = "L";
/** Goes up with every change of this table; `migrate` refuses a layout that it does not know. */
export const LAYOUT = "3";
export const QUEUE_KEY = "S";
export const REQUEST_PREFIX = "s:";
export const CODE_HASHES_KEY = "Y";
export const SHARE_KEYS_KEY = "X";
export const ACCOUNT_PREFIX = "a:";
export const TLS_KEY_PREFIX = "t:";

/** The stored text, null when there is none. */
export function readText(key: string): string | null {
  const text = env.storage_read_utf8(key);
  return text === undefined ? refuse("UNREADABLE_STATE", { part: key }) : text;
}

/** The stored text of a part that must be there. */
export function requireText(key: string): string {
  return readText(key) ?? refuse("UNREADABLE_STATE", { part: key });
}

export function writeOrRemove(key: string, value: string | null): void {
  if (value === null) env.storage_remove(key);
  else env.storage_write(key, value);
}
