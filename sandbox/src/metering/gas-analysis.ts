import type { DecodedOperator } from "../wasm/read-operator.ts";
import { type ChargePoints, chargePoints, POINT, type PointKind, pushPoint } from "./charge-points.ts";

/** Gas per operator. */
export interface OperatorCosts {
  readonly regular: number;
  readonly bulkBase: number;
  readonly bulkUnit: number;
}

/**
 * `exact` charges before every operator that can trap, like nearcore. `fast` lets charges move across loads, stores,
 * divisions and truncations: the same totals wherever the host looks, as long as no operator traps.
 */
export type MeteringMode = "exact" | "fast";

/** State of the gas analysis of one function body. */
export interface GasAnalysis {
  readonly points: ChargePoints;
  readonly costs: OperatorCosts;
  readonly mode: MeteringMode;
  readonly frames: GasFrame[];
  frame: GasFrame;
  /** Kind and gas of a charge for after the last operator; null for none. */
  scheduled: { kind: PointKind; gas: number } | null;
}

interface GasFrame {
  /** Code here cannot be reached: it follows an unconditional branch. */
  dead: boolean;
  /** `forward` = some branch jumps to this frame's end. */
  target: "untaken" | "forward" | "loop";
  /** Points before and after a `loop` operator, which become branch targets once a branch names the frame. */
  pointBefore: number;
  pointAfter: number;
}

export function gasAnalysis(costs: OperatorCosts, mode: MeteringMode): GasAnalysis {
  return {
    points: chargePoints(),
    costs,
    mode,
    frames: [],
    frame: newFrame(false, "untaken"),
    scheduled: null,
  };
}

/** Takes in the next operator of the body. */
export function addOperatorGas(analysis: GasAnalysis, decoded: DecodedOperator): void {
  const { start, index, targets, operator } = decoded;
  const { regular, bulkBase, bulkUnit } = analysis.costs;
  flushScheduled(analysis, start);
  switch (operator.class) {
    case "pure":
      before(analysis, start, POINT.pure, regular);
      return;
    case "trapping":
      if (analysis.mode === "fast") {
        before(analysis, start, POINT.pure, regular);
        return;
      }
      around(analysis, start, regular);
      return;
    case "call":
      around(analysis, start, regular);
      return;
    case "bulk":
      before(analysis, start, POINT.bulk, bulkBase, bulkUnit);
      schedule(analysis, POINT.after, 0);
      return;
    case "unreachable":
      before(analysis, start, POINT.before, regular);
      schedule(analysis, POINT.unreachable, 0);
      analysis.frame.dead = true;
      return;
    case "block":
      before(analysis, start, POINT.pure, 0);
      enter(analysis, "untaken");
      return;
    case "loop":
      enterLoop(analysis, start, regular);
      return;
    case "if":
      around(analysis, start, regular);
      enter(analysis, "forward");
      return;
    case "else":
      leave(analysis);
      enter(analysis, "forward");
      around(analysis, start, 0);
      return;
    case "end":
      if (analysis.frame.target === "forward") around(analysis, start, 0);
      else before(analysis, start, POINT.pure, 0);
      leave(analysis);
      return;
    case "br":
      branch(analysis, start, regular, [index], true);
      return;
    case "br_if":
      branch(analysis, start, regular, [index], false);
      return;
    case "br_table":
      branch(analysis, start, regular, targets, true);
      return;
    case "return":
      branch(analysis, start, regular, [analysis.frames.length], true);
      return;
  }
}

function newFrame(dead: boolean, target: GasFrame["target"]): GasFrame {
  return { dead, target, pointBefore: 0, pointAfter: 0 };
}

function before(analysis: GasAnalysis, offset: number, kind: PointKind, gas: number, linear = 0): void {
  pushPoint(analysis.points, offset, analysis.frame.dead ? POINT.unreachable : kind, gas, linear);
}

function around(analysis: GasAnalysis, offset: number, gas: number): void {
  before(analysis, offset, POINT.before, gas);
  schedule(analysis, POINT.after, 0);
}

function schedule(analysis: GasAnalysis, kind: PointKind, gas: number): void {
  analysis.scheduled = { kind, gas };
}

function flushScheduled(analysis: GasAnalysis, offset: number): void {
  if (analysis.scheduled === null) return;
  pushPoint(analysis.points, offset, analysis.scheduled.kind, analysis.scheduled.gas, 0);
  analysis.scheduled = null;
}

function enter(analysis: GasAnalysis, target: GasFrame["target"]): void {
  analysis.frames.push(analysis.frame);
  analysis.frame = newFrame(analysis.frame.dead, target);
}

/** A loop is charged after its header, so once per iteration. */
function enterLoop(analysis: GasAnalysis, offset: number, gas: number): void {
  const pointBefore = analysis.points.kinds.length;
  before(analysis, offset, POINT.pure, 0);
  schedule(analysis, POINT.pure, gas);
  enter(analysis, "loop");
  analysis.frame.pointBefore = pointBefore;
  analysis.frame.pointAfter = pointBefore + 1;
}

function leave(analysis: GasAnalysis): void {
  const outer = analysis.frames.pop();
  if (outer !== undefined) analysis.frame = outer;
}

function branch(
  analysis: GasAnalysis,
  offset: number,
  gas: number,
  depths: readonly number[],
  unconditional: boolean,
): void {
  around(analysis, offset, gas);
  for (const depth of depths) markTarget(analysis, depth);
  if (unconditional) analysis.frame.dead = true;
}

function markTarget(analysis: GasAnalysis, depth: number): void {
  const frame = depth === 0 ? analysis.frame : analysis.frames[analysis.frames.length - depth];
  if (frame === undefined) return;
  switch (frame.target) {
    case "untaken":
      frame.target = "forward";
      return;
    case "forward":
      return;
    case "loop":
      analysis.points.kinds[frame.pointBefore] = POINT.before;
      analysis.points.kinds[frame.pointAfter] = POINT.after;
      return;
  }
}
