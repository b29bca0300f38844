import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { INSPECTOR } from "../../inspect/test/bundle-inspector.ts";
import type { Audit } from "./audit-result.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Whether a browser is there; otherwise why a test is skipped. */
export const skipWithoutBrowser: false | string = existsSync(CHROMIUM) ? false : "needs tool chromium";

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

/** A page and the addresses that it asked for. */
export interface WatchedPage {
  readonly page: Page;
  readonly requested: string[];
  /** Errors of scripts, and what the page's policy blocked. */
  readonly faults: string[];
}

/** Opens a page in a context of its own. */
export async function openPage(
  browser: Browser,
  options: {
    readonly width?: number;
    readonly height?: number;
    readonly colorScheme?: "light" | "dark";
  } = {},
): Promise<WatchedPage> {
  const { colorScheme = "light", height = 860, width = 1280 } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    locale: "en-GB",
    timezoneId: "UTC",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const requested: string[] = [];
  const faults: string[] = [];
  page.on("request", (request) => requested.push(request.url()));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) faults.push(message.text());
  });
  return { page, requested, faults };
}

/** Measures the page as it is. */
export async function auditPage(page: Page): Promise<Audit> {
  const { outputFiles } = await build({
    entryPoints: ["services/dashboard/page/audit.ts"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "audited",
  });
  return (await page.evaluate(`(() => { ${outputFiles[0]?.text}; return audited.audit(); })()`)) as Audit;
}

/** A `mpc-inspect serve` that runs. */
export interface Served {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts the program that `bundleInspector` made. */
export async function serve(contractId: string, rpcUrls: readonly string[]): Promise<Served> {
  const args = [INSPECTOR, "serve", "--port", "0", "--contract-id", contractId, "--rpc-url", ...rpcUrls];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let errors = "";
  child.stderr.on("data", (text: Buffer) => {
    errors += text.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (text: Buffer) => resolve(/http:\S+/.exec(text.toString())?.[0] ?? ""));
    void ended.then(() => reject(new Error(`mpc-inspect serve ended: ${errors}`)));
  });
  return {
    url,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
