import type { AccountId, TlsPublicKey } from "../../../contract/src/protocol/brand.ts";
import type { Lookup } from "../../../contract/src/protocol/context.ts";
import type { AccountRecord } from "../../../contract/src/protocol/records.ts";
import { findParticipant, membersOf } from "../../../contract/src/protocol/rules/members.ts";
import type { ParticipantEntry, ProtocolState } from "../../../contract/src/protocol/state.ts";
import type { ReadContract, ViewOptions } from "../client/read-contract.ts";
import { readRecord, readRecordedTlsKeys } from "./account-records.ts";
import { accountsIn, type ContractSnapshot } from "./contract-snapshot.ts";

/** The accounts' records: looked up without waiting, and read in between where one was still lacking. */
export interface StoredAccounts {
  readonly lookup: Omit<Lookup, "updates" | "requests" | "request" | "transparency">;
  /** Reads what a look-up threw for. False where something else was thrown. */
  readWhatLacked(thrown: unknown): Promise<boolean>;
}

/** Nothing is read yet. `alsoRead` names accounts beside those in the state. */
export function storedAccounts(
  reader: ReadContract,
  { state, block }: ContractSnapshot,
  alsoRead: readonly AccountId[],
  signal: AbortSignal | undefined,
): StoredAccounts {
  const options: ViewOptions = { at: { hash: block.blockHash }, ...(signal && { signal }) };
  const records = new Map<AccountId, AccountRecord | undefined>();
  let holders: ReadonlyMap<TlsPublicKey, AccountId> | undefined;
  const member = (account: AccountId) => memberOf(state, account);
  const missing: Record<Lack, (account: AccountId) => Promise<void>> = {
    record: async (account) =>
      void records.set(account, await readRecord(reader, account, member(account) !== undefined, options)),
    tlsKeys: async () => {
      holders = await readHolders(reader, state, alsoRead, options);
    },
  };
  return {
    lookup: {
      member,
      record: (account) => {
        if (!records.has(account)) throw new NotRead("record", account);
        return records.get(account);
      },
      tlsKeyHolder: (key) => {
        if (holders === undefined) throw new NotRead("tlsKeys", "" as AccountId);
        return holders.get(key);
      },
    },
    readWhatLacked: async (thrown) => {
      if (!(thrown instanceof NotRead)) return false;
      await missing[thrown.lack](thrown.account);
      return true;
    },
  };
}

/** A caller that neither state nor `alsoRead` names needs no look: a key of its own is never taken by another. */
async function readHolders(
  reader: ReadContract,
  state: ProtocolState,
  alsoRead: readonly AccountId[],
  options: ViewOptions,
): Promise<ReadonlyMap<TlsPublicKey, AccountId>> {
  const holders = new Map<TlsPublicKey, AccountId>();
  const accounts = [...new Set([...accountsIn(state), ...alsoRead])];
  for (const some of inGroups(accounts)) {
    await Promise.all(
      some.map(async (account) => {
        for (const key of await readRecordedTlsKeys(reader, account, options)) holders.set(key, account);
      }),
    );
  }
  if (state.kind === "Recovery") {
    const { account_id, prospective_info } = state.recovering;
    holders.set(prospective_info.tls_public_key, account_id);
  }
  return holders;
}

function memberOf(state: ProtocolState, account: AccountId): ParticipantEntry | undefined {
  return state.kind === "NotInitialized" ? undefined : findParticipant(membersOf(state), account);
}

type Lack = "record" | "tlsKeys";

/** Thrown through the core, which passes on all but refusals. */
class NotRead extends Error {
  readonly lack: Lack;
  readonly account: AccountId;

  constructor(lack: Lack, account: AccountId) {
    super(`${lack} ${account} not read yet`);
    this.name = "NotRead";
    this.lack = lack;
    this.account = account;
  }
}

/** So many accounts are read at once, with two views each: public endpoints count requests. */
const AT_ONCE = 8;

function* inGroups(accounts: readonly AccountId[]): Generator<readonly AccountId[]> {
  for (let at = 0; at < accounts.length; at += AT_ONCE) yield accounts.slice(at, at + AT_ONCE);
}
