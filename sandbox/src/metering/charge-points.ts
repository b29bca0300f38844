/**
 * Where gas is charged inside a function, after finite-wasm: every operator contributes a point; points at the same
 * operator merge, then neighbours merge as long as nothing between them can stop, observe or redirect execution.
 */
export const POINT = {
  pure: 0,
  unreachable: 1,
  /** A charge that must come before what it stands for (calls, branches, traps). */
  before: 2,
  /** A charge for what follows something that may not have continued here. */
  after: 3,
  between: 4,
  /** Costs by the operand on top of the stack; never merges with neighbours. */
  bulk: 5,
} as const;

export type PointKind = (typeof POINT)[keyof typeof POINT];

/** Charges in order of `offsets` (byte positions of operators); parallel arrays, since a contract has 10^5 of them. */
export interface ChargePoints {
  readonly offsets: number[];
  readonly kinds: PointKind[];
  /** Gas per pass. */
  readonly constants: number[];
  /** Gas per unit of the operand on top of the stack; 0 for all but bulk operators. */
  readonly linears: number[];
}

export function chargePoints(): ChargePoints {
  return { offsets: [], kinds: [], constants: [], linears: [] };
}

export function pushPoint(
  points: ChargePoints,
  offset: number,
  kind: PointKind,
  constant: number,
  linear: number,
): void {
  points.offsets.push(offset);
  points.kinds.push(kind);
  points.constants.push(constant);
  points.linears.push(linear);
}

/** Merges in place, as finite-wasm does: first points of one operator, then runs across operators. */
export function mergePoints(points: ChargePoints): void {
  mergeRuns(points, (previous, next) =>
    previous.offset === next.offset ? mergeAtOneOperator(previous.kind, next.kind) : null,
  );
  mergeRuns(points, (previous, next) => mergeAcrossOperators(previous.kind, next.kind));
}

interface Point {
  offset: number;
  kind: PointKind;
  constant: number;
  linear: number;
}

function mergeRuns(points: ChargePoints, merge: (previous: Point, next: Point) => PointKind | null): void {
  const count = points.offsets.length;
  if (count === 0) return;
  const held = pointAt(points, 0);
  const next = pointAt(points, 0);
  let written = 0;
  for (let i = 1; i < count; i++) {
    readPoint(points, i, next);
    const kind = held.linear === 0 && next.linear === 0 ? merge(held, next) : null;
    if (kind === null) {
      storePoint(points, written++, held);
      readPoint(points, i, held);
    } else {
      held.kind = kind;
      held.constant += next.constant;
    }
  }
  storePoint(points, written++, held);
  for (const column of [points.offsets, points.kinds, points.constants, points.linears])
    column.length = written;
}

function pointAt(points: ChargePoints, index: number): Point {
  const point: Point = { offset: 0, kind: POINT.pure, constant: 0, linear: 0 };
  readPoint(points, index, point);
  return point;
}

function readPoint(points: ChargePoints, index: number, into: Point): void {
  into.offset = points.offsets[index]!;
  into.kind = points.kinds[index]!;
  into.constant = points.constants[index]!;
  into.linear = points.linears[index]!;
}

function storePoint(points: ChargePoints, index: number, point: Point): void {
  points.offsets[index] = point.offset;
  points.kinds[index] = point.kind;
  points.constants[index] = point.constant;
  points.linears[index] = point.linear;
}

function mergeAtOneOperator(first: PointKind, second: PointKind): PointKind {
  if (first === POINT.unreachable || second === POINT.unreachable) return POINT.unreachable;
  if (first === POINT.pure) return second;
  if (second === POINT.pure || first === second) return first;
  return POINT.between;
}

function mergeAcrossOperators(first: PointKind, second: PointKind): PointKind | null {
  if (first === POINT.pure && second === POINT.pure) return POINT.pure;
  if (first === POINT.unreachable && second === POINT.unreachable) return POINT.unreachable;
  if (first === POINT.after && second === POINT.before) return POINT.between;
  if (first === POINT.pure && second === POINT.before) return POINT.before;
  if (first === POINT.after && second === POINT.pure) return POINT.after;
  return null;
}
