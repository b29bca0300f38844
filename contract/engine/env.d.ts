/**
 * The global `env` that the engine offers to contract code: host functions of NEAR plus a few of the engine's own.
 *
 * Conventions:
 * - `EnvText` arguments may be a string (sent as UTF-8; a lone surrogate is sent as U+FFFD) or bytes.
 * - `EnvData` arguments may also be a number: the id of a host register whose content is used without copying it
 *   through the contract, e.g. `env.storage_read(key, 0) === 1n && env.value_return(0)`.
 * - Functions that fill a register return the value itself when the `register` argument is left out. With it they
 *   follow near-sdk-js 2.0.0 (`near.storageRead`, `near.log`, `near.sha256`, … of near-sdk-js work).
 * - A value that should be UTF-8 but is not comes back as `undefined`; a value that is missing as `null`.
 * - Host calls are not possible while the module body runs: that happens at build time.
 * - Amounts are yoctoNEAR (10^-24 NEAR), gas is in gas units, both fit u128 / u64.
 *
 * Use from contract sources: `/// <reference path="../../engine/env.d.ts" />`.
 */
interface HostEnv {
  // ---- input and outcome -------------------------------------------------------------------------------------
  /** Arguments of the call as bytes, unchecked. */
  input(): Uint8Array;
  input(register: number): void;
  /** Arguments of the call as a string; `undefined` when they are not valid UTF-8. Empty input is `""`. */
  input_utf8(): string | undefined;
  /** Sets the result of the call. The last one counts. */
  value_return(value: EnvData): void;
  /** Ends the call with this text as the error; every change of the call is undone. Never returns. */
  panic_utf8(message: EnvText): never;
  /** Writes one log line. */
  log_utf8(message: EnvText): void;
  /** Same as `log_utf8` (near-sdk-js's name for it). */
  log(message: string): void;

  // ---- storage -----------------------------------------------------------------------------------------------
  /** Stored bytes, or `null`. With a register: `1n` and the register is filled, or `0n`. */
  storage_read(key: EnvText): Uint8Array | null;
  storage_read(key: EnvText, register: number | bigint): bigint;
  /** Stored text, `null` when there is none, `undefined` when the bytes are not valid UTF-8. */
  storage_read_utf8(key: EnvText): string | null | undefined;
  /** Writes; true when a value was replaced. With a register (`1n`/`0n`) the replaced value goes there. */
  storage_write(key: EnvText, value: EnvData): boolean;
  storage_write(key: EnvText, value: EnvData, register: number | bigint): bigint;
  /** Removes; true when there was a value. With a register (`1n`/`0n`) the removed value goes there. */
  storage_remove(key: EnvText): boolean;
  storage_remove(key: EnvText, register: number | bigint): bigint;
  /** True when the key is there. */
  storage_has(key: EnvText): boolean;
  /** `1n` when the key is there, else `0n` (near-sdk-js's convention). */
  storage_has_key(key: EnvText): bigint;
  /** Bytes of storage the account uses, changes of this call included. */
  storage_usage(): bigint;
  /** Same as `storage_usage`, as a number. */
  storage_usage_bytes(): number;

  // ---- who and when ------------------------------------------------------------------------------------------
  /** Account that runs this code. */
  current_account_id(): string;
  current_account_id(register: number): void;
  /** Account that signed the transaction. Not available in views. */
  signer_account_id(): string;
  signer_account_id(register: number): void;
  /** Account that made this call. Not available in views. */
  predecessor_account_id(): string;
  predecessor_account_id(register: number): void;
  /** Borsh public key that signed the transaction: 0 ‖ 32 bytes (ed25519) or 1 ‖ 64 bytes (secp256k1). Not in views. */
  signer_account_pk(): Uint8Array;
  signer_account_pk(register: number): void;
  /** The same key as text: `ed25519:<base58>` or `secp256k1:<base58>`. Not available in views. */
  signer_account_pk_text(): string;
  /** Height of the block, as a number. */
  block_height(): number;
  /** Height of the block, as a bigint (near-sdk-js's convention). */
  block_index(): bigint;
  /** Time of the block, nanoseconds since 1970. */
  block_timestamp(): bigint;
  /** Number of the epoch. */
  epoch_height(): bigint;
  /** Random bytes of the block, 32 of them. */
  random_seed(): Uint8Array;
  random_seed(register: number): void;

  // ---- money and gas -----------------------------------------------------------------------------------------
  /** Attached deposit in yoctoNEAR. Not available in views. */
  attached_deposit(): bigint;
  /** Attached deposit in yoctoNEAR as a number: exact up to 2^53, rounded above. Cheap for `=== 0` and `=== 1`. */
  attached_deposit_number(): number;
  /** Balance of this account in yoctoNEAR, attached deposit included. */
  account_balance(): bigint;
  /** Gas attached to this call. Not available in views. */
  prepaid_gas(): bigint;
  /** Gas burnt by this call so far. Not available in views. */
  used_gas(): bigint;

