import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bundleContract } from "../bundle.ts";
import { callContract, resultText } from "./host.ts";
import { buildProbe, withSource } from "./probe.ts";

const DECORATED = `
import { call, initialize, NearBindgen, near, view } from "near-sdk-js";
@NearBindgen({})
export class Counter {
  private step = 2;
  @initialize({}) init(): void { near.storageWrite("n", "0"); }
  @call({ payableFunction: true }) add(): void { this.save(this.load() + this.step); }
  @view({}) get(): void { env.value_return(String(this.load())); }
  private load(): number { return Number(near.storageRead("n")); }
  private save(n: number): void { near.storageWrite("n", String(n)); }
}
`;

const FORWARDING = `
import { call, NearBindgen, view } from "near-sdk-js";
const made: string[] = [];
function answer(name: string): void { env.value_return([name, made.length, arguments.length].join()); }
@NearBindgen({})
export class Forwarding {
  private hidden = made.push("instance");
  @view({}) first(): void { answer("first"); }
  @call({}) second(): void { answer("other"); }
  @view({}) two(): void { this.note("x"); answer("two"); }
  @view({}) computed(): void { answer(String(made.length)); }
  note(text: string): void { made.push(text); }
}
@NearBindgen({})
export class OnlyForwarding {
  @view({}) third(): void { answer("third"); }
}
`;

describe("bundle", () => {
  it("behavior: methods that only hand a text to a function do so, beside those that do more", async () => {
    const wasm = await buildProbe(FORWARDING);
    const answers = ["first", "second", "third", "two", "computed"].map((method) =>
      resultText(callContract(wasm, method, {})),
    );
    assert.deepEqual(answers, ["first,1,1", "other,1,1", "third,1,1", "two,2,1", "1,1,1"]);
  });

  it("behavior: decorated methods and nothing else become exports, which run on one instance", async () => {
    const { methods, code } = await withSource(DECORATED, bundleContract);
    assert.deepEqual(methods, ["add", "get", "init"]);
    assert.doesNotMatch(code, /JSON|serialize|NearBindgen/);
    const wasm = await buildProbe(DECORATED);
    const storage = new Map<string, Uint8Array>();
    for (const method of ["init", "add", "add"]) {
      assert.equal(callContract(wasm, method, { storage, depositYocto: 1n }).panic, null);
    }
    assert.equal(resultText(callContract(wasm, "get", { storage })), "4");
  });

  it("behavior: a wrapper makes no host call of its own", async () => {
    const wasm = await buildProbe(DECORATED);
    const storage = new Map([["n", new TextEncoder().encode("7")]]);
    const { hostCalls } = callContract(wasm, "get", { storage });
    assert.deepEqual(hostCalls, ["storage_read", "register_len", "read_register", "value_return"]);
  });

  it("behavior: a static method, an accessor or a quoted name can't be a contract method", async () => {
    for (const method of ["static x(): void {}", "get x(): number { return 1; }", '"x"(): void {}']) {
      const source = DECORATED.replace("@view({})", `@view({}) ${method}\n@view({})`);
      await assert.rejects(withSource(source, bundleContract), /must have a plain name/);
    }
  });

  it("behavior: a missing import is an error, not an undefined at run time", async () => {
    const source = 'import { nothing } from "near-sdk-js";\nexport function f() { nothing(); }';
    await assert.rejects(withSource(source, bundleContract), /"nothing" is not exported/);
  });

  it("behavior: a host call in the module body fails the build and says so", async () => {
    const source = "const now = env.block_height();\nexport function f() { env.value_return(String(now)); }";
    await assert.rejects(buildProbe(source), /calls env.block_index while its module body runs/);
  });

  it("behavior: an error in the module body fails the build with its message", async () => {
    const source = 'if (env) throw new Error("broken start");\nexport function f() {}';
    await assert.rejects(buildProbe(source), /module body fails at build time: Error: broken start/);
  });
});
