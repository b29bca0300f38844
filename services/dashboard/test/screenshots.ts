import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";

const FOLDER = "docs/images";
const VIEWS = [
  { name: "light", colorScheme: "light", width: 1160, height: 760 },
  { name: "dark", colorScheme: "dark", width: 1160, height: 760 },
  { name: "phone", colorScheme: "dark", width: 390, height: 844 },
] as const;

/** Renews the pictures in the docs, only when `MPC_SCREENSHOTS=1` asks for it: no two runs look quite the same. */
export async function takeScreenshots(page: Page, name: string): Promise<void> {
  if (process.env.MPC_SCREENSHOTS !== "1") return;
  mkdirSync(FOLDER, { recursive: true });
  for (const { colorScheme, height, name: view, width } of VIEWS) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height });
    await page.evaluate("scrollTo(0, 0)");
    await page.screenshot({ path: `${FOLDER}/dashboard-${name}-${view}.png` });
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 860 });
}
