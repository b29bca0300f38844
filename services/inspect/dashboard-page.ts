import { createHash } from "node:crypto";

/** What the page is to look at. */
export interface DashboardSource {
  readonly contractId: string;
  readonly rpcUrls: readonly string[];
}

/** The page as it is sent. */
export interface ServedPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where the built page leaves room for its source. */
const EMPTY_SOURCE = '<script type="application/json" id="source">null</script>';

/**
 * The built page with its source in it, and headers that allow it its own script and style and requests to these
 * endpoints, nothing else. Throws where the page has no room for a source: another build made it.
 */
export function dashboardPage(template: string, source: DashboardSource): ServedPage {
  if (template.split(EMPTY_SOURCE).length !== 2) throw new Error("expected a dashboard.html of this build");
  // In JSON a < can stand as an escape, so that no value ends the element.
  const json = JSON.stringify(source).replaceAll("<", "\\u003c");
  const html = template.replace(EMPTY_SOURCE, () => EMPTY_SOURCE.replace("null", () => json));
  const origins = [...new Set(source.rpcUrls.map((url) => new URL(url).origin))];
  const policy = [
    "default-src 'none'",
    `script-src ${hashesOf(template, "script")}`,
    `style-src ${hashesOf(template, "style")}`,
    `connect-src ${origins.join(" ")}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return { html, headers: { ...HEADERS, "content-security-policy": policy.join("; ") } };
}

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/** The page's own scripts (or styles) by hash; elements with a type hold data. */
function hashesOf(template: string, element: "script" | "style"): string {
  const bodies = [...template.matchAll(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`, "g"))];
  return bodies
    .map(([, body = ""]) => `'sha256-${createHash("sha256").update(body).digest("base64")}'`)
    .join(" ");
}
