import { Crash } from "../../../store/test/crashing-files.ts";

/** One run of a program, from its start until it stops or is killed, as a count of its steps. */
export interface Life {
  /** Everything that the program did to the world outside its memory, in order. */
  readonly steps: readonly string[];
  isOver(): boolean;
  /** Whether the program comes through this step; at `dies` it ends in the middle of it. Throws Crash when it is over. */
  next(step: string): "passes" | "dies";
  /** A step that has no middle: throws Crash in its place. */
  pass(step: string): void;
}

/** A life that ends at step number `endsAt`, from 0; with `Infinity` it never does. */
export function createLife(endsAt: number): Life {
  const steps: string[] = [];
  let over = false;
  const next: Life["next"] = (step) => {
    if (over) throw new Crash(`${step}, by a program that was killed`);
    over = steps.length === endsAt;
    steps.push(step);
    return over ? "dies" : "passes";
  };
  return {
    steps,
    isOver: () => over,
    next,
    pass(step) {
      if (next(step) === "dies") throw new Crash(`killed at ${step}`);
    },
  };
}
