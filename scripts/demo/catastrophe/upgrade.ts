import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DemoChain } from "../chain.ts";
import { type RunningProgram, runProgram } from "../programs.ts";
import type { Stage } from "../stage.ts";
import { expectEqual } from "../timeline.ts";
import {
  askEnclave,
  type EnclaveMachine,
  holdsSeed,
  type Images,
  initEnclave,
  measurementOf,
  runEnclave,
  untilServing,
} from "./enclaves.ts";
import { approve, type Operator, voteForPolicy, voteForProgram } from "./operators.ts";

/** A program that serves, and the key under which its users know it. */
export interface Serving {
  readonly machine: EnclaveMachine;
  readonly program: RunningProgram;
  readonly publicKey: string;
}

/** What all acts need. */
export interface Cast {
  readonly chain: DemoChain;
  readonly stage: Stage;
  readonly images: Images;
  readonly operators: readonly Operator[];
}

/** The first program of the version makes the seed, publishes its backup, and only then opens. */
export async function openFirst({ chain, stage, images, operators }: Cast): Promise<Serving> {
  const [operator] = operators;
  if (operator === undefined) throw new Error("expected operators, found none");
  const machine = await initEnclave(
    chain,
    stage,
    images,
    operator,
    "enclave-1",
    measurementOf("version 1.0"),
  );
  const program = stage.track(runEnclave(stage, images, machine, ["--first"]));
  await untilServing(program, true, "owner");
  const served = await askEnclave(program);
  await stage.timeline.held(
    "enclave-1",
    `made the seed; the backup is on chain, proven by the light client; open as ${served?.publicKey.slice(0, 20)}…`,
  );
  return { machine, program, publicKey: served?.publicKey ?? "" };
}

/** Under `shadow` the committee decides, and the members' vote agrees: that is written down. */
export async function upgradeInShadow(cast: Cast, old: Serving): Promise<Serving> {
  const { chain, stage, images, operators } = cast;
  await voteForPolicy(operators, "shadow");
  const measurement = measurementOf("version 1.1");
  await voteForProgram(operators, measurement);
  await stage.timeline.say("operators", `voted for shadow, and for the program ${measurement.slice(0, 12)}…`);
  const machine = await initEnclave(chain, stage, images, operatorAt(cast, 1), "enclave-2", measurement);
  const request = await askForChallenge(cast, machine, old);
  const drafted = ["statement", "--config", machine.config, "--request", request];
  const statement = await runProgram(images.enclaveProgram, drafted);
  const approval = await approve(stage, operators, "upgrade", statement);
  const way = ["--take-over", request, "--approval", approval];
  const next = await takeOver(cast, old, machine, way);
  await stage.timeline.held(
    "enclave-2",
    "approved by the committee, and the proven vote agrees; receipt on chain, seed erased in enclave-1, same key",
  );
  return next;
}

/** Now the vote alone decides: the committee's word isn't enough any more, and isn't needed. */
export async function upgradeByVote(cast: Cast, old: Serving): Promise<Serving> {
  const { chain, stage, images, operators } = cast;
  await voteForPolicy(operators, "enforced");
  const measurement = measurementOf("version 1.2");
  const machine = await initEnclave(chain, stage, images, operatorAt(cast, 2), "enclave-3", measurement);
  const request = await askForChallenge(cast, machine, old);
  await expectRefusedWithoutVote(cast, old, machine, request);
  await voteForProgram(operators, measurement);
  const next = await takeOver(cast, old, machine, ["--take-over", request]);
  await stage.timeline.held(
    "enclave-3",
    "let in by the vote alone, proven by a light-client outcome proof; seed erased in enclave-2, same key",
  );
  return next;
}

async function expectRefusedWithoutVote(
  { stage, images, operators }: Cast,
  old: Serving,
  machine: EnclaveMachine,
  request: string,
): Promise<void> {
  const drafted = ["statement", "--config", machine.config, "--request", request];
  const statement = await runProgram(images.enclaveProgram, drafted);
  const approval = await approve(stage, operators, "unvoted", statement);
  const way = ["--take-over", request, "--approval", approval];
  const early = runEnclave(stage, images, { ...machine, name: "enclave-3-unvoted" }, way);
  const refused = await old.program.waitFor(
    "handover.refused",
    ({ event, code }) => event === "handover.refused" && code === "UPGRADE_NOT_VOTED",
  );
  early.process.kill("SIGTERM");
  await early.ended;
  expectEqual("the key that is served meanwhile", (await askEnclave(old.program))?.publicKey, old.publicKey);
  await stage.timeline.held("enclave-2", `refuses a program with the committee's word only: ${refused.code}`);
}

async function takeOver(
  { stage, images }: Cast,
  old: Serving,
  machine: EnclaveMachine,
  way: readonly string[],
): Promise<Serving> {
  const program = stage.track(runEnclave(stage, images, machine, way));
  await untilServing(program, true, "owner");
  await untilServing(old.program, false, "gone");
  expectEqual(`what ${old.machine.name} answers its users`, await askEnclave(old.program), null);
  expectEqual(`whether ${old.machine.name} still has the seed`, holdsSeed(old.machine), false);
  const served = await askEnclave(program);
  expectEqual(`the key that ${machine.name} serves with`, served?.publicKey, old.publicKey);
  return { machine, program, publicKey: old.publicKey };
}

async function askForChallenge(
  { stage, images }: Cast,
  machine: EnclaveMachine,
  { machine: old }: Serving,
): Promise<string> {
  const from = ["--sender-url", old.url, "--sender-key", old.tlsPublicKey];
  const answered = await runProgram(images.enclaveProgram, [
    "challenge",
    "--config",
    machine.config,
    ...from,
  ]);
  const file = join(stage.folder, `${machine.name}.request.json`);
  writeFileSync(file, answered);
  return file;
}

function operatorAt({ operators }: Cast, index: number): Operator {
  const operator = operators[index];
  if (operator === undefined) throw new Error(`expected an operator ${index}, found ${operators.length}`);
  return operator;
}
