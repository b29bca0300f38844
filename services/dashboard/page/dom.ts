/** What an element takes: attributes, or a listener under its event's name. */
export type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void)>>;
/** Text becomes a text node, whatever it holds. */
export type Child = Node | string | number | null;

/** An HTML element. Values from outside only ever become text or plain attributes. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** The element of the page with this id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`expected an element #${id}`);
  return found;
}

/**
 * Puts new content into a part of the page if its `data` changed. What people did there stays: the focus, and which
 * details are open, go by the elements' ids.
 */
export function update(part: HTMLElement, data: unknown, build: () => readonly Child[]): void {
  const key = JSON.stringify(data, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  if (shown.get(part) === key) return;
  shown.set(part, key);
  const focused = part.contains(document.activeElement) ? document.activeElement?.id : undefined;
  const opened = [...part.querySelectorAll("details[open]")].map(({ id }) => id);
  part.replaceChildren(...nodes(build()));
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus();
}

const shown = new WeakMap<HTMLElement, string>();

function fill<Target extends Element>(
  element: Target,
  attributes: Attributes,
  children: readonly Child[],
): Target {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...nodes(children));
  return element;
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) =>
    child === null ? [] : [typeof child === "object" ? child : visible(String(child))],
  );
}

/** Marks that turn text around or hide would let one account look like another. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
