import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { CALL_ARGUMENTS, type MethodName, VIEW_ARGUMENTS } from "../src/interface/arguments.ts";
import { base58Decode } from "../src/interface/base58.ts";
import { decodeArguments } from "../src/interface/decode.ts";
import { MAX_BRACKETS, MAX_INPUT_CHARACTERS } from "../src/interface/json-text.ts";
import type { AnySchema } from "../src/interface/schema.ts";
import type { ErrorCode } from "../src/protocol/errors.ts";
import { checkedPathsOf, legalValue, NONSENSE, replaceAt } from "./support/arguments.ts";
import { signerKey, tlsKey } from "./support/keys.ts";
import { entry, infoOf, initRunning, parametersOf } from "./support/network.ts";

const RUNS = 5000;
const SEED = Math.floor(Math.random() * 2 ** 31);
const ARGUMENTS: Readonly<Record<string, AnySchema>> = { ...CALL_ARGUMENTS, ...VIEW_ARGUMENTS };
const JSON_METHODS = Object.keys(ARGUMENTS).filter((name) => ARGUMENTS[name]?.type === "object");

function refuses(method: MethodName, input: string, code: ErrorCode): unknown {
  const result = decodeArguments(ARGUMENTS[method] as AnySchema, input, base58Decode);
  assert.ok(!result.ok, `expected ${code}, found ${JSON.stringify(result)}`);
  assert.equal(result.error.name, code, JSON.stringify(result.error));
  return result.error.info;
}

function entryWith(change: object): string {
  const { type: _, ...args } = entry("a", "a2", "k1");
  return JSON.stringify({ ...args, ...change });
}

describe("legal arguments", () => {
  test(`behavior: whatever the schemas allow is accepted (seed ${SEED})`, () => {
    for (const name of JSON_METHODS) {
      const schema = ARGUMENTS[name] as AnySchema;
      fc.assert(
        fc.property(legalValue(schema), (value) => {
          const result = decodeArguments(schema, JSON.stringify(value), base58Decode);
          assert.ok(result.ok, `${name}: ${JSON.stringify(result)}`);
        }),
        { numRuns: 100, seed: SEED },
      );
    }
  });

  test("behavior: a hundred participants with long names fit the limits", () => {
    const many = parametersOf(
      Array.from({ length: 100 }, (_, at) => `participant-${at}`),
      60,
    );
    const long = many.participants.participants.map(([account, id, info]) => [
      account.padEnd(64, "x"),
      id,
      { ...info, url: `https://${"h".repeat(248)}` },
    ]);
    const { type: _, ...args } = initRunning();
    const parameters = { ...many, participants: { ...many.participants, participants: long } };
    const input = JSON.stringify({ ...args, parameters });
    const result = decodeArguments(CALL_ARGUMENTS.init_running, input, base58Decode);
    assert.ok(result.ok, JSON.stringify(result));
  });

  test("behavior: empty input stands for no arguments; null for a missing optional one", () => {
    assert.ok(decodeArguments(CALL_ARGUMENTS.cancel_recovery, "", base58Decode).ok);
    const result = decodeArguments(CALL_ARGUMENTS.conclude_recovery, '{"keyset":null}', base58Decode);
    assert.deepEqual(result, { ok: true, value: { keyset: null, recovery_id: null } });
  });
});

