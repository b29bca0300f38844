import { describeViewError, displayText } from "../src/vm/describe-error.ts";
import type { FunctionCallOutcome, RuntimeParameters, VmAction } from "../src/vm/interface.ts";
import { runFunctionCall } from "../src/vm/run-function-call.ts";
import { type OracleCall, requestOf } from "./oracle-call.ts";
import type { OracleAnswer, OracleOutcome } from "./oracle-program.ts";

export type Comparison =
  | { readonly kind: "Same" }
  | { readonly kind: "Different"; readonly differences: readonly string[] }
  /** The mock cannot say anything about this call. */
  | { readonly kind: "Incomparable"; readonly reason: string };

/** Costs of values that a write or a remove replaces: nearcore's runtime charges them, its mock does not. */
const EVICTED_COSTS = ["storage_write_evicted_byte", "storage_remove_ret_value_byte"];

const NOT_SUPPORTED = "NotSupportedByEmbeddedChain";
const VIEW_PREFIX = "wasm execution failed with error: ";

/** nearcore's allocator has room for so many globals and functions of an instance; V8 has more. */
const INSTANCE_TOO_LARGE = "module instance size does not fit in pooling allocator requirements";

/** The parameters of a comparison. */
export interface ComparedParameters {
  readonly full: RuntimeParameters;
  /** {@link withoutEvictedBytes} of them. */
  readonly free: RuntimeParameters;
}

/** Runs the call on the embedded chain's VM and compares all there is to compare, to the unit of gas. */
export function compareCall(
  call: OracleCall,
  parameters: ComparedParameters,
  answer: OracleAnswer,
): Comparison {
  const ours = runFunctionCall(requestOf(call, parameters.free));
  if (ours.error?.kind === "HostError" && ours.error.name === NOT_SUPPORTED) {
    return { kind: "Incomparable", reason: displayText(ours.error, call.context.currentAccountId) };
  }
  const trouble = "fatal" in answer ? answer.fatal : (answer.ended.errorDebug ?? "");
  if (trouble.includes(INSTANCE_TOO_LARGE)) return { kind: "Incomparable", reason: INSTANCE_TOO_LARGE };
  if ("fatal" in answer) return { kind: "Different", differences: [`nearcore gave up: ${answer.fatal}`] };
  const theirs = answer.ended;
  const differences = [
    ...compareFields(ours, theirs, call),
    ...compareEffects(ours, theirs, call),
    ...compareUsedGas(ours, theirs, call),
    ...checkEvictedBytes(ours, call, parameters.full),
  ];
  return differences.length === 0 ? { kind: "Same" } : { kind: "Different", differences };
}

/** The parameters with evicted bytes for free, like the mock's. */
export function withoutEvictedBytes(parameters: RuntimeParameters): RuntimeParameters {
  const free = Object.fromEntries(EVICTED_COSTS.map((cost) => [cost, 0n]));
  return { ...parameters, extCosts: { ...parameters.extCosts, ...free } };
}

/**
 * The part that the mock leaves out, checked apart: in a call that ends well, evicted bytes must change the gas by
 * exactly their entries in the profile. Returns the difference found, or null.
 */
function checkEvictedBytes(free: FunctionCallOutcome, call: OracleCall, full: RuntimeParameters): string[] {
  if (free.error !== null || !EVICTED_COSTS.some((cost) => free.gasProfile.has(cost))) return [];
  const charged = runFunctionCall(requestOf(call, full));
  if (charged.error !== null) return [];
  const evicted = EVICTED_COSTS.reduce((sum, cost) => sum + (charged.gasProfile.get(cost) ?? 0n), 0n);
  const found = charged.burntGas - free.burntGas;
  return found === evicted ? [] : [`evicted bytes: expected ${evicted} gas, found ${found}`];
}

