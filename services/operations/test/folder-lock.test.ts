import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { lockFolder } from "../folder-lock.ts";

describe("behavior: a data folder has one user", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "mpc-recovery-lock-"));
  });
  after(() => rm(folder, { recursive: true }));

  test("a second user is refused until the first lets go", async () => {
    const data = join(folder, "data");
    const lock = await lockFolder(data);
    await assert.rejects(lockFolder(data), { code: "FOLDER_IN_USE", exitCode: 2 });
    await lock.release();
    await (await lockFolder(data)).release();
  });

  test("a folder with a long path too", async () => {
    const deep = join(folder, "a-long-name".repeat(5), "b-long-name".repeat(5));
    const lock = await lockFolder(deep);
    await assert.rejects(lockFolder(deep), { code: "FOLDER_IN_USE" });
    await lock.release();
  });

  test("the lock of a killed process is free", async () => {
    const data = join(folder, "killed");
    const code = `import { lockFolder } from "./services/operations/folder-lock.ts";
      await lockFolder(${JSON.stringify(data)}); console.log("held"); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code]);
    await once(child.stdout, "data");
    await assert.rejects(lockFolder(data), { code: "FOLDER_IN_USE" });
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await lockFolder(data)).release();
  });

  test("of many that start at once after a kill, one gets it", { timeout: 60_000 }, async (context) => {
    const code = `import { lockFolder } from "./services/operations/folder-lock.ts";
      import { createInterface } from "node:readline";
      const claim = (folder) => lockFolder(folder).then(() => "held", ({ code }) => code);
      createInterface({ input: process.stdin }).on("line", async (folder) => console.log(await claim(folder)));
      console.log("ready");`;
    const args = ["--import", "tsx", "--input-type=module", "-e", code];
    const starters = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const child = spawn(process.execPath, args);
        context.after(() => child.kill("SIGKILL"));
        const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
        assert.equal((await answers.next()).value, "ready");
        const claim = async (data: string) => {
          child.stdin.write(`${data}\n`);
          return answers.next();
        };
        return { child, claim };
      }),
    );
    const [killed, ...others] = starters;
    const folders = Array.from({ length: 10 }, (_, index) => join(folder, `raced-${index}`));
    for (const data of folders) assert.equal((await killed!.claim(data)).value, "held");
    killed!.child.kill("SIGKILL");
    await once(killed!.child, "exit");
    for (const data of folders) {
      const outcomes = await Promise.all(others.map(({ claim }) => claim(data)));
      const inUse = Array.from({ length: others.length - 1 }, () => "FOLDER_IN_USE");
      assert.deepEqual(outcomes.map(({ value }) => value).sort(), [...inUse, "held"]);
    }
  });
});