  // ---- hashes, signatures, encodings -------------------------------------------------------------------------
  /** SHA-256, 32 bytes. */
  sha256(value: EnvData): Uint8Array;
  sha256(value: EnvData, register: number): void;
  /** Keccak-256 as Ethereum uses it (not SHA3-256), 32 bytes. */
  keccak256(value: EnvData): Uint8Array;
  keccak256(value: EnvData, register: number): void;
  /** True when `signature` (64 bytes) over `message` verifies under `publicKey` (32 bytes); false for other lengths. */
  ed25519_verify(signature: Uint8Array, message: EnvText, publicKey: Uint8Array): boolean;
  /** Recovers the 64-byte secp256k1 key from a 32-byte hash and 64-byte signature; `null` when there is none. */
  ecrecover(hash: Uint8Array, signature: Uint8Array, v: number, malleability: number): Uint8Array | null;
  ecrecover(
    hash: Uint8Array,
    signature: Uint8Array,
    v: number,
    malleability: number,
    register: number,
  ): bigint;
  /** SHA3-256 (FIPS 202), 32 bytes: computed by the engine, since no host function pads like it. */
  sha3_256(value: EnvText): Uint8Array;
  /**
   * The public key plus tweak times the base point: for 32 bytes on edwards25519 (tweak little-endian, modulo the
   * group's order), for 64 bytes (x ‖ y) on secp256k1 (tweak big-endian). `null` for other lengths, for bytes that are
   * no point of the curve, and for a sum that is no key.
   */
  derive_public_key(publicKey: Uint8Array, tweak: Uint8Array): Uint8Array | null;
  /** The bytes of a list of whole numbers from 0 to 255. */
  bytes_of(numbers: readonly number[]): Uint8Array;
  /** Whether the text is made like an account id, whatever its length; `isAccountId` of the contract's interface. */
  is_account_id(text: string): boolean;
  /** Whether the text is made like an http(s) URL, whatever its length; `isUrl` of the contract's interface. */
  is_url(text: string): boolean;
  /** Whether the text has lower-case hex digits only; `isHex` of the contract's interface. */
  is_hex(text: string): boolean;
  /** Bytes of a hex text in either case; `null` when it is none. */
  hex_decode(text: string): Uint8Array | null;
  /** Base58 (Bitcoin alphabet) of the bytes; at most 128 bytes, else a RangeError. */
  base58_encode(bytes: Uint8Array): string;
  /** Bytes of a base58 text; `null` when a character is not base58 or the result exceeds 128 bytes. */
  base58_decode(text: string): Uint8Array | null;
  /** Lower-case hex of the bytes. */
  hex_encode(bytes: Uint8Array): string;
  /** UTF-8 bytes of a string. */
  utf8_string_to_uint8array(text: string): Uint8Array;
  /** String of UTF-8 bytes; `undefined` when they are not valid UTF-8. */
  uint8array_to_utf8_string(bytes: Uint8Array): string | undefined;
  /** One byte for every character (its low 8 bits). */
  latin1_string_to_uint8array(text: string): Uint8Array;
  /** One character for every byte. */
  uint8array_to_latin1_string(bytes: Uint8Array): string;

  // ---- registers ---------------------------------------------------------------------------------------------
  /** Content of a register, `undefined` when it is empty. */
  read_register(register: number | bigint): Uint8Array | undefined;
  /** Content of a register as text; `undefined` when it is empty or not valid UTF-8. */
  read_register_utf8(register: number | bigint): string | undefined;
  /** Length of a register, 2^64 - 1 when it is empty. */
  register_len(register: number | bigint): bigint;
  /** Fills a register. */
  write_register(register: number | bigint, value: EnvText): void;

  // ---- promises (receipts sent when the call succeeds); not available in views --------------------------------
  /** Starts a batch of actions on an account; returns its index. */
  promise_batch_create(accountId: EnvText): bigint;
  /** Starts a batch that runs after another one. */
  promise_batch_then(promise: number | bigint, accountId: EnvText): bigint;
  promise_batch_action_deploy_contract(promise: number | bigint, code: EnvData): void;
  promise_batch_action_function_call(
    promise: number | bigint,
    method: EnvText,
    args: EnvData,
    amountYocto: number | bigint,
    gas: number | bigint,
  ): void;
  /** As above, and gets a share of the unused gas in proportion to `weight`. */
  promise_batch_action_function_call_weight(
    promise: number | bigint,
    method: EnvText,
    args: EnvData,
    amountYocto: number | bigint,
    gas: number | bigint,
    weight: number | bigint,
  ): void;
  promise_batch_action_transfer(promise: number | bigint, amountYocto: number | bigint): void;
  /** Number of results this callback may read. */
  promise_results_count(): bigint;
  /** Fills the register with a result: `1n` success, `2n` failure, `0n` not ready. */
  promise_result(index: number | bigint, register: number | bigint): bigint;
  /** The result of the call is that of the promise. */
  promise_return(promise: number | bigint): void;
  /** Calls `method` of this contract once resumed or timed out; the id to resume with goes to `register` (32 bytes). */
  promise_yield_create(
    method: EnvText,
    args: EnvData,
    gas: number | bigint,
    weight: number | bigint,
    register: number,
  ): bigint;
  /** Resumes a yielded call; false when there is none with this id. */
  promise_yield_resume(dataId: Uint8Array, payload: EnvData): boolean;
}

/** A string, sent as UTF-8, or bytes. */
type EnvText = string | Uint8Array;
/** A string, bytes, or the id of a host register. */
type EnvData = EnvText | number;

declare const env: HostEnv;
