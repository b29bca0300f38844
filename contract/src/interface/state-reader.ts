/**
 * Reads what `state()` of an MPC contract answers, ours or one of another version: unknown fields are ignored, missing
 * optional ones take their defaults. Source: contract.md §1.
 */

import { attempt, type ProtocolError, type Result, refuse } from "../protocol/errors.ts";
import type { ProtocolState } from "../protocol/state.ts";
import { base58Decode } from "./base58.ts";
import { readJsonValue } from "./decode.ts";
import { stateResult } from "./results.ts";
import type { AnySchema, ObjectNode, SchemaNode } from "./schema.ts";
import { decodeState } from "./state-codec.ts";

/** The state, or INVALID_JSON / INVALID_ARGUMENT / MISSING_FIELD with the path of what can't be read. */
export function readState(json: string): Result<ProtocolState, ProtocolError> {
  return attempt(() => {
    const value = adapt(stateResult, parse(json));
    return decodeState(readJsonValue(stateResult, value, base58Decode));
  });
}

/** What readers take for a field that a contract of another version leaves out. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  participants_revision: 0,
  previously_cancelled_resharing_epoch_id: null,
  parameters_votes: { proposal_by_account: {} },
  add_domains_votes: { proposal_by_account: {} },
  cancel_votes: [],
  cancellation_requests: [],
  per_domain_thresholds: {},
  purpose: "Sign",
};

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return refuse("INVALID_JSON", {});
  }
}

/** The value without unknown fields and with defaults for missing ones; what does not fit is left for the decoder. */
function adapt(node: SchemaNode, value: unknown): unknown {
  switch (node.type) {
    case "object":
      return isObject(value) ? adaptObject(node, value) : value;
    case "list":
      return Array.isArray(value) ? value.map((item) => adapt(node.item, item)) : value;
    case "tuple":
      return Array.isArray(value) ? value.map((item, at) => adaptItem(node.items[at], item)) : value;
    case "map":
      return isObject(value) ? mapFields(value, (_, item) => adapt(node.value, item)) : value;
    case "nullable":
      return value === null ? null : adapt(node.value, value);
    case "tagged":
      return isObject(value) ? mapFields(value, (name, item) => adaptItem(node.variants[name], item)) : value;
    default:
      return value;
  }
}

function adaptItem(node: AnySchema | null | undefined, value: unknown): unknown {
  return node ? adapt(node, value) : value;
}

function adaptObject(node: ObjectNode, value: Record<string, unknown>): Record<string, unknown> {
  const adapted: Record<string, unknown> = {};
  for (const [name, field] of Object.entries({ ...node.fields, ...node.optional })) {
    const found = value[name] ?? DEFAULTS[name];
    if (found !== undefined) adapted[name] = adapt(field, found);
    else if (value[name] === null) adapted[name] = null;
  }
  return adapted;
}

function mapFields(
  value: Record<string, unknown>,
  change: (name: string, item: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(name, item)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
