import type { ParticipantInfo } from "../../contract/src/protocol/state.ts";
import { type ContractView, currentKeyset } from "../operations/contract-view.ts";
import { EXIT, isContractRefusal, oneLine, ProgramError } from "../operations/program-error.ts";
import { type LoopSettings, runSteps, type StepOutcome } from "../operations/run-steps.ts";
import { decideNode, type NodeAction } from "./decide.ts";
import { decideErasure, type Erasure } from "./decide-erasure.ts";
import { nodeMemory } from "./memory.ts";
import type { NodePorts } from "./ports.ts";

/** Who this machine is and how often it looks. */
export interface NodeSettings {
  readonly account_id: string;
  readonly info: ParticipantInfo;
  readonly signer_public_key: string;
  readonly accept_missing_backup: boolean;
  readonly poll_interval_millis: number;
}

/** What the last step saw and decided, for status and metrics. */
export interface NodeObservation {
  readonly view: ContractView;
  readonly action: NodeAction;
}

/**
 * Onboards, recovers and watches until `signal` is aborted or this machine was replaced, in which case it resolves
 * with `ended` after having written that down.
 *
 * @throws ProgramError of exit code 1 when the operator has to act before the machine may go on
 */
export async function runNodeAgent(
  ports: NodePorts,
  settings: NodeSettings,
  observe: LoopSettings["observe"],
  watch: (observation: NodeObservation) => void,
  signal: AbortSignal,
): Promise<StepOutcome | { readonly kind: "stopped" }> {
  const loop = { ...settings, clock: ports.clock, log: ports.log, random: ports.random, observe };
  const step = () => stepNodeAgent(ports, settings, watch, signal);
  return runSteps(step, loop, (millis) => ports.alarm.sleep(millis, signal), signal);
}

/** Reads the contract and decides, without doing anything. */
export async function decideNow(
  ports: Pick<NodePorts, "view" | "store" | "journal">,
  settings: NodeSettings,
): Promise<{ readonly view: ContractView; readonly action: NodeAction }> {
  const view = await ports.view.refresh();
  const { account_id, info, signer_public_key } = settings;
  const stored = await ports.store.list();
  const held = stored.map((each) => each.keyset_hash);
  const memory = nodeMemory(ports.journal.entries(), info.tls_public_key);
  const own = { ...info, signer_public_key };
  const acceptMissingBackup = settings.accept_missing_backup;
  const action = decideNode({ account_id, own, view, held, memory, acceptMissingBackup });
  // Whatever else there is to do, or for the operator to see, comes before housekeeping.
  const isOutside = action.kind === "blocked" && action.code === "STORAGE_DEPOSIT_MISSING";
  if (!isOutside && !["serve", "wait", "submit_participant_info"].includes(action.kind))
    return { view, action };
  const erasure = decideErasure({ ...own, account_id }, view, stored, memory);
  return { view, action: erasure === undefined ? action : { kind: "erase", ...erasure } };
}

/** Reads the contract, decides, and does one thing. Throws what the ports throw; every step can be repeated. */
export async function stepNodeAgent(
  ports: NodePorts,
  settings: NodeSettings,
  watch: (observation: NodeObservation) => void,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const { view, action } = await decideNow(ports, settings);
  await ports.revalidatePeers();
  watch({ view, action });
  return perform(ports, settings, view, action, signal);
}

/**
 * Writes down that this machine was replaced, which nothing but `reactivate` undoes, and has its shares erased if the
 * view allows that by now. Can be repeated.
 */
export async function standDown(
  ports: Pick<NodePorts, "journal" | "log" | "store" | "eraseKeyshares">,
  machine: { readonly account_id: string; readonly tls_public_key: string },
  view: ContractView,
  message: string,
): Promise<void> {
  const { tls_public_key } = machine;
  if (!nodeMemory(ports.journal.entries(), tls_public_key).decommissioned)
    await ports.journal.append({ type: "decommissioned", tls_public_key, height: view.height });
  ports.log.warn("node.standing_down", { message });
  const stored = await ports.store.list();
  const memory = nodeMemory(ports.journal.entries(), tls_public_key);
  const erasure = decideErasure(machine, view, stored, memory);
  if (erasure !== undefined) await erase(ports, erasure);
  else if (stored.length > 0) ports.log.warn("node.shares_kept", { message: SHARES_KEPT });
}

