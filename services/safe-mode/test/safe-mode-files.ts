import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { Approval } from "../../../sdk/src/approval/statement.ts";
import {
  COMMITTEE,
  CONTRACT,
  DEV_POLICY,
  NETWORK,
  NOW,
  OLD_PROGRAM,
  RECIPIENT_ACCOUNT,
  sampleApproval,
  sampleProgram,
} from "../../../sdk/test/approval/sample-recipient.ts";
import type { Image } from "../image.ts";
import { runSafeMode } from "../safe-mode.ts";
import { sealingKeys, sealSeed } from "../sealed-seed.ts";

export const SEED = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
export const SEALING_KEY = "5a".repeat(32);
export const VERSION = 3;
export const NEW_PROGRAM_KEYS = sampleProgram(10);

/** What a run works on, all in one temporary folder. */
export interface RunFiles {
  readonly folder: string;
  readonly image: string;
  readonly evidence: string;
  readonly approval: string;
  readonly sealedSeed: string;
  readonly out: string;
  /** The command line. */
  readonly args: readonly string[];
}

/** Everything as it should be; a test spoils what it is about. */
export function prepareRun(imageChange: Partial<Image> = {}, approval?: Approval): RunFiles {
  const folder = mkdtempSync(join(tmpdir(), "safe-mode-"));
  const at = (name: string) => join(folder, name);
  const put = (name: string, content: string, mode = 0o600) => {
    writeFileSync(at(name), content, { mode });
    return at(name);
  };
  const image = { ...sampleImage(put("sealing-key", `${SEALING_KEY}\n`)), ...imageChange };
  const name = { network: image.network, contract: image.contract, version: image.version };
  const files = {
    image: put("safe-mode.image.json", JSON.stringify(image)),
    evidence: put("evidence.json", JSON.stringify(NEW_PROGRAM_KEYS.recipient)),
    approval: put("approval.json", JSON.stringify(approval ?? sampleApproval(NEW_PROGRAM_KEYS))),
    sealedSeed: put("sealed-seed.json", `${sealSeed(SEED, name, sealingKeys(SEALING_KEY))}\n`),
    out: at("out.json"),
  };
  const { evidence, approval: approved, sealedSeed, out } = files;
  const args = ["--evidence", evidence, "--approval", approved, "--sealed-seed", sealedSeed, "--out", out];
  return { folder, ...files, args };
}

/** Every file of the folder with its content, to see that nothing changed. */
export function contentsOf({ folder }: RunFiles): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), "latin1")]),
  );
}

/** Safe mode with these files, at the samples' time. */
export function run(files: RunFiles, more: readonly string[] = []) {
  return runSafeMode([...files.args, ...more], files.image, NOW);
}

/** Like `prepareRun`; the folder is removed in the end. */
export function prepared(change: Parameters<typeof prepareRun>[0] = {}): RunFiles {
  const files = prepareRun(change);
  folders.push(files.folder);
  return files;
}

/** Everything as it should be but for one file. */
export function spoiled(name: "evidence" | "approval" | "sealedSeed", content: string): RunFiles {
  const files = prepared();
  writeFileSync(files[name], content);
  return files;
}

/** Runs, and sees that this step refuses and nothing changes. */
export function refused(files: RunFiles, exitCode: number, code?: string): void {
  const before = contentsOf(files);
  const outcome = run(files);
  assert.equal(outcome.exitCode, exitCode, JSON.stringify(outcome.audit));
  assert.equal(outcome.audit.result, "refused");
  if (code !== undefined) assert.equal(outcome.audit.code, code);
  assert.deepEqual(contentsOf(files), before);
}

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function sampleImage(sealing_key_file: string): Image {
  return {
    network: NETWORK,
    contract: CONTRACT,
    version: VERSION,
    from: OLD_PROGRAM,
    committee: COMMITTEE,
    max_approval_seconds: 86_400,
    sequencer_accounts: [RECIPIENT_ACCOUNT],
    policy: DEV_POLICY,
    sealing_key_file,
  };
}
