/** A network of three members a, b and c, its commands, and a scenario that runs them one after another. */
import assert from "node:assert/strict";
import type { AccountId, BlockHeight, DomainId, Ed25519Signature, Url } from "../../src/protocol/brand.ts";
import type { Command, InitRunning, SubmitParticipantRecoveryInfo } from "../../src/protocol/commands.ts";
import type { Outcome, TlsKeyRole } from "../../src/protocol/context.ts";
import type { ErrorCode, ErrorInfos } from "../../src/protocol/errors.ts";
import { DEFAULT_CONFIG } from "../../src/protocol/limits.ts";
import { normalize } from "../../src/protocol/normalize.ts";
import type { Config } from "../../src/protocol/records.ts";
import type { Keyset, ParticipantInfo, StateKind, ThresholdParameters } from "../../src/protocol/state.ts";
import { proofBy, signerKey, tlsKey } from "./keys.ts";
import { CONTRACT, EMPTY_WORLD, type Step, step, type World } from "./world.ts";

export const account = (name: string): AccountId => `${name}.near` as AccountId;
export const urlOf = (name: string): Url => `https://${name}.example:8443` as Url;
export const NETWORK_ID = "testnet";

/** Short times, so that scenarios count in tens of blocks. */
export const CONFIG: Config = {
  ...DEFAULT_CONFIG,
  network_id: NETWORK_ID,
  recovery_timeout_blocks: 20,
  recovery_cooldown_blocks: 10,
  max_recoveries_per_window: 3,
  recovery_window_blocks: 240,
  attestation_max_age_blocks: 100,
};

export const KEYSET = {
  epoch_id: 4,
  domains: [
    {
      domain_id: 0,
      key: "secp256k1:3tFRbMqmoa6AAALMrEFAYCEoHcqKxeW38YptwowBVBtXK1vo36HDbUWuR6EZmoK4JcH6HDkNMGGqP1ouV7VZUWya",
      attempt: 240,
    },
    { domain_id: 1, key: "ed25519:G9hwngxWNKdmqMCmU1Yt6LPhFpayJeKFxyAV1HqMNLtF", attempt: 0 },
  ],
} as unknown as Keyset;

/** The first TLS key of member `a` has the label "a", a later one any other label. */
export function infoOf(name: string, tlsLabel = name): ParticipantInfo {
  return { url: urlOf(name), tls_public_key: tlsKey(tlsLabel) };
}

export function parametersOf(names: readonly string[], threshold: number): ThresholdParameters {
  const participants = names.map((name, id) => [account(name), id, infoOf(name)] as const);
  return {
    participants: { next_id: names.length, participants },
    threshold,
  } as unknown as ThresholdParameters;
}

