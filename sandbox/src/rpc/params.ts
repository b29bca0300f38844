import { parseError } from "./rpc-error.ts";

export type Params = Readonly<Record<string, unknown>>;

/** Named parameters, or positional ones under the given names. Throws PARSE_ERROR for anything else. */
export function namedParams(params: unknown, positions: readonly string[]): Params {
  if (Array.isArray(params)) {
    return Object.fromEntries(positions.map((name, index) => [name, params[index] ?? undefined]));
  }
  if (params === undefined || params === null) return {};
  if (typeof params === "object") return params as Params;
  throw parseError(`Failed parsing args: expected an object or a list, found ${typeof params}`);
}

export function textParam(params: Params, name: string): string {
  const value = params[name];
  if (typeof value === "string") return value;
  throw parseError(
    value === undefined
      ? `Failed parsing args: missing field \`${name}\``
      : `Failed parsing args: expected a string in \`${name}\``,
  );
}

/** Strict base64 with or without padding; anything else is PARSE_ERROR. */
export function base64Param(params: Params, name: string): Uint8Array {
  const text = textParam(params, name);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw parseError(`Failed parsing args: Invalid byte in base64 field \`${name}\``);
  }
  return new Uint8Array(Buffer.from(text, "base64"));
}
