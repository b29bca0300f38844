import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { before, test } from "node:test";
import { dashboardPage } from "../../inspect/dashboard-page.ts";
import { buildDashboard, DASHBOARD_FILE } from "../build-dashboard.ts";

const MAX_PAGE_BYTES = 260_000;
const MAX_IMAGE_BYTES = 150_000;
const IMAGES = "docs/images";

let page: string;

before(async () => {
  await buildDashboard();
  page = readFileSync(DASHBOARD_FILE, "utf8");
});

test("behavior: the page's own sources have right types; the rest of the project knows no browser", () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "services/dashboard"],
    { encoding: "utf8" },
  );
  assert.equal(status, 0, stdout);
});

test("behavior: the page is one small file that loads nothing", () => {
  assert.ok(page.length < MAX_PAGE_BYTES, `${page.length} bytes`);
  assert.doesNotMatch(page, /<(link|script|img)[^>]+(src|href)="(?!data:|#)/);
  assert.doesNotMatch(
    page.split("<script>")[1] ?? "",
    /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\()/,
  );
});

test("behavior: the policy in the page names its script and style by hash, and forbids the rest", () => {
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? "";
  for (const element of ["script", "style"] as const) {
    const body = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(body).digest("base64");
    assert.ok(policy.includes(`${element}-src 'sha256-${hash}'`), element);
  }
  assert.match(policy, /^default-src 'none';/);
  assert.match(policy, /require-trusted-types-for 'script'; trusted-types 'none'$/);
  assert.doesNotMatch(policy, /unsafe|\*/);
});

test("behavior: the served page may ask the given endpoints alone; its source can't end its element", () => {
  const rpcUrls = ["https://rpc.one.example/</script><script>alert(1)</script>", "http://127.0.0.1:3030/key"];
  const served = dashboardPage(page, { contractId: "mpc.near", rpcUrls });
  const policy = served.headers["content-security-policy"] ?? "";
  assert.match(policy, /connect-src https:\/\/rpc\.one\.example http:\/\/127\.0\.0\.1:3030;/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.equal(served.html.split("<script>").length, page.split("<script>").length);
  const json = /<script type="application\/json" id="source">(.*?)<\/script>/s.exec(served.html)?.[1] ?? "";
  assert.deepEqual(JSON.parse(json), { contractId: "mpc.near", rpcUrls });
  assert.throws(() => dashboardPage("<html></html>", { contractId: "mpc.near", rpcUrls }), /of this build/);
});

test("behavior: the pictures in the docs are small", () => {
  assert.ok(existsSync(IMAGES));
  for (const name of readdirSync(IMAGES)) {
    const { size } = statSync(`${IMAGES}/${name}`);
    assert.ok(size < MAX_IMAGE_BYTES, `${name}: ${size} bytes`);
  }
});
