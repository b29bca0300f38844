/// <reference path="../../engine/env.d.ts" />
/** Promises of signature requests: a call waits, is answered, or fails. */
import { responseJson } from "../interface/request-texts.ts";
import type { HexBytes, RequestChange, RequestEffect } from "../protocol/requests/signature-request.ts";
import { runCall } from "./run-call.ts";
import { saveRequests, yieldsOf } from "./stored-requests.ts";

const CALLBACK = "return_signature_and_clean_state_on_success";
/** For the callback to clean up after a time-out and to have the call fail. */
const CALLBACK_GAS = 5_500_000_000_000n;
const FAIL_GAS = 1_000_000_000_000n;
const REGISTER = 0;
const ANSWERED = 1n;

/** Does what the change wants of the host, and stores it. */
export function applyRequests(change: RequestChange): void {
  const { effect } = change;
  if (effect.kind === "answer") {
    const payload = JSON.stringify(responseJson(effect.response));
    // A yield that timed out in this very block is gone already; the call that waited for it fails by itself.
    for (const yielded of yieldsOf(effect.request_id, effect.tickets)) {
      env.promise_yield_resume(yielded, payload);
    }
  } else if (effect.kind === "fail") {
    const promise = env.promise_batch_create(env.current_account_id());
    env.promise_batch_action_function_call(promise, "fail_on_timeout", "", 0n, FAIL_GAS);
    env.promise_return(promise);
  }
  saveRequests(change, effect.kind === "wait" ? startWaiting(effect) : null);
}

/** The callback of every `sign`: hands the answer on, or has the core clean up. */
export function runCallback(name: typeof CALLBACK): void {
  const isOwnCall = env.predecessor_account_id() === env.current_account_id();
  if (isOwnCall && env.promise_results_count() === 1n && env.promise_result(0, REGISTER) === ANSWERED) {
    env.value_return(REGISTER);
  } else {
    runCall(name);
  }
}

function startWaiting({ request_id, ticket }: Extract<RequestEffect, { kind: "wait" }>): HexBytes | null {
  const args = JSON.stringify({ request_id, ticket });
  const promise = env.promise_yield_create(CALLBACK, args, CALLBACK_GAS, 0, REGISTER);
  env.promise_return(promise);
  const yielded = env.read_register(REGISTER);
  return yielded === undefined ? null : (env.hex_encode(yielded) as HexBytes);
}
