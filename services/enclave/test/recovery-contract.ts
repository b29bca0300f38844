import type { SignerKey, TlsPublicKey } from "../../../contract/src/protocol/brand.ts";
import type { ParticipantEntry } from "../../../contract/src/protocol/state.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { sampleKeyset } from "../../keyshare/test/samples.ts";
import type { ContractView } from "../../operations/contract-view.ts";
import { info, participants, receipt, recovery, running, view } from "../../operations/test/sample-views.ts";

export const KEYSET_HASH = keysetHash(sampleKeyset(4) as never);

/** What the contract knows about one account, and what it showed in the blocks that a reader still takes. */
export interface Registry extends Shown {
  readonly retired: readonly string[];
  /** Oldest first. */
  readonly past: readonly Shown[];
}

interface Shown {
  readonly height: number;
  /** Key of the machine that is listed for the account. */
  readonly listed: string;
  readonly recovering: { readonly id: number; readonly key: string } | null;
  readonly receipt: boolean;
  readonly confirmed: boolean;
}

export type RegistryCall =
  | { readonly kind: "submit"; readonly key: string }
  | { readonly kind: "conclude"; readonly id: number; readonly key: string }
  | { readonly kind: "confirm_backup" }
  | { readonly kind: "confirm_recovery"; readonly id: number }
  | { readonly kind: "cancel" };

// Every change comes this many blocks after the one before, and views lag by up to two changes.
const BLOCKS_BETWEEN = 90;
const VIEWS_BACK = 2;

/** The contract after a call, unchanged where it refuses. A model of contract/src/protocol for one account. */
export function registryAfter(registry: Registry, call: RegistryCall): Registry {
  const { recovering, retired, receipt: hasReceipt, confirmed } = registry;
  switch (call.kind) {
    case "submit": {
      const isFree = recovering === null && registry.listed !== call.key && !retired.includes(call.key);
      const id = retired.length + 1;
      return isFree ? change(registry, { recovering: { id, key: call.key }, confirmed: false }) : registry;
    }
    case "conclude": {
      if (recovering === null || recovering.id !== call.id || recovering.key !== call.key) return registry;
      const done = change(registry, { listed: call.key, recovering: null });
      return { ...done, retired: [...retired, registry.listed] };
    }
    case "confirm_backup":
      return hasReceipt ? registry : change(registry, { receipt: true });
    case "confirm_recovery":
      return recovering?.id === call.id && !confirmed ? change(registry, { confirmed: true }) : registry;
    case "cancel":
      if (recovering === null) return registry;
      return { ...change(registry, { recovering: null }), retired: [...retired, recovering.key] };
  }
}

/** Every view that a proven reader may give: the present one, and those that an endpoint which lags still shows. */
export function contractViews(registry: Registry): readonly ContractView[] {
  return [...registry.past, registry].map(viewOf);
}

export function viewOf({ height, listed, recovering, receipt: hasReceipt, confirmed }: Shown): ContractView {
  const key = JSON.stringify([height, listed, recovering, hasReceipt, confirmed]);
  const made = views.get(key) ?? makeView({ height, listed, recovering, receipt: hasReceipt, confirmed });
  views.set(key, made);
  return made;
}

// The same few views are asked for hundreds of thousands of times.
const views = new Map<string, ContractView>();

function makeView(shown: Shown): ContractView {
  const { height, listed, recovering } = shown;
  const entries = participants().map(([account, id, own]) =>
    account === "a.near" ? [account, id, info(listed)] : [account, id, own],
  ) as ParticipantEntry[];
  const before = running({
    parameters: { participants: { next_id: 3 as never, participants: entries }, threshold: 2 },
  });
  const signer_account_pk = `ed25519:signer-${recovering?.key}` as SignerKey;
  const towards = recovering && { prospective_info: info(recovering.key), signer_account_pk };
  const state =
    towards === null
      ? before
      : {
          ...recovery({ ...towards, backup_confirmed: shown.confirmed }, recovering!.id),
          previous_running_state: before,
        };
  return view({
    height,
    state,
    node_key: `ed25519:signer-${listed}` as SignerKey,
    receipt: shown.receipt ? receipt(4, KEYSET_HASH) : null,
    backup_service: {
      public_key: "ed25519:tls-service" as TlsPublicKey,
      signer_account_pk: "ed25519:signer-service" as SignerKey,
      url: null,
    },
  });
}

function change(registry: Registry, to: Partial<Shown>): Registry {
  const { retired, past, ...shown } = registry;
  const height = shown.height + BLOCKS_BETWEEN;
  return { ...shown, ...to, height, retired, past: [...past, shown].slice(-VIEWS_BACK) };
}
