import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { build, type Plugin } from "esbuild";

const PAGE = "services/dashboard/page";

/** Where the build puts the dashboard: one file that needs nothing else. */
export const DASHBOARD_FILE = "build/dashboard.html";

/**
 * Bundles script, style and page into one file. Its policy names both by hash, so that nothing else runs in it
 * wherever it is opened; who serves it may narrow the policy further.
 */
export async function buildDashboard(): Promise<void> {
  const script = await bundle(`${PAGE}/main.ts`);
  const style = await bundle(`${PAGE}/style.css`);
  if (/<\/(script|style)/i.test(script + style)) throw new Error("expected no end tag in script and style");
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src http: https:",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  const parts: Readonly<Record<string, string>> = { policy, script, style };
  const page = readFileSync(`${PAGE}/page.html`, "utf8");
  mkdirSync("build", { recursive: true });
  replaceFile(
    DASHBOARD_FILE,
    page.replace(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] ?? ""),
  );
}

/** Puts a whole file in the place of another: who reads meanwhile gets one of them. */
export function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    charset: "ascii",
    platform: "browser",
    format: "iife",
    target: ["chrome109", "firefox115", "safari16"],
    legalComments: "none",
    plugins: [withoutNode],
    logLevel: "error",
  });
  return outputFiles[0]?.text.trim() ?? "";
}

/** Parts of the SDK that the page never reaches import Node's own modules: in a browser they are empty. */
const withoutNode: Plugin = {
  name: "without-node",
  setup(plugin) {
    plugin.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: "without-node" }));
    plugin.onLoad({ filter: /.*/, namespace: "without-node" }, () => ({ contents: "module.exports = {};" }));
  },
};

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
