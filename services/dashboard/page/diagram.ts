import { EDGES } from "../../../contract/src/protocol/edges.ts";
import { STATE_KINDS, type StateKind } from "../../../contract/src/protocol/state.ts";
import { type Child, h, s } from "./dom.ts";

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const HEIGHT = 36;
/** Middles of the boxes, in the units of the drawing. */
const BOXES: Readonly<Record<StateKind, Box>> = {
  NotInitialized: { x: 200, y: 24, width: 128 },
  Initializing: { x: 62, y: 118, width: 112 },
  Running: { x: 200, y: 118, width: 92 },
  Resharing: { x: 338, y: 118, width: 112 },
  Recovery: { x: 200, y: 212, width: 96 },
};

interface Way {
  readonly from: StateKind;
  readonly to: StateKind;
  readonly triggers: readonly string[];
}

/** The ways between kinds of state, each with all that takes it. */
const WAYS: readonly Way[] = waysOf();

/** The states and the ways between them, the present one lit; and the ways out of it in words. */
export function diagram(current: StateKind): readonly Child[] {
  const out = WAYS.filter(({ from }) => from === current);
  return [
    s(
      "svg",
      {
        viewBox: "0 0 400 236",
        role: "img",
        "aria-label": `State diagram: the state is ${current}`,
        class: "diagram",
      },
      s("defs", {}, arrowHead("arrow", ""), arrowHead("arrow-out", "out")),
      ...WAYS.filter(({ from }) => from !== current).map((way) => arrow(way, false)),
      ...out.map((way) => arrow(way, true)),
      ...STATE_KINDS.map((kind) => box(kind, kind === current)),
    ),
    h("h3", {}, `Ways out of ${current}`),
    h(
      "ul",
      { class: "ways" },
      ...out.map(({ to, triggers }) =>
        h(
          "li",
          {},
          h("strong", {}, to),
          " by ",
          ...triggers.flatMap((name, at) => [at > 0 ? ", " : "", h("code", {}, name)]),
        ),
      ),
    ),
  ];
}

function box(kind: StateKind, isCurrent: boolean): SVGElement {
  const { width, x, y } = BOXES[kind];
  return s(
    "g",
    { class: isCurrent ? `state now ${kind}` : "state" },
    s("rect", {
      x: String(x - width / 2),
      y: String(y - HEIGHT / 2),
      width: String(width),
      height: String(HEIGHT),
      rx: "8",
    }),
    s("text", { x: String(x), y: String(y + 5), "text-anchor": "middle" }, kind),
  );
}

function arrowHead(id: string, name: string): SVGElement {
  const shape = {
    viewBox: "0 0 8 8",
    refX: "7",
    refY: "4",
    markerWidth: "7",
    markerHeight: "7",
    orient: "auto",
  };
  return s("marker", { id, class: `head ${name}`, ...shape }, s("path", { d: "M0 0L8 4L0 8z" }));
}

/** Where ways go both ways between two states, they lie side by side. */
const ASIDE = 7;

function arrow({ from, to }: Way, isOut: boolean): SVGElement {
  const [a, b] = [BOXES[from], BOXES[to]];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const isReturned = WAYS.some((way) => way.from === to && way.to === from);
  const aside = isReturned ? ASIDE / length : 0;
  const [dx, dy] = [(a.y - b.y) * aside, (b.x - a.x) * aside];
  const start = border(a, b, 0);
  const end = border(b, a, 3);
  return s("path", {
    d: `M${start.x + dx} ${start.y + dy}L${end.x + dx} ${end.y + dy}`,
    class: isOut ? "way out" : "way",
    "marker-end": isOut ? "url(#arrow-out)" : "url(#arrow)",
  });
}

/** Where the line from the middle of `box` towards `other` leaves it, and so far beyond. */
function border(box: Box, other: Box, beyond: number): { readonly x: number; readonly y: number } {
  const [dx, dy] = [other.x - box.x, other.y - box.y];
  const scale = Math.min(box.width / 2 / Math.abs(dx || 1e-9), HEIGHT / 2 / Math.abs(dy || 1e-9));
  const length = Math.hypot(dx, dy);
  return { x: box.x + dx * scale + (dx / length) * beyond, y: box.y + dy * scale + (dy / length) * beyond };
}

function waysOf(): readonly Way[] {
  const found = new Map<string, { from: StateKind; to: StateKind; triggers: string[] }>();
  for (const [from, trigger, to] of EDGES) {
    if (from === to) continue;
    const way = found.get(`${from} ${to}`) ?? { from, to, triggers: [] };
    way.triggers.push(trigger);
    found.set(`${from} ${to}`, way);
  }
  return [...found.values()];
}
