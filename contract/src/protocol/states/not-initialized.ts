/** NotInitialized: waits for the contract account to start it, once. Source: contract.md §2, §3. */
import type { DomainId, EpochId, RecoveryId } from "../brand.ts";
import type { Change } from "../change.ts";
import type { Init, InitConfig, InitRunning } from "../commands.ts";
import type { Context } from "../context.ts";
import { requireContractItself } from "../rules/access.ts";
import { completeConfig } from "../rules/config.ts";
import { validateDomains, validateKeyset, validateParameters } from "../rules/parameters.ts";
import {
  type DomainRegistry,
  type Keyset,
  NO_VOTES,
  type RunningState,
  type ThresholdParameters,
} from "../state.ts";

/** Starts a network without keys, in epoch 0. */
export function init(command: Init, context: Context): Change {
  const domains: DomainRegistry = { domains: [], next_domain_id: 0 as DomainId };
  const keyset: Keyset = { epoch_id: 0 as EpochId, domains: [] };
  return start(domains, keyset, command.parameters, command.init_config, context);
}

/** Starts from the domains and keys of a network that runs already. */
export function initRunning(command: InitRunning, context: Context): Change {
  const { domains, next_domain_id, keyset, parameters, init_config } = command;
  return start({ domains, next_domain_id }, keyset, parameters, init_config, context);
}

function start(
  domains: DomainRegistry,
  keyset: Keyset,
  parameters: ThresholdParameters,
  initConfig: InitConfig | null,
  context: Context,
): Change {
  requireContractItself(context);
  const config = completeConfig(initConfig);
  validateParameters(parameters, config);
  validateDomains(domains.domains, domains.next_domain_id, parameters);
  validateKeyset(keyset, domains.domains);
  const state: RunningState = {
    kind: "Running",
    domains,
    keyset,
    parameters,
    parameters_votes: NO_VOTES,
    add_domains_votes: NO_VOTES,
    previously_cancelled_resharing_epoch_id: null,
    participants_revision: 0,
  };
  return {
    state,
    config,
    counters: { next_recovery_id: 0 as RecoveryId },
    events: [{ event: "initialized", data: { state: "Running", epoch_id: keyset.epoch_id } }],
  };
}
