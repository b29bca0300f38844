/** The inspector's entry: reports of what the network is doing, as data and as lines of text. Works in browsers too. */
export { type AccountView, readAccounts } from "./account-views.ts";
export {
  type AccountBackup,
  type BackupStatus,
  type BackupsReport,
  backupsReport,
} from "./backups-report.ts";
export {
  compareProposal,
  fileHash,
  type OpenProposal,
  type ProposalComparison,
  type ProposedFile,
} from "./compare-proposal.ts";
export { diffStates, type StateChange } from "./diff-states.ts";
export {
  type ErrorExplanation,
  type EventExplanation,
  eventMeaning,
  explainError,
  explainTransaction,
  type TransactionExplanation,
} from "./explain.ts";
export { type Asker, type Askers, askersIn, findAskers, type PendingRequests } from "./find-askers.ts";
export { type InspectCode, InspectError } from "./inspect-error.ts";
export type { Inspected, PinnedBlock } from "./inspected.ts";
export { type NearCall, nearCommand } from "./near-command.ts";
export { networkName } from "./network-name.ts";
export { type NextAction, nextActions } from "./next-actions.ts";
export { type InspectSource, inspectAt, type PinnedContract } from "./pinned-contract.ts";
export { type ProgramVotes, programBallots, readProgramVotes } from "./program-ballots.ts";
export { type ProposalContent, parseProposal, proposalHash } from "./proposal-hash.ts";
export { type EventGap, type EventsReport, readEvents, type SeenEvent } from "./read-events.ts";
export {
  type CalledFunction,
  type ReceiptOutcome,
  readTransaction,
  type SeenTransaction,
} from "./read-transaction.ts";
export { type EntryNote, type OpenRecovery, type RecoveryReport, recoveryReport } from "./recovery-report.ts";
export type { PrintOptions } from "./render/header.ts";
export type { Line, Span, Tone } from "./render/lines.ts";
export { type Paper, printLines } from "./render/print-lines.ts";
export { renderBackups } from "./render/render-backups.ts";
export { renderDiff, type StateDiff } from "./render/render-diff.ts";
export { renderEvents } from "./render/render-events.ts";
export { errorLines, transactionLines } from "./render/render-explanation.ts";
export { renderNext } from "./render/render-next.ts";
export { renderProposals } from "./render/render-proposals.ts";
export { renderRecovery } from "./render/render-recovery.ts";
export { renderRequests } from "./render/render-requests.ts";
export { renderState, type StateReport } from "./render/render-state.ts";
export { renderVotes } from "./render/render-votes.ts";
export { safeText } from "./render/safe-text.ts";
export { type DomainRequests, readRequests, requestsSentence } from "./requests-report.ts";
export {
  type RequestRefusal,
  type SigningDomainReport,
  type SigningReport,
  signingReport,
  type WaitingSignature,
} from "./signing-report.ts";
export { type Ballot, type MissingReason, type MissingVoter, votesReport } from "./votes-report.ts";
export type { WalkRange } from "./walk-blocks.ts";
