/** What a proposal of new parameters must satisfy, at every vote for it. Source: contract.md §2, Proposals. */
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import type {
  DomainConfig,
  ParametersProposal,
  ParticipantEntry,
  ParticipantInfo,
  PerDomainThresholds,
  RunningState,
} from "../state.ts";
import { validateChange, validateDomains } from "./parameters.ts";

/** `running` holds the parameters in force; a proposal is judged against these in every state. */
export function validateProposal(
  running: RunningState,
  proposal: ParametersProposal,
  context: Context,
): void {
  const { parameters, per_domain_thresholds } = proposal;
  const inForce = running.parameters.participants;
  const members = inForce.participants;
  const others = entriesBesides(members, parameters.participants.participants);
  validateChange(parameters, others, inForce, context.config);
  const newcomers: ParticipantEntry[] = [];
  for (const entry of others) {
    const before = members.find((member) => member[0] === entry[0]);
    if (before) requireUnchanged(before, entry);
    else newcomers.push(entry);
  }
  const remaining = parameters.participants.participants.length - newcomers.length;
  const required = running.parameters.threshold;
  if (remaining < required) refuse("TOO_FEW_REMAINING", { remaining, required });
  requireContiguousIds(running, proposal, newcomers);
  requireKnownDomains(running, proposal);
  const domains = withThresholds(running.domains.domains, per_domain_thresholds);
  validateDomains(domains, running.domains.next_domain_id, parameters);
  for (const newcomer of newcomers) requireSubmitted(newcomer, context);
}

/** The proposed entries that are not the members' own, met in their order: the decoder hands out those it knows. */
function entriesBesides(
  members: readonly ParticipantEntry[],
  proposed: readonly ParticipantEntry[],
): readonly ParticipantEntry[] {
  const others: ParticipantEntry[] = [];
  let next = 0;
  for (let at = 0; at < proposed.length; at++) {
    const entry = proposed[at] as ParticipantEntry;
    const found = members[next] === entry ? next : members.indexOf(entry, next);
    if (found < 0) others.push(entry);
    else next = found + 1;
  }
  return others;
}

/** The domains with the proposed thresholds in place of theirs. */
export function withThresholds(
  domains: readonly DomainConfig[],
  thresholds: PerDomainThresholds,
): readonly DomainConfig[] {
  return domains.map((domain) => {
    const reconstruction_threshold = thresholds[String(domain.id)];
    return reconstruction_threshold === undefined ? domain : { ...domain, reconstruction_threshold };
  });
}

export function isSameInfo(one: ParticipantInfo, other: ParticipantInfo): boolean {
  return one.url === other.url && one.tls_public_key === other.tls_public_key;
}

function requireUnchanged([account_id, id, info]: ParticipantEntry, proposed: ParticipantEntry): void {
  if (proposed[1] !== id) refuse("PARTICIPANT_CHANGED", { account_id, part: "id" });
  if (!isSameInfo(proposed[2], info)) refuse("PARTICIPANT_CHANGED", { account_id, part: "info" });
}

/** Ids are distinct and below `next_id` already, so counting the new ones says that none is left out. */
function requireContiguousIds(
  running: RunningState,
  { parameters }: ParametersProposal,
  newcomers: readonly ParticipantEntry[],
): void {
  const first_new_id = running.parameters.participants.next_id;
  const expected_next_id = first_new_id + newcomers.length;
  const provided_next_id = parameters.participants.next_id;
  const isReused = newcomers.some(([, id]) => id < first_new_id);
  if (isReused || provided_next_id !== expected_next_id) {
    refuse("PARTICIPANT_IDS_NOT_CONTIGUOUS", { first_new_id, expected_next_id, provided_next_id });
  }
}

function requireKnownDomains(running: RunningState, { per_domain_thresholds }: ParametersProposal): void {
  const known = running.domains.domains.map((domain) => String(domain.id));
  const unknown = Object.keys(per_domain_thresholds).find((id) => !known.includes(id));
  if (unknown !== undefined) refuse("THRESHOLD_FOR_UNKNOWN_DOMAIN", { domain_id: unknown });
}

/** Newcomers are proposed as they submitted themselves. */
function requireSubmitted([account_id, , proposed]: ParticipantEntry, context: Context): void {
  const submitted = context.lookup.record(account_id)?.candidate_info ?? null;
  if (submitted === null || !isSameInfo(submitted, proposed)) {
    refuse("CANDIDATE_INFO_MISMATCH", { account_id, submitted, proposed });
  }
}