describe("refused input", () => {
  test("behavior: not JSON, too long, too deep", () => {
    for (const input of ["{", "nonsense", "{}{}", '{"a":}', "\u0000"]) {
      refuses("cancel_recovery", input, "INVALID_JSON");
    }
    refuses("cancel_recovery", `{"a":"${"x".repeat(MAX_INPUT_CHARACTERS)}"}`, "INPUT_TOO_LONG");
    const deep = "[".repeat(MAX_BRACKETS + 1);
    refuses("cancel_recovery", deep, "INPUT_TOO_DEEP");
    refuses("cancel_recovery", "[".repeat(64) + "]".repeat(64), "INVALID_ARGUMENT");
    refuses("cancel_recovery", "[".repeat(65) + "]".repeat(65), "INVALID_JSON");
    refuses("cancel_recovery", `[${Array(MAX_BRACKETS - 1).fill("[]")}]`, "INVALID_ARGUMENT");
  });

  test("behavior: brackets in texts nest nothing: one odd URL must not make every proposal too deep", () => {
    const odd = { ...infoOf("a"), url: `https://${"[".repeat(124)}${"{".repeat(124)}` };
    const body = (count: number) => {
      const names = Array.from({ length: count }, (_, at) => `participant-${at}`);
      const { participants, threshold } = parametersOf(names, count);
      const entries = participants.participants.map(([account, id]) => [account, id, odd]);
      const parameters = { participants: { next_id: count, participants: entries }, threshold };
      return JSON.stringify({
        prospective_epoch_id: 5,
        proposal: { parameters, per_domain_thresholds: {} },
      });
    };
    const result = decodeArguments(CALL_ARGUMENTS.vote_new_parameters, body(80), base58Decode);
    assert.ok(result.ok, JSON.stringify(result));
    refuses("cancel_recovery", `["\\"",${"[".repeat(MAX_BRACKETS)}`, "INPUT_TOO_DEEP");
  });

  test("behavior: unknown, missing and repeated fields", () => {
    assert.deepEqual(refuses("cancel_recovery", '{"force":true}', "UNKNOWN_FIELD"), { path: "force" });
    refuses("cancel_recovery", '{"__proto__":{}}', "UNKNOWN_FIELD");
    refuses("cancel_recovery", '{"constructor":1}', "UNKNOWN_FIELD");
    assert.deepEqual(refuses("confirm_recovery", "{}", "MISSING_FIELD"), { path: "recovery_id" });
    refuses("confirm_recovery", '{"recovery_id":1,"recovery_id":2}', "DUPLICATE_FIELD");
    refuses("confirm_recovery", '{"recovery_id":1,"recovery\\u005fid":2}', "DUPLICATE_FIELD");
    const info = { ...infoOf("a"), extra: 1 };
    const found = refuses(
      "submit_participant_recovery_info",
      entryWith({ participant_info: info }),
      "UNKNOWN_FIELD",
    );
    assert.deepEqual(found, { path: "participant_info.extra" });
  });

  test("behavior: an escaped quote or backslash in a text does not hide a repeated field", () => {
    refuses("confirm_recovery", '{"recovery_id":1,"recovery_id":2,"\\"":1}', "UNKNOWN_FIELD");
    refuses("participant_info", '{"account_id":"\\\\\\""}', "INVALID_ARGUMENT");
  });

  test("behavior: numbers are whole, from 0 to 2^53 - 1", () => {
    for (const number of ["-1", "1.5", "9007199254740992", "1e400", '"1"', "null", "true", "[]"]) {
      refuses("confirm_recovery", `{"recovery_id":${number}}`, "INVALID_ARGUMENT");
    }
  });

  test("behavior: keys of another kind, length or alphabet", () => {
    const withKey = (key: string) => entryWith({ participant_info: { ...infoOf("a"), tls_public_key: key } });
    const method = "submit_participant_recovery_info";
    const raw = tlsKey("a").slice("ed25519:".length);
    refuses(method, withKey(`x25519:${raw}`), "WRONG_KEY_KIND");
    refuses(method, withKey(`secp256k1:${raw}`), "WRONG_KEY_KIND");
    for (const key of [
      raw,
      `ed25519:${raw}1`,
      `ed25519:1${raw}`,
      "ed25519:",
      `ed25519:0${raw.slice(1)}`,
      `rsa:${raw}`,
    ]) {
      refuses(method, withKey(key), "INVALID_ARGUMENT");
    }
    const approval = { tls_public_key: tlsKey("a"), signer_account_pk: `secp256k1:${raw}` };
    refuses("approve_recovery", JSON.stringify(approval), "UNSUPPORTED_KEY_TYPE");
    const mixed = { tls_public_key: tlsKey("a"), signer_account_pk: `x25519:${signerKey("k").slice(8)}` };
    refuses("approve_recovery", JSON.stringify(mixed), "WRONG_KEY_KIND");
  });

  test("behavior: URLs and account ids of a form that could mislead", () => {
    const method = "submit_participant_recovery_info";
    for (const url of [
      "",
      "https://",
      "ftp://a",
      "https://a b",
      'https://a"',
      "https://a\\b",
      "https://ä",
      `https://${"a".repeat(249)}`,
    ]) {
      refuses(method, entryWith({ participant_info: { ...infoOf("a"), url } }), "INVALID_ARGUMENT");
    }
    for (const account_id of [
      "",
      "a",
      "A.near",
      ".near",
      "near.",
      "a..near",
      "a-.near",
      "a b",
      "x".repeat(65),
    ]) {
      refuses("participant_info", JSON.stringify({ account_id }), "INVALID_ARGUMENT");
    }
  });
});

test(`behavior: legal arguments with one part spoiled are refused with a code (seed ${SEED})`, () => {
  const spoiled = fc.constantFrom(...JSON_METHODS).chain((name) =>
    legalValue(ARGUMENTS[name] as AnySchema).chain((value) =>
      fc.record({
        name: fc.constant(name),
        value: fc.constant(value),
        path: fc.constantFrom(...checkedPathsOf(value)),
        nonsense: fc.constantFrom(...NONSENSE),
      }),
    ),
  );
  fc.assert(
    fc.property(spoiled, ({ name, value, path, nonsense }) => {
      const input = JSON.stringify(replaceAt(value, path, nonsense));
      const result = decodeArguments(ARGUMENTS[name] as AnySchema, input, base58Decode);
      assert.ok(!result.ok, `${name} accepts ${input}`);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test(`behavior: arbitrary text never gets past the decoder uncoded (seed ${SEED})`, () => {
  const texts = fc.oneof(fc.json(), fc.string(), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(fc.constantFrom(...JSON_METHODS), texts, (name, input) => {
      decodeArguments(ARGUMENTS[name] as AnySchema, input, base58Decode);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
