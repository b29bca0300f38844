/** nearcore's `PrepareError` variants that preparation can end with. */
export type PrepareErrorReason =
  | "Serialization"
  | "Deserialization"
  | "Instantiate"
  | "Memory"
  | "TooManyFunctions"
  | "TooManyLocals"
  | "TooManyTables"
  | "TooManyTableElements"
  | "FunctionBodyTooLarge"
  | "InstrumentedCodeTooLarge"
  | "TooManyBlocksPerFunction"
  | "TooManyBlocksPerContract"
  | "TooManyTypes"
  | "TooManyParamsPerContract"
  | "TooManyParamsPerFunction"
  | "OperandStackTooLarge"
  | "TooManyGlobals";

/** A contract that nearcore would not compile; `reason` is nearcore's variant, the message says what was found. */
export class PrepareError extends Error {
  override readonly name = "PrepareError";
  readonly reason: PrepareErrorReason;

  constructor(reason: PrepareErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** A contract that passes nearcore's preparation but not wasmtime's compiler. */
export class CompilerError extends Error {
  override readonly name = "CompilerError";
}
