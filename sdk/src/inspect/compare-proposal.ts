import type { ViewResult } from "../../../contract/src/interface/methods.ts";
import type { Sha256Hex } from "../../../contract/src/protocol/brand.ts";
import type {
  ParametersProposal,
  ProtocolState,
  RunningState,
} from "../../../contract/src/protocol/state.ts";
import { type ProposalContent, proposalHash } from "./proposal-hash.ts";
import { type Ballot, votesReport } from "./votes-report.ts";

/** A file that somebody proposes: a proposal, or the code of an update. */
export type ProposedFile = ProposalContent | { readonly kind: "code"; readonly sha256: Sha256Hex };

/** The proposals on chain, and how a file compares with them. */
export interface ProposalComparison {
  readonly onChain: readonly { readonly hash: Sha256Hex; readonly ballot: Ballot }[];
  /** Null when no file was given. */
  readonly file: {
    readonly hash: Sha256Hex;
    readonly isOnChain: boolean;
    /** What the file's content would change, in words; empty for code. */
    readonly changes: readonly string[];
  } | null;
}

/** Finds a file's content among what is voted on, by hash alone. Pure. */
export function compareProposal(
  state: ProtocolState,
  updates: ViewResult<"proposed_updates">,
  file: ProposedFile | null,
): ProposalComparison {
  const onChain = votesReport(state, updates).flatMap((ballot) =>
    ballot.proposalHash === null ? [] : [{ hash: ballot.proposalHash, ballot }],
  );
  if (file === null) return { onChain, file: null };
  const hash = fileHash(file);
  const isOnChain = onChain.some((each) => each.hash === hash);
  return { onChain, file: { hash, isOnChain, changes: changesOf(state, file) } };
}

/** The name of a file's content, as the chain has it. */
export function fileHash(file: ProposedFile): Sha256Hex {
  return file.kind === "code" ? file.sha256 : proposalHash(file);
}

function changesOf(state: ProtocolState, file: ProposedFile): readonly string[] {
  const running = runningOf(state);
  if (file.kind === "code" || running === null) return [];
  if (file.kind === "add_domains") {
    return file.domains.map(
      ({ id, protocol, purpose, reconstruction_threshold }) =>
        `domain ${id} is added: ${protocol} for ${purpose}, reconstruction threshold ${reconstruction_threshold}`,
    );
  }
  return parametersChanges(running, file.proposal);
}

function parametersChanges(
  running: RunningState,
  { parameters, per_domain_thresholds }: ParametersProposal,
): readonly string[] {
  const members = running.parameters.participants.participants;
  const proposed = parameters.participants.participants;
  const joins = proposed.filter(([account]) => !members.some(([member]) => member === account));
  const leaves = members.filter(([member]) => !proposed.some(([account]) => member === account));
  const { threshold } = running.parameters;
  return [
    ...joins.map(
      ([account, id, { tls_public_key, url }]) =>
        `${account} joins as ${id} at ${url} with ${tls_public_key}`,
    ),
    ...leaves.map(([account, id]) => `${account} (${id}) leaves`),
    ...(threshold === parameters.threshold ? [] : [`threshold ${threshold} becomes ${parameters.threshold}`]),
    ...Object.entries(per_domain_thresholds).map(
      ([id, to]) => `reconstruction threshold of domain ${id} becomes ${to}`,
    ),
  ];
}

function runningOf(state: ProtocolState): RunningState | null {
  if (state.kind === "Running") return state;
  return state.kind === "Recovery" || state.kind === "Resharing" ? state.previous_running_state : null;
}
