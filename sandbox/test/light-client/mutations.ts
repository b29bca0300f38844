import { base58 } from "@scure/base";
import type { Json } from "./wire.ts";

export interface Mutation {
  /** Where, as `outcome_proof.proof.0.hash`, and what was done there. */
  readonly name: string;
  readonly value: Json;
}

/** Every copy of a JSON value with one place changed: each text, number and list, list items left out and doubled. */
export function mutations(value: Json, path: readonly string[] = []): Mutation[] {
  const name = path.join(".");
  if (typeof value === "string") return changedTexts(value).map((changed) => ({ name, value: changed }));
  if (typeof value === "number") return [{ name, value: value + 1 }];
  if (Array.isArray(value)) return [...changedLists(value, name), ...inside(value, path)];
  return value === null || typeof value !== "object" ? [] : inside(value, path);
}

function inside(value: Json, path: readonly string[]): Mutation[] {
  return Object.keys(value).flatMap((key) =>
    mutations(value[key], [...path, key]).map((mutation) => {
      const copy = Array.isArray(value) ? [...value] : { ...value };
      copy[key] = mutation.value;
      return { name: mutation.name, value: copy };
    }),
  );
}

function changedLists(list: readonly Json[], name: string): Mutation[] {
  return list.flatMap((item, index) => [
    { name: `${name} without ${index}`, value: list.filter((_, other) => other !== index) },
    { name: `${name} with ${index} twice`, value: [...list.slice(0, index), item, ...list.slice(index)] },
  ]);
}

function changedTexts(text: string): string[] {
  if (text === "Left" || text === "Right") return [text === "Left" ? "Right" : "Left"];
  if (/^\d+$/.test(text)) return [String(BigInt(text) + 1n)];
  const prefix = text.startsWith("ed25519:") ? "ed25519:" : "";
  const bytes = decoded(text.slice(prefix.length));
  if (bytes === null) return [`${text}x`];
  return [0, bytes.length - 1].map((index) => {
    const changed = Uint8Array.from(bytes);
    changed[index] = changed[index]! ^ 1;
    return prefix + base58.encode(changed);
  });
}

/** Hashes, keys and signatures; other texts are too short to be one. */
function decoded(text: string): Uint8Array | null {
  try {
    const bytes = base58.decode(text);
    return bytes.length >= 32 ? bytes : null;
  } catch {
    return null;
  }
}
