import type { ReadContract } from "../src/client/read-contract.ts";
import { RpcError } from "../src/errors/rpc-error.ts";
import { TLS_KEY } from "./sample-state.ts";

/** Participants by account: the number of their URL, and their TLS key. */
export type Members = Readonly<Record<string, { readonly url?: number; readonly key: string }>>;

/** A chain whose blocks a test lists: from each height on this is what the contract shows. */
export interface WatchedChain {
  head: number;
  /** The newest block that still can be read about; older ones are dropped. */
  oldest: number;
  /** Heights without a block. */
  readonly skipped: Set<number>;
  readonly states: Map<number, unknown>;
  readonly reader: ReadContract;
  /** Heights read at, `final` for the head. */
  readonly reads: (number | "final")[];
}

export function watchedChain(states: Readonly<Record<number, unknown>>): WatchedChain {
  const chain: WatchedChain = {
    head: Math.max(...Object.keys(states).map(Number)),
    oldest: 0,
    skipped: new Set(),
    states: new Map(Object.entries(states).map(([height, shown]) => [Number(height), shown])),
    reads: [],
    reader: {
      view: async (_method, _args, options) => {
        const at = options?.at;
        const asked = at !== undefined && "height" in at ? at.height : undefined;
        chain.reads.push(asked ?? "final");
        const height = asked ?? chain.head;
        if (height < chain.oldest || height > chain.head || chain.skipped.has(height)) {
          throw new RpcError("UNKNOWN_BLOCK", "http://x", "doesn't have that block", { retryable: true });
        }
        const from = Math.max(...[...chain.states.keys()].filter((start) => start <= height));
        const value = chain.states.get(from);
        if (value instanceof Error) throw value;
        return { value, blockHeight: height as never, blockHash: `block-${height}` };
      },
    },
  };
  return chain;
}

/** Running with these participants. */
export function running(revision: number, members: Members) {
  return {
    Running: {
      domains: { domains: [], next_domain_id: 0 },
      keyset: { epoch_id: 4, domains: [] },
      parameters: parameters(members),
      parameters_votes: { proposal_by_account: {} },
      add_domains_votes: { proposal_by_account: {} },
      previously_cancelled_resharing_epoch_id: null,
      participants_revision: revision,
    },
  };
}

/** Initializing with these participants; it shows no revision. */
export function initializing(members: Members) {
  const domain = { id: 0, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" };
  const key = { epoch_id: 4, domain, parameters: parameters(members), instance: null, next_attempt_id: 0 };
  const domains = { domains: [domain], next_domain_id: 1 };
  return {
    Initializing: { domains, epoch_id: 4, generated_keys: [], generating_key: key, cancel_votes: [] },
  };
}

/** A TLS key that ends on this letter. */
export function tls(letter: string): string {
  return `${TLS_KEY.slice(0, -1)}${letter}`;
}

function parameters(members: Members) {
  const participants = Object.entries(members).map(([name, { url = 0, key }], id) => [
    `${name}.near`,
    id,
    { url: `https://${name}${url}`, tls_public_key: tls(key) },
  ]);
  return { participants: { next_id: participants.length, participants }, threshold: 2 };
}
