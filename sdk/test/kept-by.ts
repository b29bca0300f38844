import { getEventListeners } from "node:events";

/**
 * How much a signal holds on to: its listeners, and the signals derived from it with `AbortSignal.any`, of which
 * Node 20 keeps a trace for as long as the signal lives.
 */
export function keptBy(signal: AbortSignal): number {
  const symbols = Object.getOwnPropertySymbols(signal);
  const symbol = symbols.find(({ description }) => description === "kDependantSignals");
  const derived = symbol === undefined ? undefined : Reflect.get(signal, symbol);
  return getEventListeners(signal, "abort").length + (derived?.size ?? 0);
}
