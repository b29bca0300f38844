import assert from "node:assert/strict";
import { OLD_PROGRAM } from "../../../../sdk/test/approval/sample-recipient.ts";
import type { EnclaveImage } from "../../image.ts";
import {
  type EnclaveWorld,
  type Machine,
  makeMachine,
  type Running,
  runOn,
  servedKey,
} from "./enclave-world.ts";

/** The same chain seen by programs of another major version, with a seed of its own. */
export function withImage(world: EnclaveWorld, change: Partial<EnclaveImage>): EnclaveWorld {
  return { ...world, image: { ...world.image, ...change } };
}

/** A first program that is open for business. */
export async function openFirst(world: EnclaveWorld, seed: number): Promise<Running> {
  const machine = await makeMachine(world, seed, OLD_PROGRAM);
  const first = await runOn(world, machine, { kind: "first" });
  await settle([first], () => servedKey(first) !== undefined);
  return first;
}

/** Lets programs step until it is so, looking after each step that not two of them serve. */
export async function settle(programs: readonly Running[], until: () => boolean): Promise<void> {
  for (let round = 0; round < 20 && !until(); round++) {
    for (const program of programs) {
      await program.step();
      requireOneActive(programs);
    }
  }
  assert.ok(until(), "not settled in 20 rounds");
}

export function requireOneActive(programs: readonly Running[]): void {
  const serving = programs.filter((each) => servedKey(each) !== undefined);
  assert.ok(serving.length <= 1, "two programs serve");
}

/** What refuses the program's next step; its code. */
export async function codeOfStep(program: Running): Promise<string> {
  return program.step().then(
    (outcome) => (outcome.kind === "blocked" ? outcome.code : outcome.kind),
    (error: { code?: string }) => error.code ?? String(error),
  );
}

/** The program on its machine, started again as after a power cut. */
export async function restart(
  world: EnclaveWorld,
  { machine }: { readonly machine: Machine },
): Promise<Running> {
  return runOn(world, machine);
}
