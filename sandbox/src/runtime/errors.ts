/** JSON of nearcore's error enums: a variant's name, or an object of the name and the variant's fields. */
export type ErrorJson = string | object;

/** nearcore's `ActionErrorKind` as the RPC shows it. */
export type ActionErrorKind = ErrorJson;

/** nearcore's `InvalidTxError` as the RPC shows it. */
export type InvalidTxError = ErrorJson;

/** nearcore's `ActionsValidationError` as the RPC shows it. */
export type ActionsValidationError = ErrorJson;

export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function err<E>(error: E): Result<never, E> {
  return { ok: false, error };
}
