/** A system of which every reachable state is visited. States are plain data; equal JSON is the same state. */
export interface StateSpace<State> {
  readonly initial: State;
  /** Everything that may happen next, faults included. */
  readonly next: (state: State) => readonly Step<State>[];
  /** States that must never be reached, by the rule that they break. */
  readonly forbidden: Readonly<Record<string, (state: State) => boolean>>;
  /** Where it must remain possible to get to, from every state. */
  readonly goal: (state: State) => boolean;
}

export interface Step<State> {
  readonly label: string;
  readonly state: State;
}

export interface Exploration {
  readonly states: number;
  readonly steps: number;
  /** The shortest way to a forbidden state. */
  readonly broken: { readonly rule: string; readonly trace: readonly string[] } | null;
  /** The shortest way to a state from which the goal can't be reached any more. */
  readonly stuck: readonly string[] | null;
}

const MAX_STATES = 2_000_000;

/** Visits all states breadth first, so that what it finds is a shortest trace. Stops at the first broken rule. */
export function explore<State>({ initial, next, forbidden, goal }: StateSpace<State>): Exploration {
  const found = new Map<string, Visit>();
  const keys: string[] = [];
  const cameFrom: number[][] = [];
  const goals: number[] = [];
  const visit = (state: State, from: number, label: string): number => {
    const key = JSON.stringify(state);
    const known = found.get(key);
    if (known !== undefined) return known.index;
    if (keys.length >= MAX_STATES) throw new Error(`more than ${MAX_STATES} states`);
    found.set(key, { index: keys.length, from, label });
    cameFrom.push([]);
    if (goal(state)) goals.push(keys.length);
    return keys.push(key) - 1;
  };
  visit(initial, -1, "start");
  let steps = 0;
  const visits = () => [...found.values()];
  for (let index = 0; index < keys.length; index++) {
    const state: State = JSON.parse(keys[index]!);
    const rule = Object.keys(forbidden).find((name) => forbidden[name]!(state));
    if (rule !== undefined) {
      return { states: keys.length, steps, broken: { rule, trace: traceTo(visits(), index) }, stuck: null };
    }
    for (const step of next(state)) {
      steps += 1;
      cameFrom[visit(step.state, index, step.label)]!.push(index);
    }
  }
  const stuck = firstOutside(reverseReachable(cameFrom, goals), keys.length);
  return {
    states: keys.length,
    steps,
    broken: null,
    stuck: stuck === null ? null : traceTo(visits(), stuck),
  };
}

interface Visit {
  readonly index: number;
  readonly from: number;
  readonly label: string;
}

function traceTo(visits: readonly Visit[], index: number): readonly string[] {
  const trace: string[] = [];
  for (let at = index; at > 0; at = visits[at]!.from) trace.unshift(visits[at]!.label);
  return trace;
}

function reverseReachable(cameFrom: readonly (readonly number[])[], goals: readonly number[]): Set<number> {
  const reached = new Set(goals);
  const open = [...goals];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const from of cameFrom[index]!) {
      if (reached.has(from)) continue;
      reached.add(from);
      open.push(from);
    }
  }
  return reached;
}

function firstOutside(reached: ReadonlySet<number>, count: number): number | null {
  for (let index = 0; index < count; index++) if (!reached.has(index)) return index;
  return null;
}
