import type { AnyCallName } from "../../../contract/src/interface/arguments.ts";
import { METHODS, type ViewResult } from "../../../contract/src/interface/methods.ts";
import type { SchemaNode } from "../../../contract/src/interface/schema.ts";
import type { KeyEvent, ProtocolState, RunningState } from "../../../contract/src/protocol/state.ts";
import { isVotedOn, nextPolicy, type ProgramVotes } from "./program-ballots.ts";

/** Arguments of a call, as far as the state tells them. */
export interface KnownArguments {
  readonly args: Readonly<Record<string, unknown>>;
  /** Names of the arguments that only the caller knows; they stand as `<…>` in `args`. */
  readonly toFillIn: readonly string[];
}

/** Values for arguments of one call that belong together, by name. */
type Values = Readonly<Record<string, unknown>>;

/**
 * Every way to fill a method's arguments from the state: one for each proposal, update and so on that is open, none
 * where nothing is, and one with blanks for what the state can't tell. Pure.
 */
export function knownArguments(
  method: AnyCallName,
  state: ProtocolState,
  updates: ViewResult<"proposed_updates">,
  programs: ProgramVotes,
): readonly KnownArguments[] {
  const { args } = METHODS[method];
  if (args.type !== "object") return [];
  return valuesOf(method, state, updates, programs).map((values) =>
    filled(args.fields, args.optional, values),
  );
}

function filled(
  fields: Readonly<Record<string, SchemaNode>>,
  optional: Readonly<Record<string, SchemaNode>>,
  values: Values,
): KnownArguments {
  const given = Object.entries({ ...fields, ...optional }).filter(([name]) => Object.hasOwn(values, name));
  const toFillIn = Object.keys(fields).filter((name) => !Object.hasOwn(values, name));
  const blanks = toFillIn.map((name) => [name, blank(name, fields[name])]);
  const known = given.map(([name]) => [name, values[name]]);
  return { args: Object.fromEntries([...known, ...blanks]), toFillIn };
}

/** What a person sees in the place of a value: the name, or the shape with names inside. */
function blank(name: string, node: SchemaNode | undefined): unknown {
  if (node?.type !== "object") return `<${name}>`;
  return Object.fromEntries(Object.entries(node.fields).map(([inner, one]) => [inner, blank(inner, one)]));
}

function valuesOf(
  method: AnyCallName,
  state: ProtocolState,
  updates: ViewResult<"proposed_updates">,
  programs: ProgramVotes,
): readonly Values[] {
  switch (method) {
    case "vote_new_parameters":
      return parametersValues(state);
    case "vote_add_domains":
      return [...domainsValues(state), {}];
    case "vote_update":
      return updates.map(({ id }) => ({ id }));
    case "vote_code_hash":
      return programs.proposed.map(({ code_hash }) => ({ code_hash }));
    case "vote_revoke_code_hash":
      return [...programs.allowed.filter(isVotedOn).map(({ code_hash }) => ({ code_hash })), {}];
    case "vote_rollout_policy":
      return isVotedOn(programs.rollout) ? [{ policy: nextPolicy(programs.rollout.policy) }] : [{}];
    case "vote_cancel_recovery":
    case "conclude_recovery":
    case "confirm_recovery":
      return state.kind === "Recovery" ? [{ recovery_id: state.recovery_id }] : [];
    case "vote_cancel_keygen":
      return state.kind === "Initializing" ? [{ next_domain_id: state.domains.next_domain_id }] : [];
    default:
      return keyEventValues(method, state);
  }
}

function parametersValues(state: ProtocolState): readonly Values[] {
  const running = runningOf(state);
  if (running === null) return [];
  const cancelled = running.previously_cancelled_resharing_epoch_id;
  const latest = state.kind === "Resharing" ? state.resharing_key.epoch_id : running.keyset.epoch_id;
  const prospective_epoch_id = (state.kind === "Resharing" ? latest : (cancelled ?? latest)) + 1;
  const proposals = Object.values(running.parameters_votes.proposals);
  return [...proposals.map((proposal) => ({ prospective_epoch_id, proposal })), { prospective_epoch_id }];
}

function domainsValues(state: ProtocolState): readonly Values[] {
  if (state.kind !== "Running") return [];
  return Object.values(state.add_domains_votes.proposals).map((domains) => ({ domains }));
}

/** Calls about a key event name the running attempt, or the next where they start it. */
function keyEventValues(method: AnyCallName, state: ProtocolState): readonly Values[] {
  const { args } = METHODS[method];
  if (args.type !== "object" || !Object.hasOwn(args.fields, "key_event_id")) return [{}];
  const event = keyEventOf(state);
  if (event === null) return [];
  const { domain, epoch_id, instance, next_attempt_id } = event;
  const isStart = method.startsWith("start_");
  if (isStart === (instance !== null)) return [];
  const attempt_id = instance?.attempt_id ?? next_attempt_id;
  const key_event_id = { epoch_id, domain_id: domain.id, attempt_id };
  const public_key = instance?.public_key;
  return [public_key ? { key_event_id, public_key } : { key_event_id }];
}

function keyEventOf(state: ProtocolState): KeyEvent | null {
  if (state.kind === "Initializing") return state.generating_key;
  return state.kind === "Resharing" ? state.resharing_key : null;
}

function runningOf(state: ProtocolState): RunningState | null {
  if (state.kind === "Running") return state;
  return state.kind === "Resharing" || state.kind === "Recovery" ? state.previous_running_state : null;
}