export function initRunning(config: Partial<Config> = {}): InitRunning {
  return {
    type: "init_running",
    domains: [
      { id: 0 as DomainId, protocol: "CaitSith", reconstruction_threshold: 2, purpose: "Sign" },
      { id: 1 as DomainId, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" },
    ],
    next_domain_id: 2 as DomainId,
    keyset: KEYSET,
    parameters: parametersOf(["a", "b", "c"], 2),
    init_config: { ...CONFIG, ...config },
  };
}

export function proof(
  name: string,
  role: TlsKeyRole,
  tlsLabel: string,
  signerLabel: string,
): Ed25519Signature {
  return proofBy(tlsLabel, {
    network_id: NETWORK_ID,
    contract_id: CONTRACT,
    account_id: account(name),
    role,
    tls_public_key: tlsKey(tlsLabel),
    signer_account_pk: signerKey(signerLabel),
  });
}

/** Member `name`'s node with the access key `signerLabel` submits its registered info. */
export function nodeInfo(name: string, signerLabel: string): Command {
  return {
    type: "submit_participant_info",
    participant_info: infoOf(name),
    tls_key_proof: proof(name, "node", name, signerLabel),
    attestation: null,
  };
}

export function entry(name: string, tlsLabel: string, signerLabel: string): SubmitParticipantRecoveryInfo {
  return {
    type: "submit_participant_recovery_info",
    participant_info: infoOf(name, tlsLabel),
    tls_key_proof: proof(name, "node", tlsLabel, signerLabel),
    attestation: null,
  };
}

export function approval(tlsLabel: string, signerLabel: string): Command {
  return {
    type: "approve_recovery",
    tls_public_key: tlsKey(tlsLabel),
    signer_account_pk: signerKey(signerLabel),
  };
}

export function service(name: string, tlsLabel: string, signerLabel: string): Command {
  return {
    type: "register_backup_service",
    backup_service_info: {
      public_key: tlsKey(tlsLabel),
      signer_account_pk: signerKey(signerLabel),
      url: null,
    },
    tls_key_proof: proof(name, "backup_service", tlsLabel, signerLabel),
    attestation: null,
  };
}

export const CONCLUDE: Command = { type: "conclude_recovery", keyset: null, recovery_id: null };
export const CANCEL: Command = { type: "cancel_recovery" };

/** Runs commands against one world; the height goes up only where a test says so. */
export interface Scenario {
  world: World;
  height: number;
  call(name: string, signerLabel: string, command: Command, depositYocto?: bigint, prepaidGas?: bigint): Step;
  /** Runs the call and fails the test if it is refused. */
  accept(name: string, signerLabel: string, command: Command, depositYocto?: bigint): Outcome;
  /** The call has no effect at all: not even a pending expiry is stored. */
  ignore(name: string, signerLabel: string, command: Command, depositYocto?: bigint): void;
  /** The call is refused with this code and changes nothing; returns the values it carries. */
  refuse<Code extends ErrorCode>(
    name: string,
    signerLabel: string,
    command: Command,
    code: Code,
    depositYocto?: bigint,
  ): ErrorInfos[Code];
  /** The kind of state at the current height. */
  kind(): StateKind;
}

/** A contract that nobody initialised. */
export function scenario(): Scenario {
  const self: Scenario = {
    world: EMPTY_WORLD,
    height: 100,
    call: (name, signerLabel, command, depositYocto = 0n, prepaidGas = 300_000_000_000_000n) =>
      step(self.world, {
        command,
        caller: account(name),
        signerKey: signerKey(signerLabel),
        height: self.height,
        depositYocto,
        prepaidGas,
      }),
    accept: (name, signerLabel, command, depositYocto = 0n) => {
      const { result, world } = self.call(name, signerLabel, command, depositYocto);
      if (!result.ok) assert.fail(`refused: ${JSON.stringify(result.error)}`);
      self.world = world;
      return result.value;
    },
    ignore: (name, signerLabel, command, depositYocto = 0n) => {
      const { state } = self.world;
      const outcome = self.accept(name, signerLabel, command, depositYocto);
      assert.deepEqual(outcome, { state, records: [], tlsKeys: [], events: [] });
      assert.equal(outcome.state, state);
    },
    refuse: (name, signerLabel, command, code, depositYocto = 0n) => {
      const { result } = self.call(name, signerLabel, command, depositYocto);
      if (result.ok) assert.fail(`expected ${code}, found success`);
      assert.equal(result.error.name, code, JSON.stringify(result.error));
      return result.error.info as ErrorInfos[typeof code];
    },
    kind: () => normalize(self.world.state, self.height as BlockHeight).kind,
  };
  return self;
}

/** A running network whose three nodes have recorded their keys `a-node`, `b-node` and `c-node`. */
export function runningNetwork(config: Partial<Config> = {}): Scenario {
  const network = scenario();
  network.accept("mpc", "owner", initRunning(config));
  for (const name of ["a", "b", "c"]) network.accept(name, `${name}-node`, nodeInfo(name, `${name}-node`));
  return network;
}
