import type { NextAction } from "../../../sdk/src/inspect/next-actions.ts";
import { byId, type Child, h } from "./dom.ts";

/** What can be done now: operators' calls with their commands, programs' in short, the rest folded away. */
export function actions(all: readonly NextAction[]): readonly Child[] {
  const ready = all.filter(({ by, toFillIn }) => by === "operator" && toFillIn.length === 0);
  const open = all.filter(({ by, toFillIn }) => by === "operator" && toFillIn.length > 0);
  const programs = all.filter(({ by, toFillIn }) => by !== "operator" && toFillIn.length === 0);
  return [
    programs.length === 0 ? null : h("h3", {}, "For the programs, by themselves"),
    programs.length === 0 ? null : h("ul", { class: "programs" }, ...programs.map(programItem)),
    ready.length === 0 ? null : h("h3", {}, "Operators can do now"),
    ...ready.map((action, at) => actionItem(action, `ready-${at}`)),
    ready.length + programs.length === 0 ? h("p", {}, "Nothing waits for an operator.") : null,
    open.length === 0
      ? null
      : h(
          "details",
          { id: "open-actions" },
          h("summary", {}, `${open.length} more with values that only you know`),
          ...open.map((action, at) => actionItem(action, `open-${at}`)),
        ),
  ];
}

function programItem({ accounts, becomes, by, method }: NextAction): HTMLElement {
  const program = by === "node" ? "mpc-node" : "mpc-backup";
  return h("li", {}, h("code", {}, method), ` by ${program} of ${accounts.join(", ")}${arrowTo(becomes)}`);
}

function actionItem(action: NextAction, id: string): HTMLElement {
  const { accounts, becomes, command, method, needsFullAccess, toFillIn } = action;
  const who = accounts.length === 0 ? `Fill in ${toFillIn.join(", ")}` : `By ${accounts.join(", ")} `;
  const code = h("code", { id: `${id}-command` }, command);
  return h(
    "div",
    { class: "action" },
    h("p", {}, h("strong", {}, method), arrowTo(becomes)),
    h("p", {}, who, needsFullAccess ? h("span", { class: "chip warn" }, "full-access key") : null),
    h(
      "div",
      { class: "command" },
      h("pre", { tabindex: "0", id: `${id}-text`, "aria-label": `Command for ${method}` }, code),
      copyButton(command, id, method),
    ),
  );
}

function copyButton(command: string, id: string, method: string): HTMLElement {
  const button = h(
    "button",
    { type: "button", id: `${id}-copy`, "aria-label": `Copy the command for ${method}` },
    "Copy",
  );
  button.addEventListener("click", () => {
    void copy(command, id).then((text) => {
      button.textContent = text;
      // The button's name stays what it does, so this is said apart.
      byId("announcement").textContent = `${text} the command for ${method}.`;
    });
  });
  return button;
}

/** Where a page may not write to the clipboard, the command is selected instead. */
async function copy(command: string, id: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(command);
    return "Copied";
  } catch {
    const code = document.getElementById(`${id}-command`);
    if (code !== null) getSelection()?.selectAllChildren(code);
    return "Selected";
  }
}

function arrowTo(kinds: NextAction["becomes"]): string {
  return kinds.length === 0 ? "" : ` → ${kinds.join(" or ")}`;
}
