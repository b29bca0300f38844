import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ERROR_TEXTS } from "../../contract/src/protocol/error-texts.ts";
import { CLIENT_ERROR_TEXTS } from "../src/errors/client-error-texts.ts";
import { clientDocsPath } from "../src/errors/docs-path.ts";

/** Anchors of a page: headings as GitHub turns them into links. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = readFileSync(new URL(`../../${page}`, import.meta.url), "utf8").matchAll(/^#+ (.+)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) => `${page}#${heading.toLowerCase().replaceAll(" ", "-")}`),
  );
}

const SNAPSHOT = readFileSync(new URL("../snapshots/errors.txt", import.meta.url), "utf8");

test("behavior: every page and anchor that an error links to exists", () => {
  const anchors = new Set([...anchorsOf("docs/protocol.md"), ...anchorsOf("docs/errors.md")]);
  const linked = [...SNAPSHOT.matchAll(/^ {2}See (\S+)$/gm)].map(([, link = ""]) => link);
  const known = Object.keys(ERROR_TEXTS).length + Object.keys(CLIENT_ERROR_TEXTS).length;
  assert.ok(linked.length > known - 5, `${linked.length} links`);
  const missing = linked.filter((link) => !anchors.has(link) && !link.endsWith("#code_of_a_newer_contract"));
  assert.deepEqual(missing, []);
  for (const code of Object.keys(CLIENT_ERROR_TEXTS)) assert.ok(anchors.has(clientDocsPath(code)), code);
});

test("behavior: the texts that people read cover every code, and say of a retry what the error says", () => {
  const seen = new Map<string, Set<boolean>>();
  for (const [, code = "", retry] of SNAPSHOT.matchAll(/^\w+ ([A-Z_]+)( \(a retry may help\))?$/gm)) {
    seen.set(code, (seen.get(code) ?? new Set()).add(retry !== undefined));
  }
  // Told by the watch itself, see watch.test.ts.
  const provokedElsewhere = ["WATCH_BEHIND", "HISTORY_NOT_PROVEN"];
  for (const [code, { retry }] of Object.entries(CLIENT_ERROR_TEXTS)) {
    if (provokedElsewhere.includes(code)) continue;
    const helps = seen.get(code) ?? assert.fail(`${code} is not in the snapshot`);
    if (retry === "depends") continue;
    assert.deepEqual([...helps], [retry === "helps"], code);
  }
});
