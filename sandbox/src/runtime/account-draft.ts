import type { AccessKey } from "../transaction/actions.ts";
import type { ChunkTrie } from "./chunk-trie.ts";
import type { Account, ContractData, WorldState } from "./state.ts";

/**
 * A receipt's working copy of the one account it can change. Dropping it is the roll-back.
 */
export interface AccountDraft {
  readonly accountId: string;
  account: Account | null;
  /** Who may change keys and code: the predecessor, or the account itself once the receipt has made it. */
  actorId: string;
  /** The data before the receipt; null when the account was deleted within it. */
  baseData: ContractData | null;
  /** Removed keys map to null. */
  readonly dataChanges: Map<string, Uint8Array | null>;
}

export function draftAccount(state: WorldState, accountId: string, actorId: string): AccountDraft {
  return {
    accountId,
    account: state.accounts.get(accountId) ?? null,
    actorId,
    baseData: state.contractData.get(accountId) ?? null,
    dataChanges: new Map(),
  };
}

export function readDraftData(draft: AccountDraft, key: string): Uint8Array | undefined {
  const changed = draft.dataChanges.get(key);
  return changed === undefined ? draft.baseData?.get(key) : (changed ?? undefined);
}

/** Deletes the account with all that belongs to it. */
export function deleteDraftAccount(draft: AccountDraft): void {
  draft.account = null;
  draft.baseData = null;
  draft.dataChanges.clear();
}

/** Writes the draft into the state and tells the trie what was added and removed. */
export function commitDraft(state: WorldState, trie: ChunkTrie, draft: AccountDraft): void {
  const { accountId, account } = draft;
  const before = state.accounts.get(accountId) ?? null;
  if (before !== account) commitAccount(state, trie, accountId, before, account);
  commitData(state, trie, draft);
}

function commitAccount(
  state: WorldState,
  trie: ChunkTrie,
  accountId: string,
  before: Account | null,
  after: Account | null,
): void {
  if (after === null) state.accounts.delete(accountId);
  else state.accounts.set(accountId, after);
  if ((before === null) !== (after === null)) trie.setAccount(accountId, after !== null);
  const hadCode = (before?.code ?? null) !== null;
  const hasCode = (after?.code ?? null) !== null;
  if (hadCode !== hasCode) trie.setCode(accountId, hasCode);
  if (before?.keys !== after?.keys) commitKeys(trie, accountId, before?.keys, after?.keys);
}

function commitKeys(
  trie: ChunkTrie,
  accountId: string,
  before: ReadonlyMap<string, AccessKey> = new Map(),
  after: ReadonlyMap<string, AccessKey> = new Map(),
): void {
  for (const key of before.keys()) if (!after.has(key)) trie.setAccessKey(accountId, key, false);
  for (const key of after.keys()) if (!before.has(key)) trie.setAccessKey(accountId, key, true);
}

function commitData(state: WorldState, trie: ChunkTrie, draft: AccountDraft): void {
  const { accountId, dataChanges } = draft;
  const stored = state.contractData.get(accountId);
  if (stored !== undefined && draft.baseData === null) {
    for (const key of stored.keys()) trie.setData(accountId, key, false);
    state.contractData.delete(accountId);
  }
  if (dataChanges.size === 0) return;
  const data = state.contractData.get(accountId) ?? new Map<string, Uint8Array>();
  state.contractData.set(accountId, data);
  for (const [key, value] of dataChanges) {
    trie.setData(accountId, key, value !== null);
    if (value === null) data.delete(key);
    else data.set(key, value);
  }
}
