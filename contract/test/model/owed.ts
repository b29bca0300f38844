/** Calls that the contract owes acceptance: refusing them would take members' say away. */
import type { ErrorCode } from "../../src/protocol/errors.ts";
import type { ParametersProposal } from "../../src/protocol/state.ts";
import type { World } from "../support/world.ts";
import type { Model } from "./reference-model.ts";
import { bodyOf, listed } from "./reference-votes.ts";
import { runningPart, type SimCall } from "./scene.ts";

/** Whether this call, made in a state that is as the model says, must not be refused with `code`. */
export function isOwed(model: Model, { command, name }: SimCall, world: World, code: ErrorCode): boolean {
  const isMember = model.members.has(name);
  switch (command.type) {
    case "vote_cancel_recovery": {
      const { recovery } = model;
      const isThisOne =
        recovery !== null && command.recovery_id >= recovery.first && command.recovery_id <= recovery.id;
      return isMember && isThisOne && recovery.name !== name;
    }
    case "cancel_recovery":
      return model.recovery?.name === name;
    case "vote_cancel_resharing":
      return isMember && model.phase === "Resharing";
    case "vote_cancel_keygen":
      return isMember && model.phase === "Initializing" && command.next_domain_id === model.nextDomain;
    case "vote_update":
      return isMember && model.updates.some(({ id }) => id === command.id);
    case "remove_update_vote":
      return isMember;
    case "vote_code_hash": {
      const isOpen = model.hashes.proposed.some(({ hash }) => hash === command.code_hash);
      return isMember && isOpen && code !== "TOO_MANY_CODE_HASHES";
    }
    case "vote_revoke_code_hash":
      return isMember && model.hashes.allowed.some(({ hash }) => hash === command.code_hash);
    case "vote_new_parameters": {
      const epoch = 1 + (model.event?.epoch ?? model.cancelledEpoch ?? model.epoch);
      const isVotedOn = [...model.parameterVotes.values()].includes(bodyOf(command.proposal));
      const holds = isVotedOn || isAsItIs(command.proposal, world);
      const names = listed(command.proposal);
      // Voted settings may have shortened URLs, or allow fewer participants than there are.
      const fits = code !== "URL_TOO_LONG" && names.length <= world.config.max_participants;
      const isEntitled = isMember && names.includes(name) && fits;
      return isEntitled && holds && model.phase !== "Initializing" && command.prospective_epoch_id === epoch;
    }
    default:
      return false;
  }
}

/** A Resharing among the same participants is always possible. */
function isAsItIs({ parameters, per_domain_thresholds }: ParametersProposal, { state }: World): boolean {
  const same = JSON.stringify(runningPart(state)?.parameters) === JSON.stringify(parameters);
  return same && Object.keys(per_domain_thresholds).length === 0;
}
