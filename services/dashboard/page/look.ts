import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { pendingRequests, proposedUpdates, state as readState } from "../../../sdk/src/actions/views.ts";
import { type AccountView, readAccounts } from "../../../sdk/src/inspect/account-views.ts";
import { type BackupsReport, backupsReport } from "../../../sdk/src/inspect/backups-report.ts";
import type { PendingRequests } from "../../../sdk/src/inspect/find-askers.ts";
import type { Inspected } from "../../../sdk/src/inspect/inspected.ts";
import { networkName } from "../../../sdk/src/inspect/network-name.ts";
import { type NextAction, nextActions } from "../../../sdk/src/inspect/next-actions.ts";
import {
  type InspectSource,
  inspectAt,
  type PinnedContract,
} from "../../../sdk/src/inspect/pinned-contract.ts";
import { type RecoveryReport, recoveryReport } from "../../../sdk/src/inspect/recovery-report.ts";
import { type DomainRequests, readRequests } from "../../../sdk/src/inspect/requests-report.ts";
import { type Ballot, votesReport } from "../../../sdk/src/inspect/votes-report.ts";

/** All that the page shows of one block. */
export interface Look {
  readonly state: ProtocolState;
  readonly requests: readonly DomainRequests[];
  /** What waits for a signature, oldest first. */
  readonly pending: PendingRequests;
  readonly ballots: readonly Ballot[];
  readonly backups: BackupsReport;
  readonly recovery: RecoveryReport;
  readonly actions: readonly NextAction[];
}

/** What is read less often than the state, since it takes a request or more for every participant. */
interface Records {
  /** JSON of the state and the proposed updates that it was read for. */
  readonly readFor: string;
  readonly readAt: number;
  readonly accounts: readonly AccountView[];
  readonly requests: readonly DomainRequests[];
  readonly actions: readonly NextAction[];
}

/** Receipts change without the state: they are read again after this long, and less often where there are many. */
const RECORDS_MILLIS = 30_000;
const ACCOUNT_MILLIS = 1_500;

/** Looks at the newest final block. Records that are young and of the same state are not read again. */
export function createLooker(source: InspectSource): (signal: AbortSignal) => Promise<Inspected<Look>> {
  let records: Records | null = null;
  return (signal) =>
    inspectAt(
      source,
      { finality: "final" },
      async (contract) => {
        const { block, reader } = contract;
        const [{ value: state }, { value: updates }, { value: pending }] = await Promise.all([
          readState(reader),
          proposedUpdates(reader),
          pendingRequests(reader),
        ]);
        records = await freshRecords(contract, state, JSON.stringify([state, updates]), records);
        const { accounts, actions, requests } = records;
        return {
          state,
          requests,
          pending,
          ballots: votesReport(state, updates),
          backups: backupsReport(state, accounts),
          recovery: recoveryReport(state, accounts, block.height),
          actions,
        };
      },
      signal,
    );
}

async function freshRecords(
  contract: PinnedContract,
  state: ProtocolState,
  readFor: string,
  before: Records | null,
): Promise<Records> {
  const readAt = Date.now();
  const longest = Math.max(RECORDS_MILLIS, ACCOUNT_MILLIS * (before?.accounts.length ?? 0));
  if (before !== null && before.readFor === readFor && readAt - before.readAt < longest) return before;
  const [accounts, requests, actions] = await Promise.all([
    readAccounts(contract.reader, state),
    readRequests(contract.reader, state),
    networkName(contract).then((network) => nextActions(contract, network)),
  ]);
  return { readFor, readAt, accounts, requests, actions };
}
