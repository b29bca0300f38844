/** Calls as they come over the wire, and what the shell says to them before the core does. */
import { createHash } from "node:crypto";
import type { AnyCallName } from "../../src/interface/arguments.ts";
import { base58Decode } from "../../src/interface/base58.ts";
import { readCommand } from "../../src/interface/decode-command.ts";
import { CALL_RULES } from "../../src/interface/method-rules.ts";
import { encodeProposeUpdate, readProposeUpdate } from "../../src/interface/propose-update.ts";
import type { AccountId, Sha256Hex } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { attempt, type ProtocolError, type Result, refuse } from "../../src/protocol/errors.ts";
import { account } from "../support/network.ts";
import type { TimedCall } from "./simulation.ts";

export interface WireCall {
  readonly method: AnyCallName;
  readonly input: string | Uint8Array;
  readonly caller: AccountId;
  /** Account that signed the transaction. */
  readonly signer: AccountId;
  readonly signerLabel: string;
  readonly depositYocto: bigint;
  readonly height: number;
}

/** The call as a client writes it; `lie` spoils what only the shell sees. */
export function wireCall(call: TimedCall, lie: "none" | "deposit" | "indirect"): WireCall {
  const { command, name, height } = call;
  const attached = attachedTo(call);
  return {
    method: command.type,
    input: inputOf(call),
    caller: account(name),
    signer: account(lie === "indirect" ? "relay" : name),
    signerLabel: call.signer,
    depositYocto: lie === "deposit" ? attached + 1n : attached,
    height,
  };
}

/** The refusal of the shell, or the command that it hands to the core. */
export function throughShell(call: WireCall): Result<Command, ProtocolError> {
  return attempt(() => {
    admit(call);
    if (call.method !== "propose_update") return readCommand(call.method, String(call.input), base58Decode);
    const { code, config } = readProposeUpdate(call.input as Uint8Array, base58Decode);
    const code_sha256 = code && (createHash("sha256").update(code).digest("hex") as Sha256Hex);
    return { type: call.method, code_sha256, code_bytes: code?.length ?? 0, config };
  });
}

function admit({ method, caller, signer, depositYocto }: WireCall): void {
  const rule = CALL_RULES[method];
  if (rule.access === "direct" && signer !== caller)
    refuse("NOT_DIRECT_CALL", { signer, predecessor: caller });
  const attached_yocto = String(depositYocto);
  if (rule.deposit === "none" && depositYocto !== 0n) refuse("DEPOSIT_NOT_ACCEPTED", { attached_yocto });
  if (rule.deposit === "one_yocto_or_more" && depositYocto < 1n) {
    refuse("DEPOSIT_REQUIRED", { attached_yocto, required_yocto: "1", reason: "signature_request" });
  }
  if (rule.deposit === "one_yocto" && depositYocto !== 1n) {
    refuse("DEPOSIT_REQUIRED", { attached_yocto, required_yocto: "1", reason: "operator_only" });
  }
}

/** What a client attaches that knows the rules. */
function attachedTo({ command, depositYocto }: TimedCall): bigint {
  const { deposit } = CALL_RULES[command.type];
  if (deposit === "none") return 0n;
  return deposit.startsWith("one_yocto") ? 1n : depositYocto;
}

function inputOf({ command, code }: TimedCall): string | Uint8Array {
  const { type, ...args } = command;
  if (command.type !== "propose_update") return JSON.stringify(args);
  return encodeProposeUpdate({ code: code ?? null, config: command.config });
}
