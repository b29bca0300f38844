import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import * as checks from "../../../contract/src/interface/text-checks.ts";
import { callContract } from "./host.ts";
import { buildProbe } from "./probe.ts";

/** Answers one digit per text of a JSON list: which of the three checks hold. */
const SOURCE = `
import { isAccountId, isHex, isUrl } from "../../../contract/src/interface/text-checks.ts";
export function check() {
  const texts = JSON.parse(env.input_utf8());
  const answers = texts.map((text) => (isAccountId(text) ? 1 : 0) + (isUrl(text) ? 2 : 0) + (isHex(text) ? 4 : 0));
  env.value_return(answers.join(""));
}
`;

const SEED = 20_261_121;
const EDGES = '/0129:@AFGZ[`afgz{-._ !"#;<=>?\\\\~\u007f\u0000\u00e9\u0161\u2028\ud83d\ude00';
const WHOLE = [
  "",
  "a",
  "ab",
  "a-b_c.d",
  "a--b",
  "http://",
  "https://",
  "http://a",
  "https://a",
  "HTTP://a",
  "0f",
  "0F",
];

const ofAlphabet = (alphabet: string) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength: 80 }).map((characters) => characters.join(""));
const accountLike = ofAlphabet("abz019-_.");
const urlLike = fc
  .tuple(fc.constantFrom("http://", "https://", "http:/", "https:", "htt", ""), ofAlphabet(EDGES))
  .map((parts) => parts.join(""));
const hexLike = ofAlphabet("0189abcdef");
/** A text with one character put in, taken out or exchanged. */
const damaged = fc
  .tuple(fc.oneof(accountLike, urlLike, hexLike), fc.nat(90), fc.constantFrom("", ...EDGES), fc.nat(1))
  .map(([text, at, put, out]) => text.slice(0, at) + put + text.slice(at + out));
const texts = fc.array(fc.oneof(accountLike, urlLike, hexLike, damaged, fc.string(), ofAlphabet(EDGES)), {
  minLength: 40,
  maxLength: 60,
});

describe("checks of texts in the engine", () => {
  let wasm: Uint8Array;
  before(async () => {
    wasm = await buildProbe(SOURCE);
  });
  const inWasm = (list: readonly string[]) =>
    Buffer.from(
      callContract(wasm, "check", { input: Buffer.from(JSON.stringify(list)) }).result ?? [],
    ).toString();
  const underNode = (list: readonly string[]) =>
    list
      .map(
        (text) =>
          (checks.isAccountId(text) ? 1 : 0) + (checks.isUrl(text) ? 2 : 0) + (checks.isHex(text) ? 4 : 0),
      )
      .join("");

  it("behavior: account ids, URLs and hex texts are the same in the wasm and under Node, random and damaged", () => {
    assert.equal(inWasm(WHOLE), underNode(WHOLE));
    assert.equal(inWasm([...EDGES]), underNode([...EDGES]));
    let accepted = 0;
    fc.assert(
      fc.property(texts, (list) => {
        const found = inWasm(list);
        assert.equal(found, underNode(list));
        accepted += found.replaceAll("0", "").length;
      }),
      { numRuns: 60, seed: SEED },
    );
    assert.ok(accepted > 300, `only ${accepted} of the texts passed a check`);
  });

  it("behavior: in the wasm the engine's functions make the checks", () => {
    assert.ok(Buffer.from(wasm).includes("is_account_id"), "the probe doesn't name the engine's check");
  });
});
