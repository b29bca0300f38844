import type { Edge } from "../../contract/src/protocol/edges.ts";

/** Mermaid state diagram of the edges that change the kind of state, triggers of the same pair joined. */
export function stateDiagram(edges: readonly Edge[]): string {
  const triggers = new Map<string, string[]>();
  for (const [from, trigger, to] of edges) {
    if (from === to) continue;
    const pair = `${from} --> ${to}`;
    triggers.set(pair, [...(triggers.get(pair) ?? []), trigger]);
  }
  const lines = [...triggers].map(([pair, names]) => `  ${pair}: ${names.join("<br/>")}`);
  return ["```mermaid", "stateDiagram-v2", "  [*] --> NotInitialized", ...lines, "```"].join("\n");
}

/** Table of what is possible inside a state without leaving its kind. */
export function inPlaceTable(edges: readonly Edge[]): string {
  const byState = new Map<string, string[]>();
  for (const [from, trigger, to] of edges) {
    if (from === to) byState.set(from, [...(byState.get(from) ?? []), `\`${trigger}\``]);
  }
  const rows = [...byState].map(([state, names]) => `| ${state} | ${names.join(", ")} |`);
  return ["| state | changes that keep the state |", "|---|---|", ...rows].join("\n");
}
