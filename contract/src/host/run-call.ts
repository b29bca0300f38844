/// <reference path="../../engine/env.d.ts" />
/** One call: check who and what came, decode, transition, store, log. */
import type { AnyCallName } from "../interface/arguments.ts";
import { readCommand, readVoteNewParameters } from "../interface/decode-command.ts";
import { encodeEvent } from "../interface/event-log.ts";
import { CALL_RULES, type CallRule } from "../interface/method-rules.ts";
import { encodePanic } from "../interface/panic.ts";
import { proposalKey } from "../interface/proposal-key.ts";
import { readProposeUpdate } from "../interface/propose-update.ts";
import type { AccountId, BlockHeight, RecoveryId, SignerKey, UnixSeconds } from "../protocol/brand.ts";
import type { Command } from "../protocol/commands.ts";
import type { Context, Outcome } from "../protocol/context.ts";
import type { Mutable } from "../protocol/copy-record.ts";
import { attempt, type ProtocolError, type Result, refuse } from "../protocol/errors.ts";
import type { ProtocolEvent } from "../protocol/events.ts";
import { applyCommand } from "../protocol/transition.ts";
import { loadChecked } from "./check-stored.ts";
import {
  base58DecodeInHost,
  sha256HexInHost,
  verifyEphemeralKeyProofInHost,
  verifyTextInHost,
  verifyTlsKeyProofInHost,
} from "./host-functions.ts";
import { applyRequests } from "./request-effects.ts";
import { REQUEST_PORTS } from "./request-ports.ts";
import { STORED_CONFIG } from "./stored-config.ts";
import { loadContract, STORED, saveOutcome, storedKeysetHash, storedMembers } from "./stored-contract.ts";
import { deployUpdate } from "./stored-updates.ts";

/** Runs the method of this name; a refusal panics with its code and leaves everything as it was. */
export function runCall(name: AnyCallName): void {
  unwrap(attempt(() => run(name)));
}

function run(name: AnyCallName): void {
  const caller = env.predecessor_account_id() as AccountId;
  const depositYocto = admit(CALL_RULES[name], caller);
  const command = readArgumentsOf(name);
  const signerKey = readSignerKey(CALL_RULES[name]);
  const stored = name === "migrate" ? loadChecked() : loadContract();
  const context = contextOf(caller, signerKey, depositYocto, stored.counters);
  const outcome = applyCommand(stored.state, command, context);
  answer(outcome);
  const { events } = outcome;
  if (events.length === 0) {
    if (outcome.statements) logAll(outcome.statements);
    return;
  }
  saveOutcome(stored, outcome);
  if (outcome.requests) applyRequests(outcome.requests);
  logAll(events);
}

function logAll(events: readonly ProtocolEvent[]): void {
  for (let at = 0; at < events.length; at++) env.log_utf8(encodeEvent(events[at] as ProtocolEvent));
}

function readArgumentsOf(name: AnyCallName): Command {
  if (name === "vote_new_parameters") {
    return readVoteNewParameters(readInput(), base58DecodeInHost, storedMembers);
  }
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
  if (rule.deposit === "one_yocto_or_more" && attached < 1n) {
    refuse("DEPOSIT_REQUIRED", { attached_yocto: "0", required_yocto: "1", reason: "signature_request" });
  }
  return attached;
}

/** Nothing asks for it where any key may sign. */
const ANY_KEY = "" as SignerKey;

function readSignerKey({ access }: CallRule): SignerKey {
  if (access === "anyone" || access === "callback") return ANY_KEY;
  const key = env.signer_account_pk_text();
  if (key.startsWith("ed25519:")) return key as SignerKey;
  return refuse("UNSUPPORTED_KEY_TYPE", { found: key.slice(0, key.indexOf(":")), expected: "ed25519" });
}

const NANOSECONDS = 1_000_000_000n;

/** Made at build time, so that a call only fills in what is its own: it runs in its own copy of the memory. */
const CONTEXT: Mutable<Context> = {
  caller: "" as AccountId,
  signerKey: "" as SignerKey,
  depositYocto: 0n,
  get prepaidGas() {
    return env.prepaid_gas();
  },
  height: 0 as BlockHeight,
  get time() {
    return Number(env.block_timestamp() / NANOSECONDS) as UnixSeconds;
  },
  get contractId() {
    return env.current_account_id() as AccountId;
  },
  config: STORED_CONFIG,
  counters: { next_recovery_id: 0 as RecoveryId },
  lookup: STORED,
  ports: {
    verifyTlsKeyProof: verifyTlsKeyProofInHost,
    verifyEphemeralKeyProof: verifyEphemeralKeyProofInHost,
    proposalKey: (proposal) => proposalKey(proposal, sha256HexInHost),
    keysetHash: storedKeysetHash,
    verifyText: verifyTextInHost,
    sha256Hex: sha256HexInHost,
    utf8Bytes: (text) => env.utf8_string_to_uint8array(text).length,
    ...REQUEST_PORTS,
  },
};

function contextOf(
  caller: AccountId,
  signerKey: SignerKey,
  depositYocto: bigint,
  counters: Context["counters"],
): Context {
  CONTEXT.caller = caller;
  CONTEXT.signerKey = signerKey;
  CONTEXT.depositYocto = depositYocto;
  CONTEXT.height = env.block_height() as BlockHeight;
  CONTEXT.counters = counters;
  return CONTEXT;
}
