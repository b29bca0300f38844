/**
 * What a sealed file belongs to. It stands readable at the head of the file and is bound to the contents, so that a
 * file can't be passed off as that of another network, contract, account or keyset.
 */
export interface SealContext {
  readonly network: string;
  readonly contract: string;
  readonly account: string;
  readonly keyset_hash: string;
  readonly epoch_id: number;
}

/** Whether a sealed file's context is exactly the expected one. */
export function sameContext(a: SealContext, b: SealContext): boolean {
  return JSON.stringify(orderedContext(a)) === JSON.stringify(orderedContext(b));
}

/** Just the fields of a context, always in the same order. */
export function orderedContext(context: SealContext): SealContext {
  const { network, contract, account, keyset_hash, epoch_id } = context;
  return { network, contract, account, keyset_hash, epoch_id };
}

/** Reads a context among the fields of a JSON object; `undefined` when one is missing or of another type. */
export function parseContext(value: Readonly<Record<string, unknown>>): SealContext | undefined {
  const { network, contract, account, keyset_hash, epoch_id } = value;
  if (typeof network !== "string" || typeof contract !== "string") return undefined;
  if (typeof account !== "string" || typeof keyset_hash !== "string") return undefined;
  return typeof epoch_id === "number" ? { network, contract, account, keyset_hash, epoch_id } : undefined;
}
