import { assemble } from "./assemble.ts";

/**
 * A contract made for these tests. Inputs and results are raw bytes.
 * - `set`: writes the input under the key "k"; `get`: returns that value
 * - `fail`: panics with "deliberate"; `echo`: logs and returns the input
 * - `set_then_fail`: writes, then panics
 * - `call_remote`: calls `get` on the account named by the input, then itself with `on_result`, and returns that
 * - `call_failing`: the same with `fail`
 * - `on_result`: returns "ok:" and the promise's result, or "failed"
 * - `suspend`: yields to `on_result` with 10 Tgas and keeps the data id under "y"; `resume`: resumes it with "data"
 */
export function testContract(): Uint8Array {
  return assemble(SOURCE);
}

const TGAS_10 = "(i64.const 10000000000000)";

const SOURCE = `(module
  (import "env" "input" (func $input (param i64)))
  (import "env" "read_register" (func $read_register (param i64 i64)))
  (import "env" "register_len" (func $register_len (param i64) (result i64)))
  (import "env" "value_return" (func $value_return (param i64 i64)))
  (import "env" "log_utf8" (func $log (param i64 i64)))
  (import "env" "panic_utf8" (func $panic (param i64 i64)))
  (import "env" "storage_write" (func $write (param i64 i64 i64 i64 i64) (result i64)))
  (import "env" "storage_read" (func $read (param i64 i64 i64) (result i64)))
  (import "env" "current_account_id" (func $current (param i64)))
  (import "env" "promise_create"
    (func $create (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "promise_then"
    (func $then (param i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "promise_return" (func $promise_return (param i64)))
  (import "env" "promise_result" (func $promise_result (param i64 i64) (result i64)))
  (import "env" "promise_yield_create"
    (func $yield (param i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "promise_yield_resume" (func $resume (param i64 i64 i64 i64) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "k")
  (data (i32.const 8) "deliberate")
  (data (i32.const 24) "get")
  (data (i32.const 32) "fail")
  (data (i32.const 40) "on_result")
  (data (i32.const 56) "ok:")
  (data (i32.const 64) "failed")
  (data (i32.const 72) "\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00")
  (data (i32.const 96) "y")
  (data (i32.const 104) "data")
  (func $load (param $register i64) (param $at i64) (result i64)
    (call $read_register (local.get $register) (local.get $at))
    (call $register_len (local.get $register)))
  (func (export "set")
    (call $input (i64.const 0))
    (drop (call $write (i64.const 1) (i64.const 0)
      (i64.const -1) (i64.const 0) (i64.const 1))))
  (func (export "get")
    (drop (call $read (i64.const 1) (i64.const 0) (i64.const 0)))
    (call $value_return (i64.const -1) (i64.const 0)))
  (func (export "fail") (call $panic (i64.const 10) (i64.const 8)))
  (func (export "echo") (local $length i64)
    (call $input (i64.const 0))
    (local.set $length (call $load (i64.const 0) (i64.const 1024)))
    (call $log (local.get $length) (i64.const 1024))
    (call $value_return (local.get $length) (i64.const 1024)))
  (func (export "set_then_fail")
    (call $input (i64.const 0))
    (drop (call $write (i64.const 1) (i64.const 0)
      (i64.const -1) (i64.const 0) (i64.const 1)))
    (call $panic (i64.const 10) (i64.const 8)))
  (func $remote (param $method_length i64) (param $method i64)
    (call $input (i64.const 0))
    (call $current (i64.const 1))
    (call $promise_return
      (call $then
        (call $create
          (call $load (i64.const 0) (i64.const 1024)) (i64.const 1024)
          (local.get $method_length) (local.get $method)
          (i64.const 0) (i64.const 0) (i64.const 72) ${TGAS_10})
        (call $load (i64.const 1) (i64.const 2048)) (i64.const 2048)
        (i64.const 9) (i64.const 40)
        (i64.const 0) (i64.const 0) (i64.const 72) ${TGAS_10})))
  (func (export "call_remote") (call $remote (i64.const 3) (i64.const 24)))
  (func (export "call_failing") (call $remote (i64.const 4) (i64.const 32)))
  (func (export "on_result") (local $length i64)
    (if (i64.eq (call $promise_result (i64.const 0) (i64.const 0)) (i64.const 1))
      (then
        (i32.store (i32.const 1020) (i32.const 0))
        (i32.store8 (i32.const 1021) (i32.const 111))
        (i32.store8 (i32.const 1022) (i32.const 107))
        (i32.store8 (i32.const 1023) (i32.const 58))
        (local.set $length (call $load (i64.const 0) (i64.const 1024)))
        (call $value_return (i64.add (local.get $length) (i64.const 3)) (i64.const 1021)))
      (else (call $value_return (i64.const 6) (i64.const 64)))))
  (func (export "suspend")
    (call $promise_return
      (call $yield (i64.const 9) (i64.const 40) (i64.const 0) (i64.const 0)
        ${TGAS_10} (i64.const 0) (i64.const 0)))
    (drop (call $write (i64.const 1) (i64.const 96)
      (i64.const -1) (i64.const 0) (i64.const 1))))
  (func (export "resume")
    (drop (call $read (i64.const 1) (i64.const 96) (i64.const 0)))
    (drop (call $load (i64.const 0) (i64.const 1024)))
    (drop (call $resume (i64.const 32) (i64.const 1024) (i64.const 4) (i64.const 104))))
)`;
