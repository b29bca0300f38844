import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { keysetHash } from "../../../contract/src/interface/keyset-hash.ts";
import type { RecoveryId, Sha256Hex } from "../../../contract/src/protocol/brand.ts";
import type { Command } from "../../../contract/src/protocol/commands.ts";
import { sha256Hex, tlsKey } from "../../../contract/test/support/keys.ts";
import {
  account,
  CANCEL,
  entry,
  KEYSET,
  runningNetwork,
  type Scenario,
  service,
} from "../../../contract/test/support/network.ts";
import { type Registry, type RegistryCall, registryAfter } from "../../enclave/test/recovery-contract.ts";

// The search over a Recovery knows the contract by a small model. Here the model is held against the contract's core.
const KEYS = ["a", "new1", "new2"];
const START: Registry = {
  ...{ height: 1_000, listed: "a", recovering: null, receipt: false, confirmed: false },
  ...{ retired: [], past: [] },
};

test("property: the model that a Recovery is searched with decides like the contract's core", (context) => {
  const seed = Date.now();
  context.diagnostic(`seed ${seed}`);
  const changes = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(CALL, { minLength: 1, maxLength: 30 }), (picks) => {
      let registry = START;
      const network = contractLikeModel();
      const ids: number[] = [];
      for (const pick of picks) {
        const call = callOf(pick, registry, ids);
        // A Recovery that the same account begins anew: machines never do, since a key that was tried is spent.
        const isReplacing =
          call.kind === "submit" && registry.recovering !== null && registry.recovering.key !== call.key;
        if (isReplacing) continue;
        const after = registryAfter(registry, call);
        perform(network, call, ids);
        if (after !== registry) changes.set(call.kind, (changes.get(call.kind) ?? 0) + 1);
        if (call.kind === "submit" && after !== registry) {
          ids[after.recovering!.id] = openRecovery(network)!.recovery_id;
        }
        registry = after;
        assert.deepEqual(shownBy(network, ids), shownByModel(registry), JSON.stringify(call));
      }
    }),
    { seed, numRuns: 500 },
  );
  // Each call has had its effect often enough for the comparison to mean something.
  for (const kind of ["submit", "conclude", "confirm_backup", "confirm_recovery", "cancel"]) {
    assert.ok((changes.get(kind) ?? 0) > 50, `${kind}: ${changes.get(kind)}`);
  }
});

const CALL = fc.record({
  kind: fc.constantFrom("submit", "submit", "conclude", "confirm_backup", "confirm_recovery", "cancel"),
  key: fc.constantFrom(...KEYS),
  /** Whether it is about the Recovery that is open, or one that may be over. */
  isLate: fc.boolean(),
  id: fc.nat({ max: 6 }),
});

type Pick = typeof CALL extends fc.Arbitrary<infer Value> ? Value : never;

function callOf(
  { kind, key, isLate, id }: Pick,
  { recovering }: Registry,
  ids: readonly number[],
): RegistryCall {
  const named = isLate || recovering === null ? Math.min(id, ids.length) : recovering.id;
  switch (kind) {
    case "submit":
      return { kind, key };
    case "conclude":
      return { kind, id: named, key: isLate || recovering === null ? key : recovering.key };
    case "confirm_recovery":
      return { kind, id: named };
    default:
      return { kind: kind as "confirm_backup" | "cancel" };
  }
}

function contractLikeModel(): Scenario {
  // Time is no part of the model.
  const network = runningNetwork({
    recovery_timeout_blocks: 10_000,
    max_recoveries_per_window: 8,
    recovery_window_blocks: 320_000,
  });
  network.accept("a", "service", service("a", "tls-service", "service"));
  return network;
}

function perform(network: Scenario, call: RegistryCall, ids: readonly number[]): void {
  network.height += 100;
  const [signer, command] = commandOf(call, ids);
  const { result, world } = network.call("a", signer, command);
  if (result.ok) network.world = world;
}

function commandOf(call: RegistryCall, ids: readonly number[]): readonly [signer: string, Command] {
  // Callers take ids from the contract's answers; one that was never given out can't be named.
  const recovery_id = (id: number) => (ids[id] ?? 1_000) as RecoveryId;
  switch (call.kind) {
    case "submit":
      return [`${call.key}-node`, entry("a", call.key, `${call.key}-node`)];
    case "conclude":
      return [
        `${call.key}-node`,
        { type: "conclude_recovery", keyset: KEYSET, recovery_id: recovery_id(call.id) },
      ];
    case "confirm_backup": {
      const keyset_hash = keysetHash(KEYSET, sha256Hex);
      const digest = sha256Hex("sealed file") as Sha256Hex;
      return ["service", { type: "confirm_backup", epoch_id: KEYSET.epoch_id, keyset_hash, digest }];
    }
    case "confirm_recovery":
      return ["service", { type: "confirm_recovery", recovery_id: recovery_id(call.id) }];
    case "cancel":
      return ["a-operator", CANCEL];
  }
}

interface Shown {
  readonly listed: string;
  readonly recovering: { readonly id: number; readonly key: string } | null;
  readonly receipt: boolean;
  readonly confirmed: boolean;
}

function shownByModel({ listed, recovering, receipt, confirmed }: Registry): Shown {
  // Nobody asks whether a Recovery that is over was confirmed.
  return { listed, recovering, receipt, confirmed: recovering !== null && confirmed };
}

function shownBy(network: Scenario, ids: readonly number[]): Shown {
  const open = openRecovery(network);
  const { state, records } = network.world;
  const running = open?.previous_running_state ?? state;
  if (running.kind !== "Running") return assert.fail(`found ${running.kind}`);
  const [, , info] = running.parameters.participants.participants.find(([name]) => name === account("a"))!;
  const labelOf = (key: string) => KEYS.find((label) => tlsKey(label) === key) ?? key;
  return {
    listed: labelOf(info.tls_public_key),
    recovering: open && {
      id: ids.indexOf(open.recovery_id),
      key: labelOf(open.recovering.prospective_info.tls_public_key),
    },
    receipt: records.get(account("a"))?.receipt !== null,
    confirmed: open?.recovering.backup_confirmed ?? false,
  };
}

function openRecovery({ world: { state } }: Scenario) {
  return state.kind === "Recovery" ? state : null;
}
