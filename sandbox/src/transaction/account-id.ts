/**
 * nearcore's account id rules (near-account-id, validity rules version 2).
 */

export type AccountKind = "named" | "near-implicit" | "eth-implicit" | "deterministic";

const MIN_LENGTH = 2;
const MAX_LENGTH = 64;
const ACCOUNT_ID = /^[a-z\d]+([-_][a-z\d]+)*(\.[a-z\d]+([-_][a-z\d]+)*)*$/;

/** Whether `accountId` is 2 to 64 bytes of lower-case parts joined by dots, with single `-` or `_` inside. */
export function isValidAccountId(accountId: string): boolean {
  return accountId.length >= MIN_LENGTH && accountId.length <= MAX_LENGTH && ACCOUNT_ID.test(accountId);
}

/** How an account with this id may come to be; everything but "named" is made by a transfer. */
export function accountKind(accountId: string): AccountKind {
  if (/^0x[\da-f]{40}$/.test(accountId)) return "eth-implicit";
  if (/^0s[\da-f]{40}$/.test(accountId)) return "deterministic";
  if (/^[\da-f]{64}$/.test(accountId)) return "near-implicit";
  return "named";
}

/** Whether `accountId` is a direct child of `parentId` (`a.test.near` of `test.near`). */
export function isSubAccountOf(accountId: string, parentId: string): boolean {
  if (!accountId.endsWith(`.${parentId}`)) return false;
  return !accountId.slice(0, -parentId.length - 1).includes(".");
}

/** Whether the id has no dot; `system` counts as no account at all. */
export function isTopLevel(accountId: string): boolean {
  return accountId !== "system" && !accountId.includes(".");
}
