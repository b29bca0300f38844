/** Votes, key events and candidates of the test network. */
import { ephemeralKeyProofMessage } from "../../src/interface/ephemeral-key-proof.ts";
import type {
  DomainId,
  EpochId,
  ParticipantId,
  UpdateId,
  X25519PublicKey,
} from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import type { EphemeralKeyPurpose, TlsKeyRole } from "../../src/protocol/records.ts";
import type {
  DomainConfig,
  KeyEventId,
  ParametersProposal,
  ParticipantEntry,
  PerDomainThresholds,
  RunningState,
} from "../../src/protocol/state.ts";
import { signMessage, tlsKey } from "./keys.ts";
import { account, infoOf, NETWORK_ID, nodeInfo, runningNetwork, type Scenario } from "./network.ts";
import { CONTRACT } from "./world.ts";

export const NEAR = 10n ** 24n;

export function domain(
  id: number,
  protocol: DomainConfig["protocol"] = "CaitSith",
  threshold = 2,
): DomainConfig {
  return { id: id as DomainId, protocol, reconstruction_threshold: threshold, purpose: "Sign" };
}

export function addDomains(...domains: readonly DomainConfig[]): Command {
  return { type: "vote_add_domains", domains };
}

export function keyEventId(epoch: number, domainId: number, attempt: number): KeyEventId {
  return { epoch_id: epoch, domain_id: domainId, attempt_id: attempt } as KeyEventId;
}

/** The running part of the network's state. */
export function runningOf({ world }: Scenario): RunningState {
  const { state } = world;
  if (state.kind === "Running") return state;
  if (state.kind === "Recovery" || state.kind === "Resharing") return state.previous_running_state;
  throw new Error(`no running part in ${state.kind}`);
}

/** The members without those that leave, then newcomers with the next ids and the info they submit. */
export function proposal(
  network: Scenario,
  change: {
    readonly leave?: readonly string[];
    readonly join?: readonly string[];
    readonly threshold: number;
    readonly thresholds?: PerDomainThresholds;
  },
): ParametersProposal {
  const { participants } = runningOf(network).parameters;
  const left = (change.leave ?? []).map(account);
  const stay = participants.participants.filter(([id]) => !left.includes(id));
  const join = (change.join ?? []).map(
    (name, at): ParticipantEntry => [
      account(name),
      (participants.next_id + at) as ParticipantId,
      infoOf(name),
    ],
  );
  return {
    parameters: {
      participants: {
        next_id: (participants.next_id + join.length) as ParticipantId,
        participants: [...stay, ...join],
      },
      threshold: change.threshold,
    },
    per_domain_thresholds: change.thresholds ?? {},
  };
}

export function newParameters(body: ParametersProposal, epoch = 5): Command {
  return { type: "vote_new_parameters", prospective_epoch_id: epoch as EpochId, proposal: body };
}

/** A candidate pays and submits its info under the key `<name>-node`. */
export function addCandidate(network: Scenario, name: string): void {
  const deposit: Command = { type: "storage_deposit", account_id: null, registration_only: null };
  network.accept(name, "full", deposit, NEAR);
  network.accept(name, `${name}-node`, nodeInfo(name, `${name}-node`));
}

/** Everyone named votes the same, with any access key. */
export function allVote(network: Scenario, names: readonly string[], command: Command): void {
  for (const name of names) network.accept(name, "full", command);
}

/** a, b and c propose to take d in; the network is Resharing in epoch 5 afterwards. */
export function resharingNetwork(): Scenario {
  const network = runningNetwork();
  addCandidate(network, "d");
  allVote(network, ["a", "b", "c", "d"], newParameters(proposal(network, { join: ["d"], threshold: 3 })));
  return network;
}

/** Everyone completes one domain in one attempt. */
export function reshare(
  network: Scenario,
  names: readonly string[],
  id: KeyEventId,
  leader = names[0],
): void {
  const by = leader ?? "";
  network.accept(by, `${by}-node`, { type: "start_reshare_instance", key_event_id: id });
  for (const name of names) {
    network.accept(name, `${name}-node`, { type: "vote_reshared", key_event_id: id });
  }
}

export function x25519(label: string): X25519PublicKey {
  return `x25519:${tlsKey(label).slice("ed25519:".length)}` as X25519PublicKey;
}

/** A key for one exchange, proved by the TLS key `tlsLabel`. */
export function ephemeralKey(
  name: string,
  role: TlsKeyRole,
  purpose: EphemeralKeyPurpose,
  session: number,
  tlsLabel: string,
): Command {
  const public_key = x25519(`${name} ${role} ${session}`);
  const message = ephemeralKeyProofMessage({
    network_id: NETWORK_ID,
    contract_id: CONTRACT,
    account_id: account(name),
    role,
    purpose,
    session,
    public_key,
  });
  return { type: "submit_ephemeral_key", purpose, public_key, proof: signMessage(tlsLabel, message) };
}

export const vote = (id: number): Command => ({ type: "vote_update", id: id as UpdateId });
