import type { Audit } from "../test/audit-result.ts";

const FOCUSABLE = "a[href], button, input, textarea, summary, [tabindex='0']";

/** Measures the page as people get it: run inside it by tests, not part of it. */
export function audit(): Audit {
  const texts = visibleTexts();
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const focusable = [...document.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(isVisible);
  return {
    faint: texts.flatMap(faintness),
    measured: texts.length,
    landmarks: landmarks(),
    headings: [...document.querySelectorAll("h1, h2, h3, h4")]
      .filter((each) => isVisible(each))
      .map(({ tagName }) => Number(tagName.slice(1))),
    unnamed: focusable.filter((each) => nameOf(each) === "").map((each) => each.outerHTML.slice(0, 80)),
    small: focusable
      .filter((each) => each.matches("button, input, textarea") && isSmall(each.getBoundingClientRect()))
      .map((each) => each.outerHTML.slice(0, 80)),
    repeatedIds: ids.filter((id, at) => ids.indexOf(id) !== at),
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  };
}

function landmarks(): Audit["landmarks"] {
  const roles = { HEADER: "banner", MAIN: "main", FOOTER: "contentinfo", SECTION: "region", FORM: "form" };
  return [...document.querySelectorAll("header, main, footer, section, form")]
    .filter(isVisible)
    .map((each) => {
      const label = each.getAttribute("aria-labelledby");
      const name = label === null ? "" : (document.getElementById(label)?.textContent ?? "");
      return { role: roles[each.tagName as keyof typeof roles], name };
    });
}

function nameOf(element: HTMLElement): string {
  const labelled = element.getAttribute("aria-label") ?? "";
  const label = element.id === "" ? null : document.querySelector(`label[for="${element.id}"]`);
  return (labelled || label?.textContent || element.textContent || "").trim();
}

function isSmall({ height, width }: DOMRect): boolean {
  return height < 24 || width < 24;
}

function isVisible(element: Element): boolean {
  const { height, width } = element.getBoundingClientRect();
  return height > 1 && width > 1 && getComputedStyle(element).visibility !== "hidden";
}

interface VisibleText {
  readonly element: Element;
  readonly text: string;
}

function visibleTexts(): readonly VisibleText[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts: VisibleText[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? "";
    const element = node.parentElement;
    if (text !== "" && element !== null && isVisible(element)) texts.push({ element, text });
  }
  return texts;
}

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

const LARGE_PIXELS = 24;
const LARGE_BOLD_PIXELS = 18.66;

function faintness({ element, text }: VisibleText): Audit["faint"] {
  const style = getComputedStyle(element);
  const isDrawn = element instanceof SVGElement;
  const ground = isDrawn ? drawnGround(element) : groundOf(element);
  const ink = over(colourOf(isDrawn ? style.fill : style.color), ground);
  const size = Number.parseFloat(style.fontSize);
  const isLarge = size >= LARGE_PIXELS || (size >= LARGE_BOLD_PIXELS && Number(style.fontWeight) >= 700);
  const needed = isLarge ? 3 : 4.5;
  const [light, dark] = [luminance(ink), luminance(ground)].sort((one, other) => other - one) as [
    number,
    number,
  ];
  const ratio = (light + 0.05) / (dark + 0.05);
  return ratio < needed ? [{ text: text.slice(0, 60), ratio, needed }] : [];
}

/** Text in the drawing stands on the box beside it. */
function drawnGround(element: Element): Colour {
  const box = element.parentElement?.querySelector("rect");
  return box ? over(colourOf(getComputedStyle(box).fill), groundOf(element)) : groundOf(element);
}

function groundOf(element: Element): Colour {
  const layers: Colour[] = [];
  for (let each: Element | null = element; each !== null; each = each.parentElement) {
    layers.unshift(colourOf(getComputedStyle(each).backgroundColor));
  }
  return layers.reduce((below, above) => over(above, below), [255, 255, 255, 1]);
}

function colourOf(text: string): Colour {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return text === "transparent" ? [0, 0, 0, 0] : [red, green, blue, alpha];
}

function over([red, green, blue, alpha]: Colour, [r, g, b]: Colour): Colour {
  const mix = (above: number, below: number) => above * alpha + below * (1 - alpha);
  return [mix(red, r), mix(green, g), mix(blue, b), 1];
}

function luminance([red, green, blue]: Colour): number {
  const [r, g, b] = [red, green, blue].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
