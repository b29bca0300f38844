import type { BenchNetwork } from "./network.ts";
import {
  by,
  measured,
  measuredLast,
  nodeKeyCall,
  prepared,
  type Step,
  type Story,
  startCall,
  view,
} from "./step.ts";
import type { ContractCall } from "./wasm-contract.ts";

const NEW_DOMAIN = { id: 2, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" };
const MOVED = "https://mpc-node-moved.example.org";

/** The last participant moves; all agree on a domain, make its key, agree on new parameters and reshare. */
export const governanceStory: Story = (network, count) => {
  const last = by(network, count - 1, "full");
  const everyone = Array.from({ length: count }, (_, index) => index);
  return [
    prepared(startCall(network)),
    ...everyone.map((index) => prepared(nodeKeyCall(network, index))),
    measured({
      method: "update_participant_url",
      height: 12,
      ...last,
      depositYocto: 1n,
      args: { url: MOVED },
    }),
    ...keygen(network, count),
    ...resharing(network, count),
  ];
};

function keygen(network: BenchNetwork, count: number): readonly Step[] {
  const height = 20;
  const key_event_id = (attempt_id: number) => ({ epoch_id: 4, domain_id: NEW_DOMAIN.id, attempt_id });
  const node = (index: number) => ({ height, ...by(network, index, "node") });
  const start = (attempt: number): ContractCall => ({
    method: "start_keygen_instance",
    ...node(0),
    args: { key_event_id: key_event_id(attempt) },
  });
  const public_key = network.keyPair(1, "group").publicKey;
  return [
    ...votes(count, (index) => ({
      method: "vote_add_domains",
      height,
      ...by(network, index, "full"),
      args: { domains: [NEW_DOMAIN] },
    })),
    view("state", height, {}, "in Initializing"),
    measured(start(0)),
    measured({
      method: "vote_abort_key_event_instance",
      ...node(count - 1),
      args: { key_event_id: key_event_id(0) },
    }),
    measured({
      method: "vote_cancel_keygen",
      height,
      ...by(network, count - 1, "full"),
      args: { next_domain_id: NEW_DOMAIN.id + 1 },
    }),
    prepared(start(1)),
    ...votes(count, (index) => ({
      method: "vote_pk",
      ...node(index),
      args: { key_event_id: key_event_id(1), public_key },
    })),
  ];
}

function resharing(network: BenchNetwork, count: number): readonly Step[] {
  const height = 30;
  const method = "vote_new_parameters";
  const args = { prospective_epoch_id: 5, proposal: proposalOf(network, count) };
  const domains = [0, 1, NEW_DOMAIN.id];
  return [
    ...votes(count, (index) => ({ method, height, ...by(network, index, "full"), args })).toSpliced(
      1,
      0,
      view("state", height, {}, "with votes"),
    ),
    view("state", height, {}, "in Resharing"),
    measured({ method: "vote_cancel_resharing", height, ...by(network, 0, "full"), args: {} }),
    ...domains.flatMap((domain_id) => reshare(network, count, domain_id, domain_id === NEW_DOMAIN.id)),
  ];
}

function reshare(network: BenchNetwork, count: number, domain_id: number, isLast: boolean): readonly Step[] {
  const args = { key_event_id: { epoch_id: 5, domain_id, attempt_id: 0 } };
  const node = (index: number) => ({ height: 31, ...by(network, index, "node"), args });
  const start: ContractCall = { method: "start_reshare_instance", ...node(0) };
  const cast = votes(count, (index) => ({ method: "vote_reshared", ...node(index) }));
  // The domains before the last differ in nothing.
  if (isLast) return [measured(start), ...cast];
  return [prepared(start), ...cast.map(({ call }) => prepared(call))];
}

/** The first vote, the last but one with the others' there, and the last. */
function votes(count: number, cast: (index: number) => ContractCall): readonly Step[] {
  return Array.from({ length: count }, (_, at) => {
    const call = cast(count - 1 - at);
    if (at === count - 1) return measuredLast(call);
    if (at === 0) return measured(call);
    return at === count - 2 ? measured(call, "with the others' votes") : prepared(call);
  });
}

/** The same participants as they are now. */
function proposalOf(network: BenchNetwork, count: number): unknown {
  const parameters = network.initRunning.parameters as {
    readonly participants: {
      readonly participants: readonly (readonly [string, number, { readonly url: string }])[];
    };
  };
  const participants = parameters.participants.participants.map(([account, id, info]) =>
    id === count - 1 ? [account, id, { ...info, url: MOVED }] : [account, id, info],
  );
  return {
    parameters: { ...parameters, participants: { ...parameters.participants, participants } },
    per_domain_thresholds: {},
  };
}
