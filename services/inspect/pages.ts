import { pendingRequests, proposedUpdates, state } from "../../sdk/src/actions/views.ts";
import { readAccounts } from "../../sdk/src/inspect/account-views.ts";
import { backupsReport } from "../../sdk/src/inspect/backups-report.ts";
import { findAskers } from "../../sdk/src/inspect/find-askers.ts";
import type { Inspected } from "../../sdk/src/inspect/inspected.ts";
import { networkName } from "../../sdk/src/inspect/network-name.ts";
import { nextActions } from "../../sdk/src/inspect/next-actions.ts";
import type { PinnedContract } from "../../sdk/src/inspect/pinned-contract.ts";
import { programBallots, readProgramVotes } from "../../sdk/src/inspect/program-ballots.ts";
import { recoveryReport } from "../../sdk/src/inspect/recovery-report.ts";
import { headerLines, type PrintOptions } from "../../sdk/src/inspect/render/header.ts";
import type { Line } from "../../sdk/src/inspect/render/lines.ts";
import { renderBackups } from "../../sdk/src/inspect/render/render-backups.ts";
import { renderNext } from "../../sdk/src/inspect/render/render-next.ts";
import { renderRecovery } from "../../sdk/src/inspect/render/render-recovery.ts";
import { renderRequests } from "../../sdk/src/inspect/render/render-requests.ts";
import { renderState } from "../../sdk/src/inspect/render/render-state.ts";
import { renderVotes } from "../../sdk/src/inspect/render/render-votes.ts";
import { readRequests } from "../../sdk/src/inspect/requests-report.ts";
import { signingReport } from "../../sdk/src/inspect/signing-report.ts";
import { votesReport } from "../../sdk/src/inspect/votes-report.ts";

/** One command that shows the contract at one block. */
export interface Page {
  readonly name: string;
  readonly description: string;
  /** Reads the report and says how to print it. */
  read(contract: PinnedContract): Promise<Readable>;
}

/** A report's data, and its lines once it is known where they hold. */
export interface Readable {
  readonly value: unknown;
  lines(at: Inspected<unknown>, options: PrintOptions): readonly Line[];
}

/** The commands that show the contract at one block. */
export const PAGES: readonly Page[] = [
  {
    name: "state",
    description: "the state, keys and participants, whether it signs, and what can be done now",
    async read(contract) {
      const { value } = await state(contract.reader);
      const [requests, next] = await Promise.all([readRequests(contract.reader, value), actionsOf(contract)]);
      return readable({ state: value, requests, next }, renderState);
    },
  },
  {
    name: "votes",
    description: "what is being voted on, who voted, who is missing and why",
    async read({ reader }) {
      const [read, updates, programs] = await Promise.all([
        state(reader),
        proposedUpdates(reader),
        readProgramVotes(reader),
      ]);
      const ballots = [...votesReport(read.value, updates.value), ...programBallots(read.value, programs)];
      return readable(ballots, renderVotes);
    },
  },
  {
    name: "recovery",
    description: "the open Recovery and how far it is; cool-downs, approvals and earlier entries",
    async read({ block, reader }) {
      const { value } = await state(reader);
      const accounts = await readAccounts(reader, value);
      return readable(recoveryReport(value, accounts, block.height), renderRecovery);
    },
  },
  {
    name: "backups",
    description: "every participant's backup: fresh, stale or none",
    async read({ reader }) {
      const { value } = await state(reader);
      return readable(backupsReport(value, await readAccounts(reader, value)), renderBackups);
    },
  },
  {
    name: "requests",
    description: "which domains take signature requests, and what waits: asked by whom, how long, until when",
    async read({ block, contractId, nodes, reader }) {
      const [read, { value: pending }] = await Promise.all([state(reader), pendingRequests(reader)]);
      const askers = await findAskers(nodes, contractId, pending);
      return readable(signingReport(read.value, pending, askers, block.height), renderRequests);
    },
  },
  {
    name: "next",
    description: "what can be done now, by whom, with the command for the near CLI",
    async read(contract) {
      return readable(await actionsOf(contract), (report, options) => [
        ...headerLines(report, options),
        ...renderNext(report.value),
      ]);
    },
  },
];

async function actionsOf(contract: PinnedContract) {
  return nextActions(contract, await networkName(contract));
}

function readable<Value>(
  value: Value,
  render: (report: Inspected<Value>, options: PrintOptions) => readonly Line[],
): Readable {
  return { value, lines: (at, options) => render({ ...at, value }, options) };
}
