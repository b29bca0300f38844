/** Random calls by honest and hostile accounts, for the core alone and for core and wasm side by side. */
import fc from "fast-check";
import { keysetHash } from "../../src/interface/keyset-hash.ts";
import type { AttemptId, EpochId, RecoveryId, Sha256Hex } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import type { AttestationEvidence, Config } from "../../src/protocol/records.ts";
import { sha256Hex, tlsKey } from "./keys.ts";
import { approval, CANCEL, entry, initRunning, KEYSET, nodeInfo, service, urlOf } from "./network.ts";

/** A call by label; `wait` is the number of blocks since the call before. */
export interface TraceCall {
  readonly name: string;
  readonly signer: string;
  readonly command: Command;
  readonly depositYocto: bigint;
  readonly wait: number;
}

const MEMBERS = ["a", "b", "c"];
/** `x` is a stranger. */
const names = fc.constantFrom(...MEMBERS, "a", "a", "x");
/** TLS keys are told apart by account, except that accounts also try each other's. */
const tlsSuffix = fc.constantFrom("", "2", "3", "-service");
const signerSuffix = fc.constantFrom(
  "-node",
  "-node",
  "-fresh",
  "-fresh2",
  "-fresh3",
  "-service",
  "-service2",
);
const smallId = fc.integer({ min: 0, max: 6 }).map((id) => id as RecoveryId);

export const settings: fc.Arbitrary<Partial<Config>> = fc.record({
  require_recovery_approval: mostly(false),
  require_attestation: mostly(false),
  allow_insecure_dev_attestation: fc.boolean(),
});

export const evidence: fc.Arbitrary<AttestationEvidence | null> = fc.option(
  fc.record({
    kind: fc.constantFrom("dev" as const, "dstack-tdx" as const),
    sha256: fc.constantFrom(sha256Hex("quote 1") as Sha256Hex, sha256Hex("quote 2") as Sha256Hex),
  }),
);

export const traceCall: fc.Arbitrary<TraceCall> = names.chain((name) =>
  fc.record({
    name: fc.constant(name),
    signer: signerSuffix.map((suffix) => name + suffix),
    command: commandOf(name),
    depositYocto: fc.constantFrom(0n, 0n, 1n),
    wait: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 3 }) }, fc.constantFrom(10, 21, 250)),
  }),
);

/** A trace starts with the initialisation and the nodes' keys, so that most of it happens in a live network. */
export function trace(length: number): fc.Arbitrary<readonly TraceCall[]> {
  return fc
    .tuple(settings, fc.array(fc.oneof(traceCall, usefulCall()), { maxLength: length, size: "max" }))
    .map(([config, calls]) => [...opening(config), ...calls.map(signedByProofKey)]);
}

export function opening(config: Partial<Config>): TraceCall[] {
  const call = (name: string, signer: string, command: Command): TraceCall => ({
    name,
    signer,
    command,
    depositYocto: 0n,
    wait: 1,
  });
  return [
    call("mpc", "owner", initRunning(config)),
    ...MEMBERS.map((name) => call(name, `${name}-node`, nodeInfo(name, `${name}-node`))),
  ];
}

/** Proofs name the signing key, which is drawn apart: most calls get the right one. */
function signedByProofKey(call: TraceCall): TraceCall {
  const { command, name, signer } = call;
  if (command.type === "submit_participant_recovery_info" && command.participant_info.url === urlOf(name)) {
    const label = [name, `${name}2`, `${name}3`, `${name}-service`].find(
      (candidate) => tlsKey(candidate) === command.participant_info.tls_public_key,
    );
    if (!label) return call;
    return { ...call, command: { ...entry(name, label, signer), attestation: command.attestation } };
  }
  return call;
}

/** Calls that a legal participant would make next, so that deep states are reached often. */
function usefulCall(): fc.Arbitrary<TraceCall> {
  return fc.tuple(fc.constantFrom("a", "a", "b"), fc.integer({ min: 0, max: 3 })).chain(([name, id]) => {
    const by = (signer: string, command: Command, depositYocto = 0n): TraceCall => ({
      name,
      signer: name + signer,
      command,
      depositYocto,
      wait: 1,
    });
    const recovery_id = id as RecoveryId;
    return fc.constantFrom(
      by("-fresh", entry(name, `${name}2`, `${name}-fresh`)),
      by("-fresh", entry(name, `${name}3`, `${name}-fresh`)),
      by("-fresh2", entry(name, `${name}3`, `${name}-fresh2`)),
      by("-fresh", conclude(null, null)),
      by("-fresh", conclude({ ...KEYSET, epoch_id: 5 as EpochId }, null)),
      by("-fresh", conclude({ ...KEYSET, domains: [] }, null)),
      by("-fresh2", conclude(KEYSET, recovery_id)),
      by("-owner", CANCEL, 1n),
      by("-owner", approval(`${name}2`, `${name}-fresh`), 1n),
      by("-service", service(name, `${name}-service`, `${name}-service`)),
      by("-service", backup("sealed")),
      by("-service", { type: "confirm_recovery", recovery_id }),
    );
  });
}

function commandOf(name: string): fc.Arbitrary<Command> {
  const label = tlsSuffix.map((suffix) => name + suffix);
  const key = signerSuffix.map((suffix) => name + suffix);
  const owner = fc.constantFrom(name, name, name, "b");
  return fc.oneof(
    fc
      .tuple(key, evidence)
      .map(([signer, attestation]) => ({ ...nodeInfo(name, signer), attestation }) as Command),
    fc
      .tuple(owner, tlsSuffix, key, evidence, fc.boolean())
      .map(([whose, suffix, signer, attestation, ownUrl]) =>
        submission(name, whose + suffix, signer, attestation, ownUrl),
      ),
    fc.tuple(label, key).map(([tls, signer]) => approval(tls, signer)),
    fc.tuple(fc.option(keysets), fc.option(smallId)).map(([keyset, id]) => conclude(keyset, id)),
    fc.constant(CANCEL),
    fc
      .tuple(label, key, evidence)
      .map(([tls, signer, attestation]) => ({ ...service(name, tls, signer), attestation }) as Command),
    fc.constantFrom("sealed", "sealed again", "wrong").map(backup),
    smallId.map((recovery_id): Command => ({ type: "confirm_recovery", recovery_id })),
  );
}

function submission(
  name: string,
  tls: string,
  signer: string,
  attestation: AttestationEvidence | null,
  ownUrl: boolean,
): Command {
  const command = entry(name, tls, signer);
  const url = ownUrl ? urlOf(name) : urlOf("elsewhere");
  return { ...command, participant_info: { ...command.participant_info, url }, attestation };
}

const keysets = fc.constantFrom(
  KEYSET,
  KEYSET,
  { ...KEYSET, epoch_id: 5 as EpochId },
  { ...KEYSET, domains: KEYSET.domains.slice(1) },
  { ...KEYSET, domains: KEYSET.domains.map((domain) => ({ ...domain, attempt: 9 as AttemptId })) },
);

function conclude(keyset: typeof KEYSET | null, recovery_id: RecoveryId | null): Command {
  return { type: "conclude_recovery", keyset, recovery_id };
}

function backup(digest: string): Command {
  const hash = digest === "wrong" ? (sha256Hex("other") as Sha256Hex) : keysetHash(KEYSET, sha256Hex);
  return {
    type: "confirm_backup",
    epoch_id: KEYSET.epoch_id,
    keyset_hash: hash,
    digest: sha256Hex(digest) as Sha256Hex,
  };
}

function mostly(value: boolean): fc.Arbitrary<boolean> {
  return fc.constantFrom(value, value, value, !value);
}
