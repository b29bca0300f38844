/** How a random network begins: its size, domains, settings and who of its participants can be relied on. */
import fc from "fast-check";
import type { AttemptId, DomainId, EpochId, ParticipantId } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { minimumThreshold } from "../../src/protocol/limits.ts";
import type { Config } from "../../src/protocol/records.ts";
import type { DomainConfig, Keyset, ThresholdParameters } from "../../src/protocol/state.ts";
import { account, CONFIG } from "../support/network.ts";
import { domainKey, FOUNDERS, info, NEWCOMERS, OWNER, PROTOCOLS, STRANGER } from "./cast.ts";
import { type Dice, diceOf } from "./dice.ts";
import { mutated } from "./mutate.ts";
import { by, type Role, type SimCall } from "./scene.ts";

export interface Setup {
  readonly founders: number;
  readonly domains: number;
  readonly seed: number;
}

/** Two to twelve participants, none to eight domains; small ones more often, since more happens in them. */
export const setups: fc.Arbitrary<Setup> = fc.record({
  founders: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 2, max: 5 }) },
    { weight: 1, arbitrary: fc.integer({ min: 6, max: 12 }) },
  ),
  domains: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 2 }) },
    { weight: 1, arbitrary: fc.integer({ min: 3, max: 8 }) },
  ),
  seed: fc.nat(),
});

/** Most networks are honest; in some a part of the participants is away or means harm. */
export function rolesOf({ founders, seed }: Setup): ReadonlyMap<string, Role> {
  const dice = diceOf(seed);
  const troubled = dice.chance(30);
  const names = [...FOUNDERS.slice(0, founders), ...NEWCOMERS, STRANGER];
  const role = (): Role =>
    troubled && dice.chance(40) ? dice.pick(["absent", "hostile"] as const) : "honest";
  // One founder at least is there to begin with.
  return new Map(names.map((name, at) => [name, at === 0 ? "honest" : role()]));
}

/** Calls before and at the start: bad ones sometimes, then the one that starts the network. */
export function openingCalls(setup: Setup): SimCall[] {
  const dice = diceOf(setup.seed + 1);
  const start = startOf(setup, dice);
  const calls = dice.chance(30) ? [hasty(dice)] : [];
  for (let bad = dice.below(4); bad > 0; bad--) {
    calls.push(by(dice.chance(90) ? OWNER : STRANGER, `${OWNER}:owner`, mutated(start, dice)));
  }
  return [...calls, by(OWNER, `${OWNER}:owner`, start)];
}

/** What is refused while nothing runs. */
function hasty(dice: Dice): SimCall {
  const commands: Command[] = [
    { type: "cancel_recovery" },
    { type: "remove_update_vote" },
    { type: "storage_unregister", force: null },
    { type: "vote_cancel_resharing" },
    { type: "migrate" },
  ];
  return by(FOUNDERS[0] ?? "", "any", dice.pick(commands));
}

function startOf({ founders, domains }: Setup, dice: Dice): Command {
  const threshold = Math.min(founders, minimumThreshold(founders) + (dice.chance(25) ? 1 : 0));
  const parameters = parametersOf(founders, threshold);
  const init_config = configOf(founders, dice);
  if (domains === 0 && dice.chance(50)) return { type: "init", parameters, init_config };
  const configs = Array.from({ length: domains }, (_, id) => domainOf(id, founders, threshold, dice));
  const keyset: Keyset = {
    epoch_id: dice.below(3) as EpochId,
    domains: configs.map(({ id, protocol }) => ({
      domain_id: id,
      key: domainKey(protocol, `given ${id}`),
      attempt: dice.below(3) as AttemptId,
    })),
  };
  const next_domain_id = (domains + dice.below(2)) as DomainId;
  return { type: "init_running", domains: configs, next_domain_id, keyset, parameters, init_config };
}

function parametersOf(founders: number, threshold: number): ThresholdParameters {
  const participants = FOUNDERS.slice(0, founders).map(
    (name, id) => [account(name), id as ParticipantId, info(name)] as const,
  );
  return { participants: { next_id: founders as ParticipantId, participants }, threshold };
}

function domainOf(id: number, founders: number, threshold: number, dice: Dice): DomainConfig {
  const protocol = dice.pick(founders >= 3 ? PROTOCOLS : PROTOCOLS.filter((one) => one !== "DamgardEtAl"));
  const reconstruction_threshold = protocol === "DamgardEtAl" ? 2 : 2 + dice.below(threshold - 1);
  return {
    id: id as DomainId,
    protocol,
    reconstruction_threshold,
    purpose: dice.pick(["Sign", "ForeignTx", "CKD"]),
  };
}

function configOf(founders: number, dice: Dice): Config {
  return {
    ...CONFIG,
    key_event_timeout_blocks: 5,
    ephemeral_key_timeout_blocks: 15,
    max_participants: dice.chance(10) ? founders : 15,
    max_url_bytes: dice.pick([64, 256]),
    require_recovery_approval: dice.chance(10),
    require_attestation: dice.chance(10),
    allow_insecure_dev_attestation: dice.chance(50),
  };
}
