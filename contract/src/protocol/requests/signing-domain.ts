/** Which domain signs what, and whether the network can. Source: contract.md §4.6. */
import type { DomainId, DomainPublicKey } from "../brand.ts";
import { refuse } from "../errors.ts";
import { currentKeyset, membersOf } from "../rules/members.ts";
import { signersNeeded } from "../rules/parameters.ts";
import type {
  DomainConfig,
  ProtocolState,
  RecoveryState,
  ResharingState,
  RunningState,
  StateKind,
} from "../state.ts";
import type { PayloadKind } from "./signature-request.ts";

/** States in which the network has keys that are in use: in Resharing and Recovery those of the state before. */
export type SigningState = RunningState | ResharingState | RecoveryState;
export const SIGNING_KINDS: readonly StateKind[] = ["Running", "Resharing", "Recovery"];

/** Narrows or refuses with UNEXPECTED_STATE. */
export function requireSigningState(state: ProtocolState): SigningState {
  if (state.kind !== "NotInitialized" && state.kind !== "Initializing") return state;
  return refuse("UNEXPECTED_STATE", { current: state.kind, expected: SIGNING_KINDS });
}

export interface SigningDomain {
  readonly key: DomainPublicKey;
  readonly payload_kind: PayloadKind;
}

/** A domain that signs for callers and can do so now. Refuses with UNKNOWN_DOMAIN, WRONG_PURPOSE, NOT_ENOUGH_SIGNERS. */
export function requireSigningDomain(state: SigningState, domain_id: DomainId): SigningDomain {
  const running = state.kind === "Running" ? state : state.previous_running_state;
  const domain = running.domains.domains.find((one) => one.id === domain_id);
  const key = keyOf(state, domain_id);
  if (domain === undefined || key === undefined) return refuse("UNKNOWN_DOMAIN", { domain_id });
  if (domain.purpose !== "Sign") {
    refuse("WRONG_PURPOSE", { domain_id, expected: "Sign", found: domain.purpose });
  }
  requireEnoughSigners(state, domain);
  return { key, payload_kind: payloadKind(domain, key) };
}

/** The domain's key in the current keyset. */
export function keyOf(state: SigningState, domain_id: DomainId): DomainPublicKey | undefined {
  return currentKeyset(state).domains.find((one) => one.domain_id === domain_id)?.key;
}

/** In Recovery one member is away: the others must reach the domain's threshold. */
function requireEnoughSigners(state: SigningState, domain: DomainConfig): void {
  if (state.kind !== "Recovery") return;
  const available = membersOf(state).participants.length - 1;
  const required = signersNeeded(domain);
  if (available < required) refuse("NOT_ENOUGH_SIGNERS", { domain_id: domain.id, available, required });
}

/** A signature must be one that the contract can check: ECDSA on secp256k1, or Ed25519. */
function payloadKind({ id, protocol }: DomainConfig, key: DomainPublicKey): PayloadKind {
  const isEcdsa = protocol === "CaitSith" || protocol === "DamgardEtAl";
  if (isEcdsa && key.startsWith("secp256k1:")) return "Ecdsa";
  if (protocol === "Frost" && key.startsWith("ed25519:")) return "Eddsa";
  return refuse("UNSUPPORTED_SCHEME", { domain_id: id, protocol, key_kind: key.slice(0, key.indexOf(":")) });
}
