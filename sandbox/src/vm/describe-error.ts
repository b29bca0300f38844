import { NOT_SUPPORTED } from "./host/unsupported.ts";
import type { FunctionCallError } from "./interface.ts";

/** The `kind` of an ActionError as RPC shows it: `{ FunctionCallError: … }`. */
export interface FunctionCallErrorJson {
  readonly FunctionCallError: Readonly<Record<string, unknown>>;
}

/**
 * A failed view, as the RPC's `error` string: nearcore prints the error with `{:?}`. `accountId` is the contract's,
 * for `CodeDoesNotExist`.
 */
export function describeViewError(error: FunctionCallError, accountId: string): string {
  return `wasm execution failed with error: ${debugText(error, accountId)}`;
}

/** A failed call, as part of `{ActionError: {index, kind}}` in a transaction's outcome. */
export function describeActionError(error: FunctionCallError, accountId: string): FunctionCallErrorJson {
  switch (error.kind) {
    case "CompilationError":
      return { FunctionCallError: { CompilationError: compilationErrorJson(error, accountId) } };
    case "MethodResolveError":
      return { FunctionCallError: { MethodResolveError: error.cause } };
    case "LinkError":
      return { FunctionCallError: { ExecutionError: `Link Error: ${error.detail}` } };
    case "WasmTrap":
    case "HostError":
      // The runtime folds these into one variant with the text of `Display`.
      return { FunctionCallError: { ExecutionError: displayText(error, accountId) } };
  }
}

/** nearcore's `Display` of a `FunctionCallError`. */
export function displayText(error: FunctionCallError, accountId: string): string {
  switch (error.kind) {
    case "CompilationError":
      return compilationErrorText(error, accountId);
    case "MethodResolveError":
      return error.cause;
    case "LinkError":
      return error.detail;
    case "WasmTrap":
      return `WebAssembly trap: ${TRAP_TEXTS[error.trap] ?? "Generic trap."}`;
    case "HostError":
      return hostErrorText(error.name, error.fields);
  }
}

type CompilationError = Extract<FunctionCallError, { kind: "CompilationError" }>;
const PROOF_ERROR = "RecordedStorageExceeded";

type Fields = Readonly<Record<string, string | bigint>>;

const TRAP_TEXTS: Readonly<Record<string, string>> = {
  Unreachable: "An `unreachable` opcode was executed.",
  IncorrectCallIndirectSignature: "Call indirect incorrect signature trap.",
  MemoryOutOfBounds: "Memory out of bounds trap.",
  CallIndirectOOB: "Call indirect out of bounds trap.",
  IllegalArithmetic: "An arithmetic exception, e.g. divided by zero.",
  StackOverflow: "Stack overflow.",
  IndirectCallToNull: "Indirect call to null.",
};

const PREPARE_TEXTS: Readonly<Record<string, string>> = {
  Serialization: "Error happened while serializing the module.",
  Deserialization: "Error happened while deserializing the module.",
  Instantiate: "Error happened during instantiation.",
  Memory: "Error creating memory.",
  TooManyFunctions: "Too many functions in contract.",
  TooManyLocals: "Too many locals declared in the contract.",
  TooManyTables: "Too many tables declared in the contract.",
  TooManyTableElements: "Too many table elements declared in the contract.",
  FunctionBodyTooLarge: "A function body in the contract exceeds the size limit.",
  InstrumentedCodeTooLarge: "The instrumented code exceeds the size limit.",
  TooManyBlocksPerFunction: "Too many basic blocks in a function.",
  TooManyBlocksPerContract: "Too many basic blocks in a contract.",
  TooManyTypes: "Too many type-section entries declared in the contract.",
  TooManyParamsPerContract: "Too many function parameters in the contract",
  TooManyParamsPerFunction: "Too many parameters in a single function",
  OperandStackTooLarge: "A function uses too much operand stack.",
  TooManyGlobals: "Too many globals declared in the contract.",
};

