import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createRpcReader } from "../../../sdk/src/client/read-contract.ts";
import { build } from "../build.ts";
import { startChain } from "../chain.ts";
import type { Stage, Story } from "../stage.ts";
import { expectEqual } from "../timeline.ts";
import { makeImages, secretsOfEnclave } from "./enclaves.ts";
import { setUpOperators } from "./operators.ts";
import { destroyEverything, openInSafeMode, recombineShares } from "./rescue.ts";
import { type Cast, openFirst, upgradeByVote, upgradeInShadow } from "./upgrade.ts";

/** An upgrade by vote; then every enclave is destroyed, and safe mode and the operators' shares bring the seed back. */
export const CATASTROPHE: Story = {
  intro: "Enclaves that hold a master seed hand it on by vote, are all destroyed, and come back.",
  ending: "the recovered enclave serves with the same key.",
  play,
};

async function play(stage: Stage): Promise<void> {
  const { timeline } = stage;
  const wasm = await build(timeline);
  const chain = await startChain(wasm);
  stage.show(chain, undefined);
  const contractId = chain.contract.accountId;
  const reader = createRpcReader({ endpoint: { url: chain.rpcUrl }, contractId });
  const operators = await setUpOperators(chain, stage);
  stage.show(chain, reader);
  const images = await makeImages(chain, stage, operators);
  try {
    const cast: Cast = { chain, stage, images, operators };
    const first = await openFirst(cast);
    const second = await upgradeInShadow(cast, first);
    const third = await upgradeByVote(cast, second);
    const all = [first, second, third];
    const secrets = all.flatMap(({ machine }) => secretsOfEnclave(machine));
    await destroyEverything(cast, all);
    const sealedSeed = await recombineShares(cast, reader, first.machine.tlsPublicKey);
    const recovered = await openInSafeMode(cast, sealedSeed, first.publicKey);
    await expectNoSecrets(stage, [...secrets, ...secretsOfEnclave(recovered.machine)]);
  } finally {
    rmSync(images.programFolder, { recursive: true });
  }
}

/** No program wrote a secret to its log. */
async function expectNoSecrets({ folder, timeline }: Stage, secrets: readonly string[]): Promise<void> {
  const logs = readdirSync(folder)
    .filter((file) => file.endsWith(".log"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
  const leaked = secrets.filter((secret) =>
    logs.some((log) => log.includes(secret.replace(/^ed25519:/, ""))),
  );
  expectEqual("secrets found in logs", leaked.length, 0);
  await timeline.held("logs", `${logs.length} logs searched for ${secrets.length} secrets: none found`);
}
