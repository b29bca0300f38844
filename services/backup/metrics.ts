import { Gauge, type Registry } from "prom-client";
import type { FileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import { type ContractView, currentKeyset, recoveryOf } from "../operations/contract-view.ts";
import { systemFiles } from "../store/files.ts";
import type { BackupAction } from "./decide.ts";
import { readDrillRecord } from "./drill-record.ts";
import type { BackupObservation } from "./service.ts";

/** The service's own gauges, and what `GET /status` answers. */
export interface BackupMetrics {
  latest(): Readonly<Record<string, unknown>>;
  watch(observation: BackupObservation): void;
}

/** Adds the service's gauges to the registry; names are part of the operator's interface. */
export function backupMetrics(
  registry: Registry,
  accountId: string,
  store: Pick<FileKeyshareStore, "damaged">,
  dataFolder: string,
): BackupMetrics {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const lastEpoch = gauge("backup_last_epoch", "Epoch of the receipt on chain");
  const wantedEpoch = gauge("backup_contract_epoch", "Epoch of the contract's current keyset");
  const current = gauge("backup_receipt_current", "1 if the receipt on chain is for the current keyset");
  const inPlace = gauge(
    "backup_last_success_timestamp_seconds",
    "Unix time of the last look that found the current keyset on disk and its receipt on chain",
  );
  const held = gauge("backup_keysets_held", "Keysets whose shares are on disk");
  const older = gauge("backup_store_older_than_receipt", "1 if a receipt exists for shares that aren't here");
  const recovery = gauge("recovery_state", "1 while the contract recovers this account");
  collectedAtScrape(registry, store, dataFolder);
  let latest: Readonly<Record<string, unknown>> = { state: "starting" };
  return {
    latest: () => latest,
    watch({ view, action, held: count }) {
      const { state, receipt } = view;
      const open = state.kind === "NotInitialized" ? undefined : recoveryOf(state, accountId);
      if (receipt !== null) lastEpoch.set(receipt.epoch_id);
      if (state.kind !== "NotInitialized") wantedEpoch.set(currentKeyset(state).epoch_id);
      current.set(hasCurrentReceipt(view) ? 1 : 0);
      if (isInPlace(view, action.kind)) inPlace.setToCurrentTime();
      held.set(count);
      older.set(action.kind === "fetch_backup" && action.because === "store_older_than_receipt" ? 1 : 0);
      recovery.set(open === undefined ? 0 : 1);
      latest = { state: state.kind, height: view.height, next: action.kind, keysets_held: count, receipt };
    },
  };
}

function collectedAtScrape(
  registry: Registry,
  store: Pick<FileKeyshareStore, "damaged">,
  dataFolder: string,
): void {
  new Gauge({
    name: "backup_damaged_files",
    help: "Files among the backups that can't be opened",
    registers: [registry],
    async collect() {
      this.set((await store.damaged()).length);
    },
  });
  new Gauge({
    name: "backup_last_drill_timestamp_seconds",
    help: "Unix time of the last drill that passed; 0 if the last one failed or there was none",
    registers: [registry],
    async collect() {
      const drill = await readDrillRecord(systemFiles, dataFolder);
      this.set(drill?.outcome === "passed" ? drill.at_millis / 1_000 : 0);
    },
  });
}

function hasCurrentReceipt({ state, receipt }: ContractView): boolean {
  return state.kind !== "NotInitialized" && receipt?.keyset_hash === keysetHash(currentKeyset(state));
}

/** What is left to do once the backup of the current keyset is held and confirmed. */
function isInPlace(view: ContractView, action: BackupAction["kind"]): boolean {
  const done: readonly BackupAction["kind"][] = ["wait", "erase", "send_shares", "check_delivery"];
  return hasCurrentReceipt(view) && done.includes(action);
}
