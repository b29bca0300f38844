import assert from "node:assert/strict";
import { test } from "node:test";
import type { Init, InitRunning } from "../src/protocol/commands.ts";
import type { ErrorCode } from "../src/protocol/errors.ts";
import type { ThresholdParameters } from "../src/protocol/state.ts";
import {
  account,
  infoOf,
  initRunning,
  KEYSET,
  parametersOf,
  runningNetwork,
  scenario,
} from "./support/network.ts";

type Participant = readonly [string, number, { url: string; tls_public_key: string }];

function refuses(change: Partial<InitRunning>, code: ErrorCode): void {
  scenario().refuse("mpc", "owner", { ...initRunning(), ...change }, code);
}

function withParticipants(
  participants: readonly Participant[],
  threshold = 2,
  nextId = 12,
): ThresholdParameters {
  return { participants: { next_id: nextId, participants }, threshold } as unknown as ThresholdParameters;
}

function withDomain(change: object): Partial<InitRunning> {
  const { domains } = initRunning();
  return { domains: domains.map((domain, at) => (at === 0 ? { ...domain, ...change } : domain)) };
}

function withKey(at: number, change: object): Partial<InitRunning> {
  const domains = KEYSET.domains.map((key, index) => (index === at ? { ...key, ...change } : key));
  return { keyset: { ...KEYSET, domains } };
}

const a: Participant = [account("a"), 0, infoOf("a")];
const b: Participant = [account("b"), 1, infoOf("b")];
const c: Participant = [account("c"), 2, infoOf("c")];

test("behavior: init starts without keys in epoch 0, and only once", () => {
  const network = scenario();
  const command: Init = { type: "init", parameters: parametersOf(["a", "b"], 2), init_config: null };
  network.refuse("a", "a-node", command, "PRIVATE_METHOD");
  const { state } = network.accept("mpc", "owner", command);
  assert.ok(state.kind === "Running");
  assert.deepEqual(state.keyset, { epoch_id: 0, domains: [] });
  network.refuse("mpc", "owner", command, "UNEXPECTED_STATE");
  network.refuse("mpc", "owner", initRunning(), "UNEXPECTED_STATE");
});

test("behavior: init_running takes domains, keys and settings as given", () => {
  const network = runningNetwork();
  const { state, config } = network.world;
  assert.ok(state.kind === "Running");
  assert.equal(state.keyset, initRunning().keyset);
  assert.equal(config.recovery_timeout_blocks, 20);
  assert.equal(network.world.tlsKeys.size, 3);
});

test("behavior: participants are distinct in account, id and TLS key, with ids below next_id", () => {
  refuses({ parameters: withParticipants([a, [account("a"), 1, infoOf("b")]]) }, "DUPLICATE_ACCOUNT");
  refuses({ parameters: withParticipants([a, [account("b"), 0, infoOf("b")]]) }, "DUPLICATE_PARTICIPANT_ID");
  refuses({ parameters: withParticipants([a, [account("b"), 1, infoOf("a")]]) }, "DUPLICATE_TLS_KEY");
  refuses({ parameters: withParticipants([a, b, c], 2, 2) }, "PARTICIPANT_ID_OUT_OF_RANGE");
});

test("behavior: thresholds are at least 2, at least 60 %, at most all", () => {
  refuses({ parameters: withParticipants([a], 1) }, "THRESHOLD_TOO_LOW");
  refuses({ parameters: parametersOf(["a", "b", "c", "d"], 2) }, "THRESHOLD_TOO_LOW");
  refuses({ parameters: parametersOf(["a", "b", "c"], 4) }, "THRESHOLD_TOO_HIGH");
  scenario().accept("mpc", "owner", {
    ...initRunning(),
    parameters: parametersOf(["a", "b", "c", "d", "e"], 3),
  });
});

test("behavior: domains fit the participants and their keys", () => {
  refuses(withDomain({ reconstruction_threshold: 1 }), "RECONSTRUCTION_THRESHOLD_OUT_OF_RANGE");
  refuses(withDomain({ reconstruction_threshold: 3 }), "RECONSTRUCTION_THRESHOLD_OUT_OF_RANGE");
  const damgard = { protocol: "DamgardEtAl", reconstruction_threshold: 3 };
  const four = parametersOf(["a", "b", "c", "d"], 3);
  refuses({ ...withDomain(damgard), parameters: four }, "RECONSTRUCTION_THRESHOLD_OUT_OF_RANGE");
  refuses(withDomain({ id: 1 }), "DUPLICATE_DOMAIN");
  refuses(withDomain({ id: 2 }), "DOMAIN_ID_OUT_OF_RANGE");
  refuses(withKey(0, { domain_id: 1 }), "DUPLICATE_DOMAIN");
  refuses(withKey(0, { domain_id: 9 }), "UNKNOWN_DOMAIN");
  refuses(withKey(0, { key: KEYSET.domains[1]?.key }), "DOMAIN_KEY_MISMATCH");
  refuses({ keyset: { ...KEYSET, domains: KEYSET.domains.slice(1) } }, "KEYSET_MISMATCH");
});

test("behavior: settings are bounded, and the window holds four times the longest recoveries", () => {
  for (const setting of [
    { recovery_timeout_blocks: 0 },
    { recovery_timeout_blocks: 21 },
    { recovery_window_blocks: 239 },
    { max_recoveries_per_window: 0 },
    { max_participants: 101 },
    { max_url_bytes: 257 },
  ]) {
    scenario().refuse("mpc", "owner", initRunning(setting), "INVALID_CONFIG");
  }
  scenario().refuse("mpc", "owner", initRunning({ max_participants: 2 }), "TOO_MANY_PARTICIPANTS");
  scenario().refuse("mpc", "owner", initRunning({ max_url_bytes: 16 }), "URL_TOO_LONG");
});
