/// <reference path="../../engine/env.d.ts" />
/**
 * Accounts as members and their records, read when something asks for one, each at most once per call. An account is
 * stored as JSON with the names of the rules' own fields: parsing it is all that reading takes.
 */
import type { AccountId } from "../protocol/brand.ts";
import type { AccountRecord } from "../protocol/records.ts";
import type { ParticipantEntry } from "../protocol/state.ts";
import { ACCOUNT_PREFIX, readText } from "./storage-layout.ts";

/** What is stored of one account; an account of which both are null has no key. */
export interface Account {
  readonly member: ParticipantEntry | null;
  readonly record: AccountRecord | null;
}

const NO_ACCOUNT: Account = { member: null, record: null };

/** Read in this call; a call runs in its own copy of the memory, so nothing outlives it. */
const known = new Map<AccountId, Account>();
/** Nearly every question is about the caller. */
let lastId: AccountId | null = null;
let last = NO_ACCOUNT;

export function storedAccount(id: AccountId): Account {
  if (id === lastId) return last;
  last = known.get(id) ?? readAccount(id);
  lastId = id;
  return last;
}

export function saveAccount(id: AccountId, { member, record }: Account): void {
  if (member === null && record === null) env.storage_remove(ACCOUNT_PREFIX + id);
  else env.storage_write(ACCOUNT_PREFIX + id, JSON.stringify({ member, record }));
}

function readAccount(id: AccountId): Account {
  const text = readText(ACCOUNT_PREFIX + id);
  const account = text === null ? NO_ACCOUNT : (JSON.parse(text) as Account);
  known.set(id, account);
  return account;
}
