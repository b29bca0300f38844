import { currentKeyset, membersOf, thresholdOf } from "../../../contract/src/protocol/rules/members.ts";
import type { KeyEvent, ProtocolState, RunningState, Votes } from "../../../contract/src/protocol/state.ts";
import { type ProposalContent, proposalHash } from "./proposal-hash.ts";

type Fact = string | number | boolean | null;

/** One fact of the state that differs; undefined where a state hasn't got it. */
export interface StateChange {
  /** What it is about, in words, as `participant a.near: url`. */
  readonly fact: string;
  readonly before: Fact | undefined;
  readonly after: Fact | undefined;
}

/** What differs between two states, in the order in which an operator would ask. Pure. */
export function diffStates(before: ProtocolState, after: ProtocolState): readonly StateChange[] {
  const [old, now] = [factsOf(before), factsOf(after)];
  const names = [...new Set([...now.keys(), ...old.keys()])];
  return names
    .filter((fact) => old.get(fact) !== now.get(fact))
    .map((fact) => ({ fact, before: old.get(fact), after: now.get(fact) }));
}

function factsOf(state: ProtocolState): ReadonlyMap<string, Fact> {
  const facts = new Map<string, Fact>([["state", state.kind]]);
  if (state.kind === "NotInitialized") return facts;
  const keyset = currentKeyset(state);
  facts.set("epoch", keyset.epoch_id).set("threshold", thresholdOf(state));
  const { next_id, participants } = membersOf(state);
  for (const [account, id, { tls_public_key, url }] of participants) {
    const name = `participant ${account}`;
    facts.set(`${name}: id`, id).set(`${name}: url`, url).set(`${name}: TLS key`, tls_public_key);
  }
  facts.set("next participant id", next_id);
  for (const { attempt, domain_id, key } of keyset.domains) {
    facts.set(`domain ${domain_id}: public key`, key).set(`domain ${domain_id}: attempt`, attempt);
  }
  addOwnFacts(facts, state);
  return facts;
}

function addOwnFacts(
  facts: Map<string, Fact>,
  state: Exclude<ProtocolState, { kind: "NotInitialized" }>,
): void {
  switch (state.kind) {
    case "Running":
      addRunningFacts(facts, state);
      break;
    case "Recovery": {
      const { account_id, backup_confirmed, expires_on, prospective_info, signer_account_pk } =
        state.recovering;
      facts.set("recovery: id", state.recovery_id).set("recovery: account", account_id);
      facts.set("recovery: new url", prospective_info.url);
      facts.set("recovery: new TLS key", prospective_info.tls_public_key);
      facts.set("recovery: recovering key", signer_account_pk).set("recovery: expires on", expires_on);
      facts.set("recovery: shares sent", backup_confirmed);
      for (const id of state.cancel_votes) facts.set(`recovery: cancel vote of participant ${id}`, true);
      addRunningFacts(facts, state.previous_running_state);
      break;
    }
    case "Resharing":
      addKeyEventFacts(facts, "resharing", state.resharing_key);
      for (const account of state.cancellation_requests)
        facts.set(`resharing: cancel vote of ${account}`, true);
      addRunningFacts(facts, state.previous_running_state);
      break;
    case "Initializing":
      addKeyEventFacts(facts, "key generation", state.generating_key);
      for (const id of state.cancel_votes)
        facts.set(`key generation: cancel vote of participant ${id}`, true);
      break;
  }
}

function addRunningFacts(facts: Map<string, Fact>, running: RunningState): void {
  facts.set("participants revision", running.participants_revision);
  facts.set("cancelled epoch", running.previously_cancelled_resharing_epoch_id);
  for (const { id, protocol, purpose, reconstruction_threshold } of running.domains.domains) {
    facts.set(`domain ${id}: scheme`, `${protocol} for ${purpose}`);
    facts.set(`domain ${id}: reconstruction threshold`, reconstruction_threshold);
  }
  facts.set("next domain id", running.domains.next_domain_id);
  addVotes(facts, "vote for parameters of", running.parameters_votes, (proposal) => ({
    kind: "new_parameters",
    proposal,
  }));
  addVotes(facts, "vote for domains of participant", running.add_domains_votes, (domains) => ({
    kind: "add_domains",
    domains,
  }));
}

function addVotes<Proposal>(
  facts: Map<string, Fact>,
  name: string,
  { key_by_voter, proposals }: Votes<Proposal>,
  content: (proposal: Proposal) => ProposalContent,
): void {
  for (const [voter, key] of Object.entries(key_by_voter)) {
    const proposal = proposals[key];
    if (proposal !== undefined) facts.set(`${name} ${voter}`, proposalHash(content(proposal)));
  }
}

function addKeyEventFacts(facts: Map<string, Fact>, name: string, event: KeyEvent): void {
  facts.set(`${name}: epoch`, event.epoch_id).set(`${name}: domain`, event.domain.id);
  facts.set(`${name}: threshold`, event.parameters.threshold);
  facts.set(`${name}: attempt`, event.instance?.attempt_id ?? null);
  for (const [account] of event.parameters.participants.participants)
    facts.set(`${name}: includes ${account}`, true);
  for (const id of event.instance?.completed ?? []) facts.set(`${name}: participant ${id} is done`, true);
}
