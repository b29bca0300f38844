import { createHash } from "node:crypto";
import { type Preparation, prepareContract } from "../metering/prepare.ts";
import type { RuntimeParameters } from "./interface.ts";

/** Compiled contracts kept per set of parameters. */
const CAPACITY = 64;

/** Parameters are identified by object: `runtimeParameters` returns the same one every time. */
const caches = new WeakMap<RuntimeParameters, Map<string, Preparation>>();

/** {@link prepareContract}, remembered by the code's hash; the least recently used contract goes first. */
export function preparedContract(code: Uint8Array, parameters: RuntimeParameters): Preparation {
  const cache = cacheOf(parameters);
  const hash = createHash("sha256").update(code).digest("base64");
  const preparation = cache.get(hash) ?? prepareContract(Uint8Array.from(code), parameters);
  cache.delete(hash);
  cache.set(hash, preparation);
  const oldest = cache.keys().next();
  if (cache.size > CAPACITY && oldest.done !== true) cache.delete(oldest.value);
  return preparation;
}

function cacheOf(parameters: RuntimeParameters): Map<string, Preparation> {
  const known = caches.get(parameters);
  if (known !== undefined) return known;
  const made = new Map<string, Preparation>();
  caches.set(parameters, made);
  return made;
}
