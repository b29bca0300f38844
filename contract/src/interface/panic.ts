/** How a refusal travels: one line of JSON as the panic text. Source: contract.md §5. */
import type { ProtocolError } from "../protocol/errors.ts";

const NAME = "CUSTOM_CONTRACT_ERROR";

export function encodePanic({ name, info }: ProtocolError): string {
  return JSON.stringify({ error: { name: NAME, cause: { name, info } } });
}

/**
 * The refusal inside a panic text such as an RPC node reports it, text around it included; null when there is none.
 * The code may be unknown to this version.
 */
export function decodePanic(text: string): { name: string; info: Record<string, unknown> } | null {
  const start = text.indexOf(`{"error":{"name":"${NAME}"`);
  const end = text.lastIndexOf("}");
  if (start < 0) return null;
  for (let stop = end + 1; stop > start; stop = text.lastIndexOf("}", stop - 2) + 1) {
    const cause = causeOf(text.slice(start, stop));
    if (cause) return cause;
  }
  return null;
}

function causeOf(json: string): { name: string; info: Record<string, unknown> } | null {
  try {
    const { cause } = (JSON.parse(json) as { error: { cause: { name: unknown; info: unknown } } }).error;
    if (typeof cause.name !== "string" || typeof cause.info !== "object" || cause.info === null) return null;
    return { name: cause.name, info: cause.info as Record<string, unknown> };
  } catch {
    return null;
  }
}
