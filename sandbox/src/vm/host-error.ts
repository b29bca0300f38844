import type { FunctionCallError } from "./interface.ts";

export type HostErrorFields = Readonly<Record<string, string | bigint>>;

/** Thrown by host functions through the contract's code; `error` is nearcore's `HostError` as data. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly error: FunctionCallError;

  constructor(name: string, fields: HostErrorFields = {}) {
    super(name);
    this.error = { kind: "HostError", name, fields };
  }
}
