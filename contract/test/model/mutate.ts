/** Small lies: one value of a command in place of another that has the same form, so that only the core can object. */
import { CALL_ARGUMENTS } from "../../src/interface/arguments.ts";
import { base58Decode } from "../../src/interface/base58.ts";
import { decodeArguments } from "../../src/interface/decode.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { sha256Hex } from "../support/keys.ts";
import { account, urlOf } from "../support/network.ts";
import { tlsKeyProof } from "./arguments.ts";
import { domainKey, FOUNDERS, NEWCOMERS, PROTOCOLS, STRANGER, signer, tls } from "./cast.ts";
import type { Dice } from "./dice.ts";

const NAMES = [...FOUNDERS.slice(0, 5), ...NEWCOMERS, STRANGER];

/** The command with one value changed. What names its code stays, since the code itself does. */
export function mutated(command: Command, dice: Dice): Command {
  const places: Place[] = [];
  collect(command, [], places);
  if (places.length === 0) return command;
  const { path, change } = dice.pick(places);
  const changed = changeAt(command, path, change(dice)) as Command;
  return isDecodable(changed) ? changed : command;
}

/** Whether the decoder would let it through. */
function isDecodable(command: Command): boolean {
  if (command.type === "propose_update") return true;
  const { type, ...args } = command;
  return decodeArguments(CALL_ARGUMENTS[type], JSON.stringify(args), base58Decode).ok;
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly change: (dice: Dice) => unknown;
}

const UNTOUCHED = ["type", "code_sha256", "code_bytes", "network_id"];

function collect(value: unknown, path: readonly (string | number)[], places: Place[]): void {
  const change = changeOf(value, path.at(-1));
  if (change) places.push({ path, change });
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (!UNTOUCHED.includes(key)) collect(inner, [...path, Array.isArray(value) ? Number(key) : key], places);
  }
}

function changeOf(value: unknown, key: string | number | undefined): Place["change"] | null {
  if (typeof value === "number") return (dice) => dice.pick([Math.max(0, value - 1), value + 1, 0, 60]);
  if (typeof value === "boolean") return () => !value;
  if (typeof value === "string") return textChange(value);
  if (Array.isArray(value) && key !== undefined && value.length > 0 && Array.isArray(value[0]))
    return listChange(value);
  if (Array.isArray(value) && typeof value[0] === "object") return listChange(value);
  if (key === "per_domain_thresholds")
    return (dice) => ({ ...(value as object), [dice.pick(["0", "1", "99"])]: 2 });
  if (key === "keyset" || key === "recovery_id" || key === "attestation" || key === "config")
    return () => null;
  return null;
}

function listChange(items: readonly unknown[]): Place["change"] {
  return (dice) => {
    const at = dice.below(items.length);
    return dice.chance(50) ? [...items, items[at]] : items.filter((_, index) => index !== at);
  };
}

function textChange(value: string): Place["change"] | null {
  if (value.startsWith("https://")) {
    return (dice) =>
      dice.pick([urlOf(dice.pick(NAMES)), urlOf("w".repeat(180)), "https://odd.example/}],[{"]);
  }
  if (value.endsWith(".near")) return (dice) => account(dice.pick(NAMES));
  if (/^[0-9a-f]{64}$/.test(value)) return () => sha256Hex(value);
  if (value.startsWith("secp256k1:") || value.startsWith("bls12381g2:")) {
    return (dice) => domainKey(dice.pick(PROTOCOLS), "lie");
  }
  if (value.startsWith("x25519:")) return (dice) => `x25519:${tls(`lie ${dice.below(2)}`).slice(8)}`;
  if (value.startsWith("ed25519:")) return value.length > 60 ? proofChange : keyChange;
  if (value === "backup" || value === "recovery") return () => (value === "backup" ? "recovery" : "backup");
  return null;
}

function proofChange(dice: Dice): unknown {
  const name = dice.pick(NAMES);
  return tlsKeyProof(name, dice.pick(["node", "backup_service"]), name, `${name}:node`);
}

function keyChange(dice: Dice): unknown {
  const name = dice.pick(NAMES);
  return dice.pick([
    tls(name),
    tls(`${name}:2`),
    tls(`${name}:s1`),
    signer(`${name}:node`),
    signer(`${name}:svc1`),
    signer(`${name}:fresh1`),
  ]);
}

function changeAt(value: unknown, path: readonly (string | number)[], replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((item, at) => (at === key ? changeAt(item, rest, replacement) : item));
  }
  const fields = value as Record<string, unknown>;
  return { ...fields, [key]: changeAt(fields[key], rest, replacement) };
}
