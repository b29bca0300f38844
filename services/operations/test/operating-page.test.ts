import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { BACKUP_SERVICE_METHODS, NODE_METHODS } from "../../../contract/src/interface/method-rules.ts";
import { bundledProgram, bundlePrograms, PROGRAMS } from "./bundle-programs.ts";
import { runbookEntries, stepsUnder } from "./runbook/operating-page.ts";

const FOLDER = "services/operations/test";
const ALL = ["Setting up", "Starting", ...runbookEntries()];
const commands = ALL.flatMap((heading) =>
  stepsUnder(heading).flatMap((step) => (step.kind === "command" ? [step.line] : [])),
);

before(bundlePrograms);

test("behavior: every entry of the runbook has an end-to-end test that follows it", () => {
  const tests = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".slow.test.ts"))
    .map((name) => readFileSync(join(FOLDER, name), "utf8"))
    .join("\n");
  assert.ok(runbookEntries().length >= 9);
  for (const entry of runbookEntries()) {
    assert.ok(tests.includes(`test("runbook: ${entry}"`), `no test for "${entry}"`);
    assert.ok(tests.includes(`follow("${entry}")`), `no test follows "${entry}"`);
  }
});

test("behavior: access keys on the page are for just their role's methods", () => {
  const lists = new Set(commands.flatMap((line) => /--function-names '([^']+)'/.exec(line)?.[1] ?? []));
  assert.deepEqual(lists, new Set([NODE_METHODS.join(","), BACKUP_SERVICE_METHODS.join(",")]));
});

test("behavior: every command has help with an example, and the page and help know the same commands", () => {
  const page = readFileSync("docs/operating.md", "utf8");
  for (const program of PROGRAMS) {
    const help = (...args: string[]) =>
      execFileSync(process.execPath, [bundledProgram(program), ...args, "--help"], { encoding: "utf8" });
    const known = [...help().matchAll(/^ {2}([a-z-]+) /gm)]
      .flatMap(([, name = ""]) => name)
      .filter((name) => !name.startsWith("-") && name !== "help");
    for (const command of known) {
      const text = help(command);
      assert.match(
        text,
        new RegExp(`Example:\\n {2}.*mpc-${program} ${command} --`),
        `${program} ${command}`,
      );
      assert.ok(page.includes(`mpc-${program} ${command}`), `the page doesn't say mpc-${program} ${command}`);
      // Full words: a one-letter option says nothing in a script that is read at night.
      assert.doesNotMatch(text.replace("-h, --help", ""), /^ {2}-\w[, ]/m, `${program} ${command}`);
    }
    for (const [, name = ""] of page.matchAll(new RegExp(`mpc-${program} ([a-z-]+) --`, "g")))
      assert.ok(known.includes(name), `mpc-${program} has no command ${name}`);
  }
});
