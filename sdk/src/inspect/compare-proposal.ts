import type { ViewResult } from "../../../contract/src/interface/methods.ts";
import type { Sha256Hex } from "../../../contract/src/protocol/brand.ts";
import type { Config } from "../../../contract/src/protocol/records.ts";
import type {
  ParametersProposal,
  ProtocolState,
  RunningState,
} from "../../../contract/src/protocol/state.ts";
import { type ProposalContent, proposalHash } from "./proposal-hash.ts";
import { type Ballot, votesReport } from "./votes-report.ts";

/** A file that somebody proposes: a proposal, or the code of an update. */
export type ProposedFile = ProposalContent | { readonly kind: "code"; readonly sha256: Sha256Hex };

/** One proposal that is open for votes. */
export interface OpenProposal {
  /** Null for an update of settings alone. */
  readonly hash: Sha256Hex | null;
  readonly ballot: Ballot;
  /** What an update does to the settings, in words: reviewing its code alone doesn't show it. */
  readonly settings: readonly string[];
}

/** The proposals on chain, and how a file compares with them. */
export interface ProposalComparison {
  readonly onChain: readonly OpenProposal[];
  /** Null when no file was given. */
  readonly file: {
    readonly hash: Sha256Hex;
    readonly isOnChain: boolean;
    /** What the file's content would change, in words, with the settings that come with code of this content. */
    readonly changes: readonly string[];
  } | null;
}

type Updates = ViewResult<"proposed_updates">;

/** Finds a file's content among what is voted on, by hash alone. `config` holds now; null before the start. Pure. */
export function compareProposal(
  state: ProtocolState,
  updates: Updates,
  config: Config | null,
  file: ProposedFile | null,
): ProposalComparison {
  const onChain = [
    ...votesReport(state, []).flatMap((ballot) => {
      const { proposalHash: hash } = ballot;
      return hash === null ? [] : [{ hash, ballot, settings: [] }];
    }),
    ...updates.flatMap((update) => openUpdate(state, update, config)),
  ];
  if (file === null) return { onChain, file: null };
  const hash = fileHash(file);
  const same = onChain.filter((each) => each.hash === hash);
  const changes = [...changesOf(state, file), ...same.flatMap(({ settings }) => settings)];
  return { onChain, file: { hash, isOnChain: same.length > 0, changes } };
}

function openUpdate(
  state: ProtocolState,
  update: Updates[number],
  config: Config | null,
): readonly OpenProposal[] {
  const settings = Object.entries(update.config ?? {}).flatMap(([name, value]) => {
    const now = config?.[name as keyof Config];
    return now === value ? [] : [`update ${update.id}: ${name} ${now} becomes ${value}`];
  });
  return votesReport(state, [update])
    .filter(({ method }) => method === "vote_update")
    .map((ballot) => ({ hash: update.code_sha256, ballot, settings }));
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
