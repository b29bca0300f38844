import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { EXIT } from "../program-error.ts";
import { bundledProgram, bundlePrograms, type Program } from "./bundle-programs.ts";

const FOLDER = "services/operations/systemd";
const HARDENED: Readonly<Record<string, string>> = {
  NoNewPrivileges: "yes",
  ProtectSystem: "strict",
  ProtectHome: "yes",
  PrivateTmp: "yes",
  PrivateDevices: "yes",
  ProtectKernelTunables: "yes",
  ProtectProc: "invisible",
  RestrictNamespaces: "yes",
  CapabilityBoundingSet: "",
  UMask: "0077",
  LimitCORE: "0",
};

interface Setting {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

function parseUnit(file: string): readonly Setting[] {
  let section = "";
  return readFileSync(join(FOLDER, file), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => {
      const [, opened] = /^\[(\w+)\]$/.exec(line) ?? [];
      if (opened !== undefined) {
        section = opened;
        return [];
      }
      const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(line) ?? assert.fail(`${file}: ${line}`);
      return [{ section, name, value }];
    });
}

const services = readdirSync(FOLDER).filter((name) => name.endsWith(".service"));
const valuesOf = (file: string, name: string) =>
  parseUnit(file).flatMap((setting) => (setting.name === name ? [setting.value] : []));
const helps = new Map<string, string>();
const help = (program: Program, ...command: string[]) => {
  const args = [bundledProgram(program), ...command, "--help"];
  const text = helps.get(args.join(" ")) ?? execFileSync(process.execPath, args, { encoding: "utf8" });
  helps.set(args.join(" "), text);
  return text;
};

before(bundlePrograms);

test("behavior: units start programs with commands and options that they have", () => {
  const { bin } = JSON.parse(readFileSync("package.json", "utf8")) as { bin: Record<string, string> };
  assert.equal(services.length, 3);
  const timer = /@(\w+)\.service$/.exec(valuesOf("mpc-backup-drill.timer", "Unit")[0] ?? "")?.[1] ?? "none";
  for (const file of services) {
    const [start = ""] = valuesOf(file, "ExecStart");
    const [path = "", written = "", ...options] = start.split(" ");
    const name = path.replace("/usr/local/bin/", "");
    assert.ok(name in bin, `${file}: ${name}`);
    const program = name.replace("mpc-", "") as Program;
    for (const command of written === "%i" ? ["status", "verify", "drill", timer] : [written]) {
      assert.match(help(program), new RegExp(`^ {2}${command} `, "m"), `${file}: ${command}`);
      for (const option of options.filter((each) => each.startsWith("--")))
        assert.ok(help(program, command).includes(`${option} <`), `${file}: ${command} ${option}`);
    }
  }
});

test("behavior: units are hardened, and leave V8 what it needs", () => {
  for (const file of services) {
    for (const [name, value] of Object.entries(HARDENED))
      assert.deepEqual(valuesOf(file, name), [value], `${file}: ${name}`);
    // Compiled JavaScript is memory that was written and is then run; Node raises its limit of open files at start.
    assert.deepEqual(valuesOf(file, "MemoryDenyWriteExecute"), [], file);
    assert.ok(!valuesOf(file, "SystemCallFilter").join(" ").includes("@resources"), file);
    assert.notEqual(valuesOf(file, "User")[0], "root", file);
    assert.ok(parseUnit(file).every(({ name, section }) => name !== "User" || section === "Service"));
  }
});

test("behavior: units write where the config keeps data, and load the credential that it names", () => {
  for (const file of services) {
    const program = file.startsWith("mpc-node") ? "mpc-node" : "mpc-backup";
    const example = readFileSync(`services/operations/examples/${program}.config.json.example`, "utf8");
    const data = /"data_folder": "([^"]+)"/.exec(example)?.[1];
    const home = `/var/lib/${program}`;
    assert.deepEqual(valuesOf(file, "ReadWritePaths"), [`${home}/${data}`], file);
    assert.deepEqual(valuesOf(file, "StateDirectory"), [`${program}/${data}`], file);
    assert.ok(valuesOf(file, "ExecStart")[0]?.endsWith(` --config ${home}/config.json`), file);
    const key = /"store_key_file": "([^"]+)"/.exec(example)?.[1] ?? assert.fail();
    assert.deepEqual(valuesOf(file, "LoadCredential"), [`${key}:/etc/${program}/${key}`], file);
  }
});

test("behavior: what only an operator can mend isn't started again and again, a network failure is", () => {
  for (const file of ["mpc-node.service", "mpc-backup.service"]) {
    assert.deepEqual(valuesOf(file, "Restart"), ["on-failure"], file);
    const [never = ""] = valuesOf(file, "RestartPreventExitStatus");
    assert.deepEqual(never.split(" ").map(Number), [EXIT.refused, EXIT.usage], file);
    assert.ok(
      Number(valuesOf(file, "TimeoutStopSec")[0]) > 5,
      `${file}: the node lets requests finish for 5 s`,
    );
  }
});
