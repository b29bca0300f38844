/** Arguments that no honest client sends, made from those that the schemas allow. */
import fc from "fast-check";
import { CALL_ARGUMENTS, VIEW_ARGUMENTS } from "../../src/interface/arguments.ts";
import { MAX_BRACKETS, MAX_INPUT_CHARACTERS } from "../../src/interface/json-text.ts";
import { METHODS } from "../../src/interface/methods.ts";
import { encodeProposeUpdate } from "../../src/interface/propose-update.ts";
import type { AnySchema } from "../../src/interface/schema.ts";
import { DEFAULT_CONFIG, MAX_CODE_BYTES } from "../../src/protocol/limits.ts";
import { type Dice, diceOf } from "../model/dice.ts";
import { checkedPathsOf, legalValue, NONSENSE, replaceAt } from "../support/arguments.ts";

export interface Malformed {
  readonly method: string;
  readonly input: Uint8Array;
  /** False when the damage may have left the arguments legal. */
  readonly isIllegal: boolean;
}

export const SCHEMAS: Readonly<Record<string, AnySchema>> = { ...CALL_ARGUMENTS, ...VIEW_ARGUMENTS };
const NAMES = Object.keys(SCHEMAS).filter((name) => name in METHODS);

/** Malformed JSON arguments of any method. */
export const malformedJson: fc.Arbitrary<Malformed> = fc
  .constantFrom(...NAMES)
  .chain((method) => fc.tuple(fc.constant(method), legalValue(SCHEMAS[method] as AnySchema), fc.nat()))
  .map(([method, value, seed]) => {
    const dice = diceOf(seed);
    return { method, ...dice.pick(DAMAGES)(value, dice) };
  });

type Damaged = Omit<Malformed, "method">;
type Damage = (value: unknown, dice: Dice) => Damaged;

const illegal = (text: string): Damaged => ({ input: Buffer.from(text), isIllegal: true });
const doubtful = (bytes: Uint8Array): Damaged => ({ input: bytes, isIllegal: false });
const json = (value: unknown): string => JSON.stringify(value);

const SECP256K1_KEY = `secp256k1:${"1".repeat(64)}`;

const DAMAGES: readonly Damage[] = [
  // A value of another kind.
  (value, dice) => illegal(json(replaceAt(value, dice.pick(checkedPathsOf(value)), dice.pick(NONSENSE)))),
  (value, dice) => illegal(json(replaceAt(value, dice.pick(checkedPathsOf(value)), dice.pick(NONSENSE)))),
  // A field that nobody knows, twice the same, or none of those that must be there.
  (value) => illegal(json({ ...(value as object), surprise: 1 })),
  (value, dice) => withRepeatedField(value, dice),
  (value, dice) => withoutField(value, dice),
  // No JSON, too much of it, or not even text.
  (value, dice) => doubtful(Buffer.from(json(value)).subarray(0, dice.below(json(value).length))),
  (value, dice) => doubtful(withByte(Buffer.from(json(value)), dice)),
  (value) => illegal(`${json(value)}${json(value)}`),
  (value) => illegal(json(value).replaceAll('"', "'").replace("{}", "'")),
  (_, dice) =>
    illegal(dice.pick(["null", "[]", "0", '"text"', "true", "{", "{,}", "[".repeat(400), "\u0000"])),
  (_, dice) => illegal(dice.pick([json("x".repeat(MAX_INPUT_CHARACTERS)), "[".repeat(MAX_BRACKETS + 1)])),
  (_, dice) => illegal("[".repeat(1 + dice.below(MAX_BRACKETS)) + "]".repeat(dice.below(MAX_BRACKETS))),
  (value) => ({ input: Buffer.concat([Buffer.from(json(value)), Buffer.of(0xff)]), isIllegal: true }),
  // Numbers that JSON can write and we can't hold; secp256k1 where only ed25519 signs.
  (value, dice) =>
    illegal(json(replaceAt(value, dice.pick(checkedPathsOf(value)), "NUMBER")).replace('"NUMBER"', "1e400")),
  (value, dice) =>
    doubtful(Buffer.from(json(replaceAt(value, dice.pick(checkedPathsOf(value)), SECP256K1_KEY)))),
  // As long as it gets.
  (value, dice) => illegal(json(replaceAt(value, dice.pick(checkedPathsOf(value)), "y".repeat(60_000)))),
  (value, dice) =>
    illegal(json(replaceAt(value, dice.pick(checkedPathsOf(value)), new Array(30_000).fill(0)))),
];

function withRepeatedField(value: unknown, dice: Dice): Damaged {
  const text = json(value);
  const fields = Object.entries(value as object);
  if (fields.length === 0) return illegal('{"a":1,"a":1}');
  const [name, inner] = dice.pick(fields);
  return illegal(`${text.slice(0, -1)},${json(name)}:${json(inner)}}`);
}

function withoutField(value: unknown, dice: Dice): Damaged {
  const fields = Object.entries(value as object);
  if (fields.length === 0) return illegal("[]");
  const [name] = dice.pick(fields);
  return doubtful(Buffer.from(json(Object.fromEntries(fields.filter(([other]) => other !== name)))));
}

function withByte(bytes: Uint8Array, dice: Dice): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[dice.below(Math.max(1, changed.length))] = dice.below(256);
  return changed;
}

/** Malformed arguments of `propose_update`. */
export const malformedBorsh: fc.Arbitrary<Malformed> = fc
  .tuple(fc.option(fc.uint8Array({ maxLength: 40 })), fc.boolean(), fc.nat())
  .map(([code, hasConfig, seed]) => {
    const legal = encodeProposeUpdate({ code, config: hasConfig ? DEFAULT_CONFIG : null });
    const dice = diceOf(seed);
    return { method: "propose_update", ...dice.pick(BORSH_DAMAGES)(legal, dice) };
  });

const MAX_U32 = Buffer.of(255, 255, 255, 255);

const BORSH_DAMAGES: readonly ((legal: Uint8Array, dice: Dice) => Damaged)[] = [
  (legal, dice) => ({ input: legal.subarray(0, dice.below(legal.length)), isIllegal: true }),
  (legal, dice) => ({ input: Buffer.concat([legal, Buffer.alloc(1 + dice.below(9))]), isIllegal: true }),
  (legal, dice) => ({
    input: Buffer.concat([Buffer.of(2 + dice.below(254)), legal.subarray(1)]),
    isIllegal: true,
  }),
  (legal, dice) => doubtful(withByte(legal, dice)),
  // A length that is not there, longer than any code, or not of this world.
  () => ({ input: Buffer.concat([Buffer.of(1), MAX_U32]), isIllegal: true }),
  () => ({
    input: Buffer.concat([Buffer.of(1), lengthOf(MAX_CODE_BYTES), Buffer.alloc(64)]),
    isIllegal: true,
  }),
  () => ({ input: Buffer.concat([Buffer.of(0, 1), MAX_U32]), isIllegal: true }),
  () => ({ input: Buffer.concat([Buffer.of(0, 1), lengthOf(3), Buffer.of(0xff, 0xfe, 0)]), isIllegal: true }),
  () => ({
    input: Buffer.concat([Buffer.of(0, 1), lengthOf(1), Buffer.of(97), Buffer.alloc(60, 255)]),
    isIllegal: true,
  }),
];

function lengthOf(bytes: number): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes);
  return length;
}
