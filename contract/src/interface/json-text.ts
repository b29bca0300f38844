/** JSON as text: what is refused before and after it is parsed. */
import { refuse } from "../protocol/errors.ts";

/** Longest legal arguments: `init_running` with 100 participants stays below. */
export const MAX_INPUT_CHARACTERS = 65536;
/** Opening brackets outside texts; bounds the depth too, and with it the native stack of the JSON parser. */
export const MAX_BRACKETS = 320;
/** Levels of nesting that the wasm's JSON parser takes: `JSON_MAX_DEPTH` of `contract/engine/json-read.c`. */
const MAX_DEPTH = 64;

/** Parses what is neither longer nor deeper than any legal argument. */
export function parseJson(json: string, limit = MAX_INPUT_CHARACTERS): unknown {
  if (json.length > limit) refuse("INPUT_TOO_LONG", { found_characters: json.length, limit });
  const found_brackets = countBrackets(json);
  if (found_brackets > MAX_BRACKETS) refuse("INPUT_TOO_DEEP", { found_brackets, limit: MAX_BRACKETS });
  return parseAny(json);
}

function parseAny(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return refuse("INVALID_JSON", {});
  }
}

/**
 * Whether the wasm's JSON parser, which gives up by itself, would have refused the text of this value. No schema is as deep, so this
 * matters only for values that are refused anyway.
 */
export function isTooDeep(json: string, value: unknown): boolean {
  return json.length > MAX_DEPTH && countBrackets(json) > MAX_DEPTH && isDeeper(value, MAX_DEPTH);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  const inner = Array.isArray(value) ? value : Object.values(value);
  for (let at = 0; at < inner.length; at++) {
    if (typeof inner[at] === "object" && isDeeper(inner[at], levels - 1)) return true;
  }
  return false;
}

/** Those in texts don't count: a participant's URL may hold some, and proposals must list it as it is. */
function countBrackets(json: string): number {
  if (json.length <= MAX_BRACKETS) return json.length;
  const all = occurrences(json, "{") + occurrences(json, "[");
  if (all <= MAX_BRACKETS) return all;
  const parts = withoutEscapes(json).split('"');
  const outside = parts.filter((_, at) => at % 2 === 0).join("");
  return occurrences(outside, "{") + occurrences(outside, "[");
}

/** Quotes that begin or end a text. */
export function countQuotes(json: string): number {
  return occurrences(withoutEscapes(json), '"');
}

/** Every quote that is left begins or ends a text. */
function withoutEscapes(json: string): string {
  return json.includes("\\") ? json.split("\\\\").join("").split('\\"').join("") : json;
}

/** Splitting is one step in the wasm, where a loop takes one for every occurrence. */
function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}
