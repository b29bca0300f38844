import type { RunningState } from "../../contract/src/protocol/state.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import type { StoredKeyset } from "../keyshare/keyshare-store.ts";
import { type ContractView, currentKeyset, memberEntry } from "../operations/contract-view.ts";
import type { NodeMemory } from "./memory.ts";

/** Shares that this machine must not keep. */
export interface Erasure {
  readonly keyset_hashes: readonly string[];
  readonly reason: "superseded" | "cancelled" | "decommissioned" | "not_a_participant";
}

/**
 * Which shares the rule of recovery-services.md §1 takes from this machine: those of a superseded keyset or a cancelled
 * Resharing, all of a machine that was replaced, all of an account that is out. Only a settled, proven state counts,
 * none that was seen passing; and where the share lives on elsewhere, only once the receipt says that there is a backup
 * of it.
 */
export function decideErasure(
  machine: { readonly account_id: string; readonly tls_public_key: string },
  view: ContractView,
  held: readonly StoredKeyset[],
  memory: NodeMemory,
): Erasure | undefined {
  const { state, proof } = view;
  if (proof.kind === "unproven" || view.height < memory.seenHeight || state.kind !== "Running")
    return undefined;
  const all = held.map((each) => each.keyset_hash);
  const member = memberEntry(state, machine.account_id);
  const cancelled = erasure(ofCancelledResharings(held, state), "cancelled");
  if (member === undefined) {
    // One that never had to do with a member may hold shares of a network that is about to start.
    return memory.everTookPart ? erasure(all, "not_a_participant") : cancelled;
  }
  const keyset = currentKeyset(state);
  const current = keysetHash(keyset);
  if (view.receipt?.keyset_hash !== current) return undefined;
  if (member[2].tls_public_key !== machine.tls_public_key)
    return memory.decommissioned ? erasure(all, "decommissioned") : undefined;
  if (!all.includes(current)) return undefined;
  // By epoch and not by hash: a node may hold the shares of a keyset that this view doesn't show yet.
  const superseded = held.filter((each) => each.epoch_id < keyset.epoch_id);
  return (
    erasure(
      superseded.map((each) => each.keyset_hash),
      "superseded",
    ) ?? cancelled
  );
}

/** The contract never comes back to the epoch of a Resharing that was cancelled, nor to those before it. */
function ofCancelledResharings(held: readonly StoredKeyset[], state: RunningState): string[] {
  const last = state.previously_cancelled_resharing_epoch_id ?? state.keyset.epoch_id;
  const ended = held.filter(({ epoch_id }) => epoch_id > state.keyset.epoch_id && epoch_id <= last);
  return ended.map((each) => each.keyset_hash);
}

function erasure(keyset_hashes: readonly string[], reason: Erasure["reason"]): Erasure | undefined {
  return keyset_hashes.length === 0 ? undefined : { keyset_hashes, reason };
}
