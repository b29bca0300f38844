import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page, Route } from "playwright-core";
import { recovering } from "../../../sdk/test/inspect-scenarios.ts";
import { pinnedScenario } from "../../../sdk/test/inspect-world.ts";
import { bundleInspector } from "../../inspect/test/bundle-inspector.ts";
import { openPage, type Served, serve, skipWithoutBrowser, startBrowser } from "./browser.ts";

/** Endpoints that lie, or answer with what would run if the page let it. */
const skip = { skip: skipWithoutBrowser };
const ONE = "http://rpc.one.test";
const TWO = "http://rpc.two.test";
const MARKUP = '<img src=x onerror="window.ran = 1"><script>window.ran = 1</script>';
const HASH = "4BxU427eGzYvyHJPihxcmgqQyynfcjWfTqxyKtRAzUnb";

/** An endpoint that is ten minutes behind. */
const HEAD_MILLIS = Date.now() - 600_000;

let browser: Browser;

before(async () => {
  if (skipWithoutBrowser) return;
  await bundleInspector();
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
});

test(
  "behavior: markup and marks that turn text around, wherever an endpoint puts them, are shown as text",
  skip,
  async (t) => {
    const served = await serve("mpc.near", [ONE]);
    t.after(served.stop);
    const { faults, page } = await openPage(browser);
    await answerAs(page, ONE, honest);
    await page.goto(served.url);
    const event = page.locator(".timeline li", { hasText: MARKUP }).first();
    await event.waitFor();
    await event.locator("summary").click();
    assert.match((await event.textContent()) ?? "", /note\ufffdgnp\.exe/);
    assert.equal(await page.locator("#events img, #events script").count(), 0);
    const old = "The newest block that the endpoints show is old. What you see is of block 105.";
    await page.locator("#alarm", { hasText: old }).waitFor();
    await page.unroute(`${ONE}/**`);
    await answerAs(page, ONE, () => ({
      error: { name: "HANDLER_ERROR", cause: { name: MARKUP, info: {} }, message: MARKUP },
    }));
    await page.locator("#alarm", { hasText: "<img src=x" }).waitFor();
    assert.equal(await page.locator("#alarm *").count(), 0);
    assert.equal(await page.evaluate("typeof window.ran"), "undefined");
    assert.deepEqual(faults, []);
  },
);

test(
  "behavior: when endpoints contradict each other the page raises the alarm and shows neither",
  skip,
  async (t) => {
    const served: Served = await serve("mpc.near", [ONE, TWO]);
    t.after(served.stop);
    const { page } = await openPage(browser);
    await answerAs(page, ONE, honest);
    await answerAs(page, TWO, (method, params) => {
      const answer = honest(method, params);
      const isState = params.method_name === "state";
      return isState ? Promise.resolve(answer).then((honestly) => lieAbout(honestly)) : answer;
    });
    await page.goto(served.url);
    await page.locator("#alarm", { hasText: "contradict each other about the answer of state" }).waitFor();
    assert.equal(await page.locator(".badge").count(), 0);
  },
);

type Behaviour = (method: string, params: Record<string, unknown>) => unknown;

/** The scenario's contract, whose last block logged an event of an account with a hostile name. */
const honest: Behaviour = async (method, params) => {
  switch (method) {
    case "block": {
      const at = typeof params.block_id === "number" ? params.block_id : 105;
      const nanos = BigInt(HEAD_MILLIS - (105 - at) * 600) * 1_000_000n;
      const hash = at === 105 ? HASH : `b${at}`;
      const header = { height: at, hash, prev_height: at - 1, timestamp_nanosec: String(nanos) };
      return { result: { header, chunks: [{ chunk_hash: `c${at}`, height_included: at }] } };
    }
    case "query": {
      const args = JSON.parse(Buffer.from(String(params.args_base64), "base64").toString("utf8"));
      const { value } = await pinnedScenario(recovering()).reader.view(String(params.method_name), args);
      return {
        result: {
          result: [...Buffer.from(JSON.stringify(value))],
          logs: [],
          block_height: 105,
          block_hash: HASH,
        },
      };
    }
    case "chunk":
      return {
        result: {
          transactions:
            params.chunk_id === "c105" ? [{ hash: "t", receiver_id: "mpc.near", signer_id: "s.near" }] : [],
        },
      };
    case "tx":
      return { result: transaction() };
    default:
      return { error: { name: "REQUEST_VALIDATION_ERROR", cause: { name: "METHOD_NOT_FOUND", info: {} } } };
  }
};

function transaction(): unknown {
  const data = [{ account_id: MARKUP, "note\u202egnp.exe": MARKUP }];
  const log = `EVENT_JSON:${JSON.stringify({ standard: "mpc-recovery", version: "1.0.0", event: MARKUP, data })}`;
  const outcome = { executor_id: "mpc.near", logs: [log], gas_burnt: 1, status: { SuccessValue: "" } };
  return {
    status: { SuccessValue: "" },
    transaction: { signer_id: MARKUP, receiver_id: "mpc.near", public_key: MARKUP, actions: [] },
    transaction_outcome: { id: "t", block_hash: HASH, outcome: { ...outcome, logs: [] } },
    receipts_outcome: [{ id: "r", block_hash: HASH, outcome }],
  };
}

/** The state with another address for the recovering node. */
function lieAbout(answer: unknown): unknown {
  const { result } = answer as { result: { result: number[] } };
  const json = Buffer.from(result.result)
    .toString("utf8")
    .replaceAll("https://a.example", "https://evil.example");
  return { result: { ...result, result: [...Buffer.from(json)] } };
}

async function answerAs(page: Page, origin: string, behave: Behaviour): Promise<void> {
  await page.route(`${origin}/**`, async (route: Route) => {
    const request = route.request();
    const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "content-type" };
    if (request.method() === "OPTIONS") return route.fulfill({ status: 204, headers });
    const { id, method, params } = request.postDataJSON();
    const answer = (await behave(method, params)) as object;
    return route.fulfill({ status: 200, headers, json: { jsonrpc: "2.0", id, ...answer } });
  });
}
