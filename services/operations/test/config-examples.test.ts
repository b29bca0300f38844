import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { readBackupConfig } from "../../backup/config.ts";
import { readNodeConfig } from "../../node/config.ts";
import { readConfigFile } from "../common-config.ts";
import { oneLine, ProgramError } from "../program-error.ts";
import { bundledProgram, bundlePrograms, PROGRAMS, type Program } from "./bundle-programs.ts";

const READERS = { backup: readBackupConfig, node: readNodeConfig } as const;
const FIELD = /"(\w+)": ("[^"]*"|\d+|true|false|\[[^\]]*\])/g;
const IDENTITY = "AGE-SECRET-KEY-1CANARYCANARYCANARYCANARYCANARYCANARYCANARYCANARYCAN";

let folder = "";
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "mpc-recovery-examples-"));
  await bundlePrograms();
});
after(() => rmSync(folder, { recursive: true }));

const example = (program: Program) =>
  readFileSync(`services/operations/examples/mpc-${program}.config.json.example`, "utf8");
const fieldsOf = (text: string) =>
  [...text.matchAll(FIELD)].filter(
    ({ index }) => !/^\s*\/\//.test(text.slice(text.lastIndexOf("\n", index) + 1)),
  );
const lineAt = (text: string, index: number) => text.slice(0, index).split("\n").length;

/** The one line that a program says about this config; `undefined` when it takes it. */
async function complaint(program: Program, text: string): Promise<string | undefined> {
  const path = join(folder, "config.json");
  writeFileSync(path, text);
  try {
    await readConfigFile(path, READERS[program] as (typeof READERS)["node"]);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ProgramError && error.exitCode === 2);
    return oneLine(error).replace(`${path}:`, "");
  }
}

for (const program of PROGRAMS) {
  describe(`behavior: the config of mpc-${program}`, () => {
    test("the example is what init writes with the options of its help, to the byte", () => {
      const help = execFileSync(process.execPath, [bundledProgram(program), "init", "--help"], {
        encoding: "utf8",
      });
      const [, command = ""] = /Example:\n {2}mpc-\w+ ([\s\S]+)$/.exec(help) ?? [];
      const args = command.replaceAll("\\\n", " ").trim().split(/\s+/);
      const made = join(folder, program);
      args[args.indexOf("--folder") + 1] = made;
      execFileSync(process.execPath, [bundledProgram(program), ...args]);
      assert.equal(readFileSync(join(made, "config.json"), "utf8"), example(program));
    });

    test("the example is taken, and a field of a wrong kind is named with its line, whichever it is", async () => {
      const text = example(program);
      assert.equal(await complaint(program, text), undefined);
      const fields = fieldsOf(text);
      assert.ok(fields.length >= 10);
      for (const { 0: whole, 1: name = "", index } of fields) {
        for (const wrong of ['{ "no": 1 }', "null", '"\\u0000"', "-1"]) {
          const changed = `${text.slice(0, index)}"${name}": ${wrong}${text.slice(index + whole.length)}`;
          const said = (await complaint(program, changed)) ?? assert.fail(`${name}: ${wrong} was taken`);
          assert.ok(said.startsWith(`${lineAt(text, index)}: `), said);
          assert.match(said, new RegExp(`"(\\w+\\.)?${name}": expected `));
        }
      }
    });

    test("a field that is unknown or occurs twice is named with its line, wherever it stands", async () => {
      const text = example(program);
      for (const { 0: whole, 1: name, index } of fieldsOf(text)) {
        const line = lineAt(text, index);
        const unknown = `${text.slice(0, index)}"surprise": 1, ${text.slice(index)}`;
        const said = await complaint(program, unknown);
        assert.match(said ?? "", new RegExp(`^${line}: "(\\w+\\.)?surprise" is unknown`));
        const twice = `${text.slice(0, index)}${whole}, ${text.slice(index)}`;
        assert.equal(await complaint(program, twice), `${line}: "${name}" occurs twice`);
      }
    });

    test("a field that is left out takes its default or is said to be missing from its object", async () => {
      const text = example(program);
      const missing: string[] = [];
      for (const { 0: whole, 1: name = "", index } of fieldsOf(text)) {
        const without = `${text.slice(0, index)}"unused"${text.slice(index + name.length + 2)}`;
        const said = (await complaint(program, without)) ?? assert.fail(whole);
        if (/is missing$/.test(said)) missing.push(name);
        else assert.match(said, /"(\w+\.)?unused" is unknown/);
      }
      const both = ["network_id", "contract_id", "account_id", "urls"];
      assert.deepEqual(missing, program === "node" ? [...both, "url", "host", "port"] : both);
    });

    test("a secret key that was pasted into the wrong place isn't repeated", async () => {
      const secrets = [IDENTITY, `ed25519:${"5".repeat(88)}`];
      for (const secret of secrets) {
        const said = await complaint(program, example(program).replace('"you.near"', `"${secret}"`));
        assert.match(said ?? "", /"account_id": expected a NEAR account id, found a secret key, which/);
      }
    });

    test("a key file can be a credential, where there are credentials", async (context) => {
      const text = example(program).replace('"store-key.json"', '"credentials:store-key.json"');
      assert.match(
        (await complaint(program, text)) ?? "",
        /"store_key_file": expected a path, or credentials/,
      );
      process.env.CREDENTIALS_DIRECTORY = "/run/credentials/unit";
      context.after(() => delete process.env.CREDENTIALS_DIRECTORY);
      assert.equal(await complaint(program, text), undefined);
      const path = join(folder, "config.json");
      const config = await readConfigFile(path, READERS[program] as (typeof READERS)["node"]);
      assert.equal(config.store_key_file, "/run/credentials/unit/store-key.json");
      const upwards = text.replace("credentials:store-key.json", "credentials:../store-key.json");
      assert.match((await complaint(program, upwards)) ?? "", /"store_key_file": expected/);
    });
  });
}

test("behavior: an age identity among the recipients is refused and not repeated", async () => {
  const text = example("backup").replace('"age_recipients": []', `"age_recipients": ["${IDENTITY}"]`);
  const said = (await complaint("backup", text)) ?? assert.fail();
  assert.match(said, /"age_recipients": expected age recipients .*, found a secret key, which is not shown/);
  assert.doesNotMatch(said, /CANARY/);
});
