import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { auditPage } from "./browser.ts";

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 860 };

/** Names, order, sizes and contrast, in light and dark, on a desk and on a phone. */
export async function isAccessible(shown: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const size of [DESK, PHONE]) {
      await shown.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await shown.setViewportSize(size);
      const found = await auditPage(shown);
      assert.deepEqual(found.faint, [], `${colorScheme} at ${size.width}`);
      assert.ok(found.measured > 8, `expected texts to measure, found ${found.measured}`);
      assert.deepEqual([found.unnamed, found.small, found.repeatedIds], [[], [], []]);
      assert.ok(found.overflow <= 0, `wider than the window by ${found.overflow} pixels`);
      const roles = found.landmarks.map(({ role }) => role);
      assert.deepEqual([roles[0], roles[1], roles.at(-1)], ["banner", "main", "contentinfo"]);
      const regions = found.landmarks.filter(({ role }) => role === "region" || role === "form");
      assert.ok(regions.length > 0 && regions.every(({ name }) => name !== ""), "every region has a name");
      assert.equal(new Set(regions.map(({ name }) => name)).size, regions.length, "no two have the same");
      assert.equal(found.headings[0], 1);
      assert.ok(found.headings.every((level, at) => at === 0 || level <= (found.headings[at - 1] ?? 0) + 1));
    }
  }
  await shown.emulateMedia({ colorScheme: "light" });
  await shown.setViewportSize(DESK);
  await isReachedByKeyboard(shown);
}

/** Every control is reached with the Tab key, in the order of the document, and shows that it has the focus. */
async function isReachedByKeyboard(shown: Page): Promise<void> {
  await shown.evaluate(
    "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); scrollTo(0, 0)",
  );
  const expected = await shown.locator(CONTROLS).count();
  const order = `(() => {
    const all = [...document.querySelectorAll(${JSON.stringify(CONTROLS)})].filter((e) => e.checkVisibility());
    const style = getComputedStyle(document.activeElement);
    return [all.length, all.indexOf(document.activeElement), style.outlineStyle];
  })()`;
  const seen: number[] = [];
  for (let pressed = 0; pressed < expected; pressed += 1) {
    await shown.keyboard.press("Tab");
    const [total, at, outline] = (await shown.evaluate(order)) as [number, number, string];
    if (at < 0) break;
    seen.push(at);
    assert.notEqual(outline, "none", "what has the focus shows it");
    if (seen.length === total) break;
  }
  assert.deepEqual(
    seen,
    seen.map((_, at) => at),
    "in the order of the document",
  );
  assert.ok(seen.length > 0, "something is reached");
}

const CONTROLS = "a[href], button, input, textarea, summary, [tabindex='0']";
