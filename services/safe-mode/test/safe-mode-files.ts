import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Approval } from "../../../sdk/src/approval/statement.ts";
import {
  COMMITTEE,
  CONTRACT,
  DEV_POLICY,
  NETWORK,
  OLD_PROGRAM,
  RECIPIENT_ACCOUNT,
  sampleApproval,
  sampleProgram,
} from "../../../sdk/test/approval/sample-recipient.ts";
import type { Image } from "../image.ts";
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