function compareFields(ours: FunctionCallOutcome, theirs: OracleOutcome, call: OracleCall): string[] {
  const account = call.context.currentAccountId;
  const { error } = ours;
  return [
    difference("burnt gas", String(ours.burntGas), theirs.burntGas),
    difference("wasm gas", String(ours.wasmInstructionGas), theirs.wasmInstructionGas),
    difference("profile", profileOf(ours), theirs.profile),
    difference("logs", ours.logs, theirs.logs),
    difference("return value", returnedText(ours), theirs.returned),
    difference(
      "error",
      error && describeViewError(error, account).slice(VIEW_PREFIX.length),
      theirs.errorDebug,
    ),
    difference("error text", error && displayText(error, account), theirs.errorDisplay),
    difference("balance", String(ours.balanceYocto), theirs.balanceYocto),
    difference("subsidy", String(ours.subsidizedYocto), theirs.subsidizedYocto),
    difference("storage usage", String(ours.storageUsageBytes), theirs.storageUsageBytes),
  ].flat();
}

/** Receipts and storage of a call that ended well; a failed one has no effects, but the mock keeps them. */
function compareEffects(ours: FunctionCallOutcome, theirs: OracleOutcome, call: OracleCall): string[] {
  if (ours.error !== null || theirs.errorDebug !== null) return [];
  const receipts = ours.receipts.map(({ receiverId, dependsOn, actions }) => ({
    receiverId,
    dependsOn,
    actions: actions.map(actionText),
  }));
  const stored = new Map<string, Uint8Array | null>([...call.storage, ...ours.storageChanges]);
  const storage = [...stored].flatMap(([key, value]) =>
    value === null ? [] : [[Buffer.from(key, "latin1").toString("hex"), hex(value)]],
  );
  return [
    // The embedded VM has already handed out what the mock leaves undistributed.
    ...(theirs.hasWeights ? [] : difference("receipts", receipts, theirs.receipts)),
    ...difference(
      "storage",
      Object.fromEntries(storage.sort()),
      Object.fromEntries(Object.entries(theirs.storage).sort()),
    ),
  ];
}

/** Weighted calls take all gas that is left; the mock leaves that to nearcore's runtime. */
function compareUsedGas(ours: FunctionCallOutcome, theirs: OracleOutcome, call: OracleCall): string[] {
  const distributed = theirs.hasWeights && theirs.errorDebug === null;
  return difference(
    "used gas",
    String(ours.usedGas),
    distributed ? String(call.context.prepaidGas) : theirs.usedGas,
  );
}

function difference(what: string, ours: unknown, theirs: unknown): string[] {
  const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
  return a === b ? [] : [`${what}: expected nearcore's ${b}, found ${a}`];
}

function profileOf(outcome: FunctionCallOutcome): Record<string, string> {
  return Object.fromEntries(
    [...outcome.gasProfile]
      .filter(([cost, gas]) => gas > 0n && !cost.startsWith("action:"))
      .map(([cost, gas]) => [cost, String(gas)])
      .sort(),
  );
}

function returnedText({ returnValue }: FunctionCallOutcome): string {
  switch (returnValue.kind) {
    case "None":
      return "none";
    case "Value":
      return `value ${hex(returnValue.bytes)}`;
    case "ReceiptIndex":
      return `receipt ${returnValue.index}`;
  }
}

function actionText(action: VmAction): string {
  switch (action.kind) {
    case "CreateAccount":
    case "DeleteKey":
      return action.kind;
    case "DeployContract":
      return `${action.kind} ${hex(action.code)}`;
    case "FunctionCall": {
      const name = hex(Buffer.from(action.methodName));
      return `${action.kind} ${name} ${hex(action.args)} ${action.depositYocto} ${action.gas}`;
    }
    case "Transfer":
      return `${action.kind} ${action.depositYocto}`;
    case "Stake":
      return `${action.kind} ${action.stakeYocto}`;
    case "AddFullAccessKey":
      return `${action.kind} ${action.nonce}`;
    case "AddFunctionCallKey": {
      const names = action.methodNames.map((name) => hex(Buffer.from(name))).join(",");
      return `${action.kind} ${action.nonce} ${action.allowanceYocto ?? "none"} ${action.receiverId} ${names}`;
    }
    case "DeleteAccount":
      return `${action.kind} ${action.beneficiaryId}`;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
