/** A contract in memory: the pure core with Maps where the wasm has storage. */
import {
  derivePublicKey,
  deriveTweak,
  requestIdOf,
  verifySignatureResponse,
} from "../../../sdk/src/crypto/derived-keys.ts";
import { base58Decode } from "../../src/interface/base58.ts";
import { verifyEphemeralKeyProof } from "../../src/interface/ephemeral-key-proof.ts";
import { keysetHash } from "../../src/interface/keyset-hash.ts";
import { proposalKey } from "../../src/interface/proposal-key.ts";
import { verifySignedText } from "../../src/interface/signed-text.ts";
import { verifyTlsKeyProof } from "../../src/interface/tls-key-proof.ts";
import type { AccountId, BlockHeight, Sha256Hex, SignerKey, TlsPublicKey } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import type { Context, Lookup, Outcome } from "../../src/protocol/context.ts";
import type { ProtocolError, Result } from "../../src/protocol/errors.ts";
import { DEFAULT_CONFIG } from "../../src/protocol/limits.ts";
import {
  type AccountRecord,
  type Config,
  type Counters,
  NO_UPDATES,
  type Updates,
} from "../../src/protocol/records.ts";
import {
  EMPTY_QUEUE,
  type PendingRequest,
  type RequestId,
  type RequestQueue,
} from "../../src/protocol/requests/signature-request.ts";
import { findParticipant, membersOf } from "../../src/protocol/rules/members.ts";
import type { ProtocolState } from "../../src/protocol/state.ts";
import { transition } from "../../src/protocol/transition.ts";
import { sha256Hex, verifyEd25519 } from "./keys.ts";
import {
  advanceTransparency,
  EMPTY_TRANSPARENCY,
  type TransparencyWorld,
  timeAt,
  transparencyLookup,
} from "./transparency-world.ts";

export const CONTRACT = "mpc.near" as AccountId;

export interface World {
  readonly state: ProtocolState;
  readonly records: ReadonlyMap<AccountId, AccountRecord>;
  readonly tlsKeys: ReadonlyMap<TlsPublicKey, AccountId>;
  readonly config: Config;
  readonly counters: Counters;
  readonly updates: Updates;
  readonly queue: RequestQueue;
  readonly requests: ReadonlyMap<RequestId, PendingRequest>;
  readonly transparency: TransparencyWorld;
}

export interface Call {
  readonly command: Command;
  readonly caller: AccountId;
  readonly signerKey: SignerKey;
  readonly height: number;
  readonly depositYocto?: bigint;
  /** Default: 300 Tgas. */
  readonly prepaidGas?: bigint;
}

export const EMPTY_WORLD: World = {
  state: { kind: "NotInitialized" },
  records: new Map(),
  tlsKeys: new Map(),
  config: DEFAULT_CONFIG,
  counters: { next_recovery_id: 0 } as Counters,
  updates: NO_UPDATES,
  queue: EMPTY_QUEUE,
  requests: new Map(),
  transparency: EMPTY_TRANSPARENCY,
};

export interface Step {
  readonly result: Result<Outcome, ProtocolError>;
  readonly world: World;
}

/** Runs one call on a frozen world and returns the next; a refused call leaves the world as it was. */
export function step(world: World, call: Call): Step {
  deepFreeze(world.state);
  for (const record of world.records.values()) deepFreeze(record);
  deepFreeze(world.transparency.votes);
  const result = transition(world.state, deepFreeze(call.command), contextOf(world, call));
  return { result, world: result.ok ? advance(world, result.value) : world };
}

export function contextOf(world: World, call: Omit<Call, "command">): Context {
  return {
    caller: call.caller,
    signerKey: call.signerKey,
    height: call.height as BlockHeight,
    time: timeAt(call.height),
    depositYocto: call.depositYocto ?? 0n,
    prepaidGas: call.prepaidGas ?? 300_000_000_000_000n,
    contractId: CONTRACT,
    config: world.config,
    counters: world.counters,
    lookup: lookupOf(world),
    ports: {
      verifyTlsKeyProof: (claim, proof) => verifyTlsKeyProof(claim, proof, base58Decode, verifyEd25519),
      verifyEphemeralKeyProof: (claim, proof) =>
        verifyEphemeralKeyProof(claim, proof, base58Decode, verifyEd25519),
      proposalKey: (proposal) => proposalKey(proposal, sha256Hex),
      verifyText: (key, text, signature) =>
        verifySignedText(key, text, signature, base58Decode, verifyEd25519),
      sha256Hex: (text) => sha256Hex(text) as Sha256Hex,
      utf8Bytes: (text) => Buffer.byteLength(text),
      keysetHash: (keyset) => keysetHash(keyset, sha256Hex),
      tweak: deriveTweak,
      requestId: requestIdOf,
      derivedKey: derivePublicKey,
      verifySignature: verifySignatureResponse,
    },
  };
}

export function lookupOf(world: World): Lookup {
  const { state } = world;
  return {
    member: (account) =>
      state.kind === "NotInitialized" ? undefined : findParticipant(membersOf(state), account),
    record: (account) => world.records.get(account),
    tlsKeyHolder: (key) => world.tlsKeys.get(key),
    updates: () => world.updates,
    requests: () => world.queue,
    request: (id) => world.requests.get(id),
    transparency: transparencyLookup(world.transparency),
  };
}

function advance(world: World, outcome: Outcome): World {
  return {
    state: outcome.state,
    records: withChanges(world.records, outcome.records),
    tlsKeys: withChanges(world.tlsKeys, outcome.tlsKeys),
    config: outcome.config ?? world.config,
    counters: outcome.counters ?? world.counters,
    updates: outcome.updates ?? world.updates,
    queue: outcome.requests?.queue ?? world.queue,
    requests: withChanges(
      world.requests,
      outcome.requests ? [[outcome.requests.id, outcome.requests.request]] : [],
    ),
    transparency: outcome.transparency
      ? advanceTransparency(world.transparency, outcome.transparency)
      : world.transparency,
  };
}

function withChanges<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  changes: readonly (readonly [Key, Value | null])[],
): ReadonlyMap<Key, Value> {
  const next = new Map(map);
  for (const [key, value] of changes) {
    if (value === null) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
