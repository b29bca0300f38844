import { VIEW_RESULTS, type ViewResult } from "../../../contract/src/interface/methods.ts";
import type { DomainPublicKey } from "../../../contract/src/protocol/brand.ts";
import type {
  KeyEvent,
  KeyForDomain,
  ProtocolState,
  RunningState,
} from "../../../contract/src/protocol/state.ts";
import { parseResult } from "../client/parse-result.ts";

/**
 * Reads the JSON of the `state` view into the protocol's own form. Throws ResultError.
 *
 * Two fields of a Recovery aren't in that JSON: `first_recovery_id` is read as `recovery_id` and `attestation`
 * as null; the view `recovery_info` has both.
 */
export function parseState(json: unknown): ProtocolState {
  const wire = parseResult("state", VIEW_RESULTS.state, json);
  if (wire === "NotInitialized") return { kind: "NotInitialized" };
  if ("Initializing" in wire) {
    const { Initializing: state } = wire;
    const generated_keys = state.generated_keys.map(keyForDomain);
    return { kind: "Initializing", ...state, generated_keys, generating_key: keyEvent(state.generating_key) };
  }
  if ("Running" in wire) return running(wire.Running);
  if ("Resharing" in wire) {
    const { Resharing: state } = wire;
    return {
      kind: "Resharing",
      ...state,
      previous_running_state: running(state.previous_running_state),
      reshared_keys: state.reshared_keys.map(keyForDomain),
      resharing_key: keyEvent(state.resharing_key),
    };
  }
  const { prospective_participants: _derived, ...state } = wire.Recovery;
  return {
    kind: "Recovery",
    ...state,
    previous_running_state: running(state.previous_running_state),
    first_recovery_id: state.recovery_id,
    attestation: null,
  };
}

type Wire<Kind extends string> = Extract<ViewResult<"state">, { readonly [K in Kind]: unknown }>;
type WireRunning = Wire<"Running">["Running"];
type WireKeyEvent = Wire<"Initializing">["Initializing"]["generating_key"];
type WireKeyForDomain = WireRunning["keyset"]["domains"][number];
type WireKey = WireKeyForDomain["key"];

function running(wire: WireRunning): RunningState {
  const { keyset } = wire;
  return { kind: "Running", ...wire, keyset: { ...keyset, domains: keyset.domains.map(keyForDomain) } };
}

function keyForDomain(wire: WireKeyForDomain): KeyForDomain {
  return { ...wire, key: domainKey(wire.key) };
}

function keyEvent(wire: WireKeyEvent): KeyEvent {
  const { instance } = wire;
  if (instance === null) return { ...wire, instance };
  const { public_key: key } = instance;
  return { ...wire, instance: { ...instance, public_key: key === null ? null : domainKey(key) } };
}

function domainKey(wire: WireKey): DomainPublicKey {
  if ("Secp256k1" in wire) return wire.Secp256k1.near_public_key as DomainPublicKey;
  if ("Ed25519" in wire) return wire.Ed25519.near_public_key_compressed as DomainPublicKey;
  return wire.Bls12381.public_key as DomainPublicKey;
}
