/// <reference path="../../engine/env.d.ts" />
/** One call: check who and what came, decode, transition, store, log. */
import type { AnyCallName } from "../interface/arguments.ts";
import { readCommand } from "../interface/decode-command.ts";
import { encodeEvent } from "../interface/event-log.ts";
import { CALL_RULES, type CallRule } from "../interface/method-rules.ts";
import { encodePanic } from "../interface/panic.ts";
import { proposalKey } from "../interface/proposal-key.ts";
import { readProposeUpdate } from "../interface/propose-update.ts";
import type { AccountId, BlockHeight, SignerKey } from "../protocol/brand.ts";
import type { Command } from "../protocol/commands.ts";
import type { Context, Outcome } from "../protocol/context.ts";
import { attempt, type ProtocolError, type Result, refuse } from "../protocol/errors.ts";
import { transition } from "../protocol/transition.ts";
import { loadChecked } from "./check-stored.ts";
import {
  base58DecodeInHost,
  sha256HexInHost,
  verifyEphemeralKeyProofInHost,
  verifyTlsKeyProofInHost,
} from "./host-functions.ts";
import { loadContract, type StoredContract, saveOutcome } from "./stored-contract.ts";
import { deployUpdate } from "./stored-updates.ts";

/** Runs the method of this name; a refusal panics with its code and leaves everything as it was. */
export function runCall(name: AnyCallName): void {
  const rule = CALL_RULES[name];
  const caller = env.predecessor_account_id() as AccountId;
  const depositYocto = unwrap(attempt(() => admit(rule, caller)));
  const command = unwrap(attempt(() => readArgumentsOf(name)));
  const signerKey = unwrap(attempt(readSignerKey));
  const stored = unwrap(attempt(name === "migrate" ? loadChecked : loadContract));
  const outcome = unwrap(transition(stored.state, command, context(stored, caller, signerKey, depositYocto)));
  answer(outcome);
  if (outcome.events.length === 0) return;
  saveOutcome(stored, outcome);
  for (const event of outcome.events) env.log_utf8(encodeEvent(event));
}

function readArgumentsOf(name: AnyCallName): Command {
  if (name !== "propose_update") return readCommand(name, readInput(), base58DecodeInHost);
  const { code, config } = readProposeUpdate(env.input(), base58DecodeInHost);
  const code_sha256 = code && sha256HexInHost(code);
  return { type: name, code_sha256, code_bytes: code?.length ?? 0, config };
}

/** Hands out what the outcome answers and pays. */
function answer({ returns, transfers, deploy }: Outcome): void {
  if (returns !== undefined) env.value_return(JSON.stringify(returns));
  for (const { account_id, amountYocto } of transfers ?? []) {
    env.promise_batch_action_transfer(env.promise_batch_create(account_id), amountYocto);
  }
  if (deploy !== undefined) deployUpdate(deploy);
}

/** The arguments as text; refuses what is not UTF-8. */
export function readInput(): string {
  return env.input_utf8() ?? refuse("INVALID_UTF8", {});
}

/** The value, or the end of the call with the refusal as its error. */
export function unwrap<Value>(result: Result<Value, ProtocolError>): Value {
  return result.ok ? result.value : env.panic_utf8(encodePanic(result.error));
}

/** The attached deposit, where caller and deposit are such as the method takes. */
function admit(rule: CallRule, caller: AccountId): bigint {
  if (rule.access === "direct") {
    const signer = env.signer_account_id() as AccountId;
    if (signer !== caller) refuse("NOT_DIRECT_CALL", { signer, predecessor: caller });
  }
  const attached = env.attached_deposit();
  if (rule.deposit === "none" && attached !== 0n) {
    refuse("DEPOSIT_NOT_ACCEPTED", { attached_yocto: String(attached) });
  }
  if (rule.deposit === "one_yocto" && attached !== 1n) {
    const attached_yocto = String(attached);
    refuse("DEPOSIT_REQUIRED", { attached_yocto, required_yocto: "1", reason: "operator_only" });
  }
  return attached;
}

function readSignerKey(): SignerKey {
  const key = env.signer_account_pk_text();
  if (key.startsWith("ed25519:")) return key as SignerKey;
  return refuse("UNSUPPORTED_KEY_TYPE", { found: key.slice(0, key.indexOf(":")), expected: "ed25519" });
}

function context(
  stored: StoredContract,
  caller: AccountId,
  signerKey: SignerKey,
  depositYocto: bigint,
): Context {
  return {
    caller,
    signerKey,
    depositYocto,
    height: env.block_height() as BlockHeight,
    contractId: env.current_account_id() as AccountId,
    get config() {
      return stored.config();
    },
    counters: stored.counters,
    lookup: stored.lookup,
    ports: {
      verifyTlsKeyProof: verifyTlsKeyProofInHost,
      verifyEphemeralKeyProof: verifyEphemeralKeyProofInHost,
      proposalKey: (proposal) => proposalKey(proposal, sha256HexInHost),
      keysetHash: (keyset) => stored.keysetHash(keyset),
    },
  };
}
