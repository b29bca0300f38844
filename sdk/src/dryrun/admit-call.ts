import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { AnyCallName, CallName } from "../../../contract/src/interface/arguments.ts";
import { base58Decode } from "../../../contract/src/interface/base58.ts";
import { readCommand } from "../../../contract/src/interface/decode-command.ts";
import { CALL_RULES } from "../../../contract/src/interface/method-rules.ts";
import { CALLS, type CallInput, PROPOSE_UPDATE } from "../../../contract/src/interface/methods.ts";
import {
  encodeProposeUpdate,
  type ProposedUpdate,
  readProposeUpdate,
} from "../../../contract/src/interface/propose-update.ts";
import type { Sha256Hex } from "../../../contract/src/protocol/brand.ts";
import type { Command } from "../../../contract/src/protocol/commands.ts";
import { refuse } from "../../../contract/src/protocol/errors.ts";

/** A method with its arguments, as its action takes them. */
export type CallOf<Name extends AnyCallName> = Name extends CallName
  ? { readonly method: Name; readonly args: CallInput<Name> }
  : { readonly method: "propose_update"; readonly args: ProposedUpdate };

/** Any one method with its arguments. */
export type AnyCall = { [Name in AnyCallName]: CallOf<Name> }[AnyCallName];

/** What the method's action attaches unless told otherwise. */
export function usualDepositYocto(method: AnyCallName): bigint {
  return CALL_RULES[method].deposit.startsWith("one_yocto") ? 1n : 0n;
}

/** Gas units that the method's action attaches. */
export function usualGas(method: AnyCallName): bigint {
  return method === "propose_update" ? PROPOSE_UPDATE.gas : CALLS[method].gas;
}

/** Whether the method asks for no key of a certain kind. */
export function takesAnyKey(method: AnyCallName): boolean {
  const { access } = CALL_RULES[method];
  return access === "anyone" || access === "callback";
}

/** The command that reaches the core. Throws a Refusal where deposit or arguments don't get that far. */
export function admitCall(call: AnyCall, depositYocto: bigint): Command {
  const { deposit } = CALL_RULES[call.method];
  const attached_yocto = String(depositYocto);
  if (deposit === "none" && depositYocto !== 0n) refuse("DEPOSIT_NOT_ACCEPTED", { attached_yocto });
  if (deposit === "one_yocto" && depositYocto !== 1n) {
    refuse("DEPOSIT_REQUIRED", { attached_yocto, required_yocto: "1", reason: "operator_only" });
  }
  if (deposit === "one_yocto_or_more" && depositYocto < 1n) {
    refuse("DEPOSIT_REQUIRED", { attached_yocto, required_yocto: "1", reason: "signature_request" });
  }
  if (call.method !== "propose_update") {
    return readCommand(call.method, JSON.stringify(call.args), base58Decode);
  }
  const { code, config } = readProposeUpdate(encodeProposeUpdate(call.args), base58Decode);
  const code_sha256 = code && (bytesToHex(sha256(code)) as Sha256Hex);
  return { type: call.method, code_sha256, code_bytes: code?.length ?? 0, config };
}
