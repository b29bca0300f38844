import type { BlockHeight } from "../../../../contract/src/protocol/brand.ts";
import type { Command } from "../../../../contract/src/protocol/commands.ts";
import { normalize, settledRecord } from "../../../../contract/src/protocol/normalize.ts";
import type { EphemeralKeyPurpose, TlsKeyRole } from "../../../../contract/src/protocol/records.ts";
import type { ProtocolState } from "../../../../contract/src/protocol/state.ts";
import { signerKey } from "../../../../contract/test/support/keys.ts";
import {
  account,
  initRunning,
  nodeInfo,
  type Scenario,
  scenario,
} from "../../../../contract/test/support/network.ts";
import { contextOf } from "../../../../contract/test/support/world.ts";
import { ContractError } from "../../../../sdk/src/errors/contract-error.ts";
import { keysetHash } from "../../../keyshare/keyset-hash.ts";
import type { Keyset } from "../../../keyshare/keyshare.ts";
import { type ContractView, currentKeyset, memberEntry } from "../../../operations/contract-view.ts";
import type { SessionSlots, Slot } from "../../../transport/web/session-slots.ts";

/** The contract's real core in memory, as programs meet it: views of an account, and calls that take a block each. */
export interface CoreContract {
  /** For the operators' and the network's part. */
  readonly network: Scenario;
  /** Accepted calls of programs in order: account, method. */
  readonly calls: readonly string[];
  /** Every keyset that the contract ever had, by hash. */
  readonly keysets: ReadonlyMap<string, Keyset>;
  state(): ProtocolState;
  view(name: string): ContractView;
  slots(name: string, purpose: EphemeralKeyPurpose): SessionSlots;
  /** Throws ContractError for a refusal. */
  call(name: string, signerLabel: string, command: Command): void;
}

/** Blocks that a Recovery of this contract lasts, and the time before the next after one that failed. */
export const RECOVERY_BLOCKS = 400;
export const COOLDOWN_BLOCKS = 10;
const MAX_RECOVERIES = 8;

export interface CoreContractOptions {
  /** Members whose node is still to make itself known. */
  readonly waiting?: readonly string[];
  /** Of domains 0 (secp256k1) and 1 (ed25519); by default the one of the contract's tests. */
  readonly keyset?: Keyset;
}

/** A running contract of members a, b and c, whose nodes have recorded their keys `<name>-node`. */
export function coreContract({ waiting = [], keyset }: CoreContractOptions = {}): CoreContract {
  const network = scenario();
  const start = initRunning(CONFIG);
  network.accept(
    "mpc",
    "owner",
    keyset === undefined ? start : { ...start, keyset: keyset as typeof start.keyset },
  );
  const recorded = ["a", "b", "c"].filter((name) => !waiting.includes(name));
  for (const name of recorded) network.accept(name, `${name}-node`, nodeInfo(name, `${name}-node`));
  const calls: string[] = [];
  const keysets = new Map<string, Keyset>();
  const state = () => normalize(network.world.state, network.height as BlockHeight);
  const recordKeyset = () => {
    const now = state();
    if (now.kind === "NotInitialized") return;
    const keyset = currentKeyset(now);
    keysets.set(keysetHash(keyset), keyset);
  };
  recordKeyset();
  return {
    network,
    calls,
    get keysets() {
      recordKeyset();
      return keysets;
    },
    state,
    view: (name) => viewOf(network, state(), name),
    slots: (name, purpose) => slotsOf(network, name, purpose),
    call(name, signerLabel, command) {
      const { result, world } = network.call(name, signerLabel, command);
      network.height += 1;
      if (!result.ok) throw new ContractError({ code: result.error.name, info: result.error.info } as never);
      network.world = world;
      calls.push(`${name} ${command.type}`);
    },
  };
}

const CONFIG = {
  recovery_timeout_blocks: RECOVERY_BLOCKS,
  recovery_cooldown_blocks: COOLDOWN_BLOCKS,
  max_recoveries_per_window: MAX_RECOVERIES,
  recovery_window_blocks: 4 * MAX_RECOVERIES * RECOVERY_BLOCKS,
};

function recordOf(network: Scenario, name: string) {
  const call = { caller: account(name), signerKey: signerKey(name), height: network.height };
  const context = contextOf(network.world, call);
  return settledRecord(network.world.state, account(name), context);
}

function viewOf(network: Scenario, state: ProtocolState, name: string): ContractView {
  const record = recordOf(network, name) ?? null;
  const service = record?.backup_service ?? null;
  const isMember = state.kind !== "NotInitialized" && memberEntry(state, account(name)) !== undefined;
  return {
    height: network.height,
    proof: { kind: "own_node" },
    state,
    node_key: record?.node_key ?? null,
    candidate_info: record?.candidate_info ?? null,
    needs_storage_deposit: !isMember && (record?.storage_deposit_yocto ?? null) === null,
    backup_service: service && {
      public_key: service.public_key,
      signer_account_pk: service.signer_account_pk,
      url: service.url,
    },
    receipt: record?.receipt ?? null,
  };
}

function slotsOf(network: Scenario, name: string, purpose: EphemeralKeyPurpose): SessionSlots {
  const keys = recordOf(network, name)?.ephemeral_keys ?? [];
  const slot = (role: TlsKeyRole): Slot => {
    const last = keys.find((key) => key.role === role && key.purpose === purpose);
    if (last === undefined) return { session: 0, key: null };
    const { session, public_key, expires_on } = last;
    return { session, key: network.height < expires_on ? { public_key, expires_on } : null };
  };
  return { height: network.height, node: slot("node"), backup_service: slot("backup_service") };
}
