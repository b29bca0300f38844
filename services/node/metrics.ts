import { Gauge, type Registry } from "prom-client";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import { currentKeyset, recoveryOf } from "../operations/contract-view.ts";
import type { NodeObservation } from "./agent.ts";

/** The node's own gauges, and what `GET /status` answers. */
export interface NodeMetrics {
  latest(): Readonly<Record<string, unknown>>;
  watch(observation: NodeObservation): void;
}

/** Adds the node's gauges to the registry; names are part of the operator's interface. */
export function nodeMetrics(registry: Registry, accountId: string): NodeMetrics {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const serving = gauge("node_serving", "1 while this machine is a full member that holds its shares");
  const receipt = gauge("node_backup_receipt_current", "1 if a backup of the current keyset is confirmed");
  const recovery = gauge("recovery_state", "1 while the contract recovers this account");
  let latest: Readonly<Record<string, unknown>> = { state: "starting" };
  return {
    latest: () => latest,
    watch({ view, action }) {
      const { state, height } = view;
      const known = state.kind !== "NotInitialized";
      const confirmed = known && view.receipt?.keyset_hash === keysetHash(currentKeyset(state));
      serving.set(action.kind === "serve" ? 1 : 0);
      receipt.set(confirmed ? 1 : 0);
      recovery.set(known && recoveryOf(state, accountId) !== undefined ? 1 : 0);
      latest = { state: state.kind, height, next: action.kind };
    },
  };
}