/** Texts of host errors; `{name}` stands for a field. */
const HOST_TEXTS: Readonly<Record<string, string>> = {
  BadUTF8: "String encoding is bad UTF-8 sequence.",
  BadUTF16: "String encoding is bad UTF-16 sequence.",
  GasExceeded: "Exceeded the prepaid gas.",
  GasLimitExceeded: "Exceeded the maximum amount of gas allowed to burn per contract.",
  BalanceExceeded: "Exceeded the account balance.",
  EmptyMethodName: "Tried to call an empty method name.",
  GuestPanic: "Smart contract panicked: {panic_msg}",
  IntegerOverflow: "Integer overflow.",
  InvalidPromiseIndex: "{promise_idx} does not correspond to existing promises",
  CannotAppendActionToJointPromise: "Actions can only be appended to non-joint promise.",
  CannotReturnJointPromise: "Returning joint promise is currently prohibited.",
  CannotSetRefundToOnJointPromise: "Setting refund_to on a joint promise is prohibited.",
  InvalidPromiseResultIndex: "Accessed invalid promise result index: {result_idx}",
  InvalidRegisterId: "Accessed invalid register id: {register_id}",
  MemoryAccessViolation: "Accessed memory outside the bounds.",
  InvalidAccountId: "VM Logic returned an invalid account id",
  InvalidMethodName: "VM Logic returned an invalid method name",
  InvalidPublicKey: "VM Logic provided an invalid public key",
  ProhibitedInView: "{method_name} is not allowed in view calls",
  NumberOfLogsExceeded: "The number of logs will exceed the limit {limit}",
  KeyLengthExceeded: "The length of a storage key {length} exceeds the limit {limit}",
  ValueLengthExceeded: "The length of a storage value {length} exceeds the limit {limit}",
  TotalLogLengthExceeded: "The length of a log message {length} exceeds the limit {limit}",
  NumberPromisesExceeded:
    "The number of promises within a FunctionCall {number_of_promises} exceeds the limit {limit}",
  NumberInputDataDependenciesExceeded:
    "The number of input data dependencies {number_of_input_data_dependencies} exceeds the limit {limit}",
  ReturnedValueLengthExceeded: "The length of a returned value {length} exceeds the limit {limit}",
  ContractSizeExceeded:
    "The size of a contract code in DeployContract action {size} exceeds the limit {limit}",
  RecordedStorageExceeded: "Size of the recorded trie storage proof has exceeded the allowed limit ({limit})",
  Deprecated: "Attempted to call deprecated host function {method_name}",
  ECRecoverError: "ECDSA recover error: {msg}",
  Ed25519VerifyInvalidInput: "ED25519 signature verification error: {msg}",
  P256VerifyInvalidInput: "P256 signature verification error: {msg}",
  YieldPayloadLength: "Yield resume payload is {length} bytes which exceeds the {limit} byte limit",
  DataIdMalformed: "yield resumption token is malformed",
  YieldIdMalformed: "yield id is malformed",
  [NOT_SUPPORTED]: "not supported by the embedded chain: {method_name}",
};

function hostErrorText(name: string, fields: Fields): string {
  const template = HOST_TEXTS[name] ?? name;
  return template.replace(/\{(\w+)\}/g, (whole, field: string) => {
    const value = fields[field];
    return value === undefined ? whole : name === PROOF_ERROR ? byteSizeText(value) : String(value);
  });
}

function compilationErrorText(error: CompilationError, accountId: string): string {
  switch (error.cause) {
    case "CodeDoesNotExist":
      return `cannot find contract code for account ${accountId}`;
    case "PrepareError":
      return `PrepareError: ${PREPARE_TEXTS[error.detail] ?? error.detail}`;
    case "WasmerCompileError":
      return `Wasmtime compilation error: ${error.detail}`;
  }
}

function compilationErrorJson(error: CompilationError, accountId: string): Record<string, unknown> {
  switch (error.cause) {
    case "CodeDoesNotExist":
      return { CodeDoesNotExist: { account_id: accountId } };
    case "PrepareError":
      return { PrepareError: error.detail };
    case "WasmerCompileError":
      // Actions keep the older compiler's name.
      return { WasmerCompileError: { msg: error.detail } };
  }
}

function debugText(error: FunctionCallError, accountId: string): string {
  switch (error.kind) {
    case "CompilationError":
      return `CompilationError(${compilationErrorDebug(error, accountId)})`;
    case "MethodResolveError":
      return `MethodResolveError(${error.cause})`;
    case "LinkError":
      return `LinkError { msg: ${debugString(error.detail)} }`;
    case "WasmTrap":
      return `WasmTrap(${error.trap})`;
    case "HostError":
      return `HostError(${variantDebug(error.name, error.fields)})`;
  }
}

function compilationErrorDebug(error: CompilationError, accountId: string): string {
  switch (error.cause) {
    case "CodeDoesNotExist":
      return `CodeDoesNotExist { account_id: ${debugString(accountId)} }`;
    case "PrepareError":
      return `PrepareError(${error.detail})`;
    case "WasmerCompileError":
      return `WasmtimeCompileError { msg: ${debugString(error.detail)} }`;
  }
}

function variantDebug(name: string, fields: Fields): string {
  const parts = Object.entries(fields).map(
    ([field, value]) => `${field}: ${name === PROOF_ERROR ? byteSizeText(value) : fieldDebug(value)}`,
  );
  return parts.length === 0 ? name : `${name} { ${parts.join(", ")} }`;
}

function fieldDebug(value: string | bigint): string {
  return typeof value === "bigint" ? String(value) : debugString(value);
}

/** Rust's `ByteSize`, which nearcore uses for this one limit: decimal megabytes with one digit. */
function byteSizeText(bytes: string | bigint): string {
  return `${(Number(bytes) / 1e6).toFixed(1)} MB`;
}

/** Rust's `{:?}` of a string: quotes, backslashes and control characters escaped. */
function debugString(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\0": "\\0",
  };
  const escaped = [...text].map((character) => {
    const simple = escapes[character];
    if (simple !== undefined) return simple;
    if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(character) && !isOtherSpace(character))
      return character;
    return `\\u{${character.codePointAt(0)!.toString(16)}}`;
  });
  return `"${escaped.join("")}"`;
}

/** Spaces other than U+0020 count as unprintable in Rust. */
function isOtherSpace(character: string): boolean {
  return character !== " " && /\p{Zs}/u.test(character);
}