const SHARES_KEPT =
  "this machine still holds shares, since the contract isn't Running with a backup receipt for its keyset: start it once more when it is, and they are erased";

async function erase(ports: Pick<NodePorts, "log" | "eraseKeyshares">, erasure: Erasure): Promise<void> {
  const { reason } = erasure;
  for (const keyset_hash of erasure.keyset_hashes) {
    await ports.eraseKeyshares(keyset_hash);
    ports.log.info("keyshares.erased", { keyset_hash, reason });
  }
}

async function perform(
  ports: NodePorts,
  { info, account_id }: NodeSettings,
  view: ContractView,
  action: NodeAction,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const { tls_public_key } = info;
  const { height } = view;
  switch (action.kind) {
    case "remember_listed":
      await ports.journal.append({ type: "listed", tls_public_key, height });
      ports.log.info("node.listed", listedFields(view));
      return { kind: "acted", what: action.kind };
    case "remember_recovery": {
      const { recovery_id } = action;
      await ports.journal.append({ type: "recovery_seen", tls_public_key, recovery_id, height });
      ports.log.info("recovery.started", { recovery_id });
      return { kind: "acted", what: action.kind };
    }
    case "submit_participant_info":
      await ports.contract.submitParticipantInfo(info, signal);
      ports.log.info("node.participant_info_submitted", { because: action.because });
      return { kind: "acted", what: action.kind };
    case "submit_recovery_info":
      return submitRecoveryInfo(ports, info, action, height, signal);
    case "conclude_recovery":
      await ports.contract.concludeRecovery(action.recovery_id, action.keyset, signal);
      ports.log.info("recovery.concluded", { recovery_id: action.recovery_id });
      return { kind: "acted", what: action.kind };
    case "stand_down":
      await standDown(ports, { account_id, tls_public_key }, view, action.message);
      return { kind: "ended", message: action.message };
    case "erase":
      await erase(ports, action);
      return { kind: "acted", what: action.kind };
    case "await_keyshares":
    case "serve":
    case "being_replaced":
    case "wait":
      return { kind: "idle", reason: describeRest(action) };
    case "blocked":
      return action;
    case "refuse":
      throw new ProgramError(EXIT.refused, action.code, action.message);
  }
}

async function submitRecoveryInfo(
  ports: NodePorts,
  info: ParticipantInfo,
  action: Extract<NodeAction, { kind: "submit_recovery_info" }>,
  height: number,
  signal: AbortSignal,
): Promise<StepOutcome> {
  try {
    await ports.contract.submitRecoveryInfo(info, signal);
  } catch (error) {
    // The contract moved on between the look and the call: look again. Any other refusal needs the operator.
    if (!isContractRefusal(error) || error.code === "UNEXPECTED_STATE") throw error;
    throw new ProgramError(EXIT.refused, error.code, `Recovery isn't possible now: ${oneLine(error)}`, error);
  }
  const { tls_public_key } = info;
  ports.log.info("recovery.submitted", { because: action.because, tls_public_key });
  await ports.journal.append({ type: "recovery_submitted", tls_public_key, height });
  return { kind: "acted", what: action.kind };
}

type Rest = Extract<NodeAction, { kind: "await_keyshares" | "serve" | "being_replaced" | "wait" }>;

function describeRest(action: Rest): string {
  switch (action.kind) {
    case "await_keyshares":
      return `awaiting_keyshares of recovery ${action.recovery_id}`;
    case "serve":
      return action.recovering_account === null
        ? "serving"
        : `serving while ${action.recovering_account} recovers`;
    case "being_replaced":
      return `being_replaced by recovery ${action.recovery_id}`;
    case "wait":
      return action.reason;
  }
}

function listedFields(view: ContractView): { readonly epoch_id: number | null } {
  return { epoch_id: view.state.kind === "NotInitialized" ? null : currentKeyset(view.state).epoch_id };
}
