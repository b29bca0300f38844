import { type CallSpec, METHODS, type ViewSpec } from "../../contract/src/interface/methods.ts";
import { ERROR_TEXTS } from "../../contract/src/protocol/error-texts.ts";
import { EVENT_TEXTS } from "../../contract/src/protocol/event-texts.ts";
import { STATE_KINDS } from "../../contract/src/protocol/state.ts";
import { describeSchema } from "./wire-catalogue.ts";

/** Every method: arguments, who, when, deposit, gas that clients attach. */
export function methodTable(): string {
  const rows = Object.entries(METHODS).map(([name, spec]) => `| \`${name}\` | ${cells(spec).join(" | ")} |`);
  return ["| method | arguments | who | states | deposit | gas |", "|---|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

/** Every error code with its sentence and remedy; the headings are the anchors that SDK errors link to. */
export function errorTable(): string {
  const entries = Object.entries(ERROR_TEXTS);
  return entries.map(([code, { meaning, remedy }]) => `### ${code}\n\n${meaning} ${remedy}`).join("\n\n");
}

/** Every event with what it says. */
export function eventTable(): string {
  const rows = Object.entries(EVENT_TEXTS).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return ["| event | meaning |", "|---|---|", ...rows].join("\n");
}

function cells(spec: CallSpec | ViewSpec): readonly string[] {
  const args = describeSchema(spec.args).replaceAll("|", "\\|");
  const states = spec.states.length === STATE_KINDS.length ? "any" : spec.states.join(", ");
  const shown = args === "{}" ? "none" : `\`${args}\``;
  if (spec.kind === "view") return [shown, "anybody", states, "view", "view"];
  return [
    shown,
    spec.caller.replaceAll("_", " "),
    states,
    spec.deposit.replaceAll("_", " "),
    `${spec.gas / 10n ** 12n} Tgas`,
  ];
}
