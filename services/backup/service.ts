import { checkKeyshares, describeProblem } from "../keyshare/check-keyshares.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import type { Keyshare } from "../keyshare/keyshare.ts";
import { keysharesDocument } from "../keyshare/keyshares-document.ts";
import type { ContractView } from "../operations/contract-view.ts";
import { codeOf, isContractRefusal } from "../operations/program-error.ts";
import { type LoopSettings, runSteps, type StepOutcome } from "../operations/run-steps.ts";
import { type BackupAction, decideBackup, type NodeAndKeyset } from "./decide.ts";
import { backupMemory } from "./memory.ts";
import type { BackupPorts } from "./ports.ts";

/** Who this service is and how often it looks. */
export interface BackupSettings {
  readonly account_id: string;
  readonly tls_public_key: string;
  readonly signer_public_key: string;
  readonly poll_interval_millis: number;
}

/** What the last step saw and did, for status and metrics. */
export interface BackupObservation {
  readonly view: ContractView;
  readonly action: BackupAction;
  readonly held: number;
}

/** Thrown when the shares at hand aren't exactly the contract's keyset; nothing was stored or sent. */
export class SharesRefused extends Error {
  override readonly name = "SharesRefused";
  readonly code = "SHARES_REFUSED";
}

/** Watches the contract and backs up, recovers and erases until `signal` is aborted. */
export async function runBackupService(
  ports: BackupPorts,
  settings: BackupSettings,
  observe: LoopSettings["observe"],
  watch: (observation: BackupObservation) => void,
  signal: AbortSignal,
): Promise<void> {
  const loop = { ...settings, clock: ports.clock, log: ports.log, random: ports.random, observe };
  const step = () => stepBackupService(ports, settings, watch, signal);
  await runSteps(step, loop, (millis) => ports.clock.sleep(millis, signal), signal);
}

/** Reads the contract, decides, and does one thing. Throws what the ports throw; every step can be repeated. */
export async function stepBackupService(
  ports: BackupPorts,
  settings: BackupSettings,
  watch: (observation: BackupObservation) => void,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const { account_id, tls_public_key, signer_public_key } = settings;
  const view = await ports.readView(signal);
  const held = await ports.store.list();
  const damaged = (await ports.store.damaged()).map((each) => each.keyset_hash);
  const memory = backupMemory(ports.journal.entries());
  const own = { tls_public_key, signer_public_key };
  const action = decideBackup({ account_id, own, view, held, damaged, memory });
  watch({ view, action, held: held.length });
  return perform(ports, view.height, action, signal);
}

async function perform(
  ports: BackupPorts,
  height: number,
  action: BackupAction,
  signal: AbortSignal,
): Promise<StepOutcome> {
  switch (action.kind) {
    case "register":
      await ports.contract.register(signal);
      ports.log.info("backup.registered");
      return { kind: "acted", what: action.kind };
    case "fetch_backup":
      return fetchBackup(ports, action, height, signal);
    case "confirm_backup": {
      const { epoch_id, keyset_hash, digest } = action;
      await ports.contract.confirmBackup({ epoch_id, keyset_hash, digest }, signal);
      ports.log.info("backup.confirmed", { epoch_id, keyset_hash, digest });
      return { kind: "acted", what: action.kind };
    }
    case "send_shares":
      return sendShares(ports, action, height, signal);
    case "check_delivery":
      return checkDelivery(ports, action, height, signal);
    case "confirm_recovery":
      return confirmRecovery(ports, action.recovery_id, signal);
    case "erase":
      return erase(ports, action);
    case "wait":
      return { kind: "idle", reason: action.reason };
    case "blocked":
      return action;
  }
}

async function fetchBackup(
  ports: BackupPorts,
  action: Extract<BackupAction, { kind: "fetch_backup" }>,
  height: number,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const { keyset, keyset_hash, node } = action;
  if (action.because === "store_older_than_receipt")
    ports.log.error("store.older_than_receipt", { keyset_hash });
  const document = await ports.node.fetch(node, { epoch_id: keyset.epoch_id, keyset_hash }, signal);
  const found = keysetHash(document.keyset);
  if (found !== keyset_hash) {
    throw new SharesRefused(`the node sent shares of keyset ${found}, the contract's is ${keyset_hash}`);
  }
  requireExact(ports, action, document.keyshares);
  const stored = await ports.store.import(keyset, document.keyshares);
  const at_millis = ports.clock.now();
  await ports.journal.append({ type: "stored", keyset_hash, digest: stored.digest, height, at_millis });
  ports.log.info("backup.stored", { epoch_id: keyset.epoch_id, keyset_hash, digest: stored.digest });
  return { kind: "acted", what: "fetch_backup" };
}

type ShareDelivery = NodeAndKeyset & { readonly recovery_id: number };

async function sendShares(
  ports: BackupPorts,
  action: ShareDelivery,
  height: number,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const { recovery_id, node, keyset, keyset_hash } = action;
  const shares = (await ports.store.export(keyset_hash)) ?? [];
  requireExact(ports, action, shares);
  await ports.node.send(node, keysharesDocument(keyset, shares), signal);
  const { tls_public_key } = node;
  await ports.journal.append({ type: "shares_sent", recovery_id, tls_public_key, height });
  ports.log.info("recovery.shares_sent", { recovery_id, tls_public_key, keyset_hash });
  return { kind: "acted", what: "send_shares" };
}

async function checkDelivery(
  ports: BackupPorts,
  delivery: ShareDelivery,
  height: number,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const { recovery_id, node, keyset_hash } = delivery;
  const held = await ports.node.heldKeysets(node, signal);
  if (held.includes(keyset_hash)) return { kind: "idle", reason: "recovery_confirmed" };
  ports.log.warn("recovery.shares_lost", { recovery_id, tls_public_key: node.tls_public_key });
  await sendShares(ports, delivery, height, signal);
  // Not "acted": a node that loses them every time isn't sent them in a loop without pause.
  return { kind: "idle", reason: "recovery_shares_sent_again" };
}

async function confirmRecovery(
  ports: BackupPorts,
  recovery_id: number,
  signal: AbortSignal,
): Promise<StepOutcome> {
  try {
    await ports.contract.confirmRecovery(recovery_id, signal);
    await ports.journal.append({ type: "recovery_settled", recovery_id, outcome: "confirmed" });
    ports.log.info("recovery.confirmed", { recovery_id });
  } catch (error) {
    if (!isContractRefusal(error)) throw error;
    // The confirmation gates nothing, and a recovery that the contract has left can't be confirmed any more.
    await ports.journal.append({ type: "recovery_settled", recovery_id, outcome: "refused" });
    ports.log.warn("recovery.confirmation_refused", { recovery_id, code: codeOf(error) });
  }
  return { kind: "acted", what: "confirm_recovery" };
}

async function erase(
  ports: BackupPorts,
  action: Extract<BackupAction, { kind: "erase" }>,
): Promise<StepOutcome> {
  for (const keyset_hash of action.keyset_hashes) {
    await ports.store.erase(keyset_hash);
    await ports.journal.append({ type: "erased", keyset_hash });
    ports.log.info("backup.erased", { keyset_hash, reason: action.reason });
  }
  return { kind: "acted", what: "erase" };
}

function requireExact(ports: BackupPorts, target: NodeAndKeyset, shares: readonly Keyshare[]): void {
  const check = checkKeyshares(target.keyset, shares, target.participant_id, ports.checkers);
  if (check.kind === "exact") return;
  throw new SharesRefused(check.problems.map(describeProblem).join("; "));
}
