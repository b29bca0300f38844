import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import * as sdk from "../../../sdk/src/index.ts";
import { bundleInspector } from "../../inspect/test/bundle-inspector.ts";
import {
  askForSignature,
  confirmBackup,
  enterRecovery,
  type LiveNetwork,
  type Operator,
  proposalWith,
  registerService,
  startLiveNetwork,
  submitNode,
} from "../../inspect/test/live-network.ts";
import { isAccessible } from "./accessibility.ts";
import {
  openPage,
  type Served,
  serve,
  skipWithoutBrowser,
  startBrowser,
  type WatchedPage,
} from "./browser.ts";
import { takeScreenshots } from "./screenshots.ts";

/** A real browser on the page that `mpc-inspect serve` serves, over a contract that changes under it. */
const skip = { skip: skipWithoutBrowser };
/** A path is what its caller likes: markup, and marks that turn text around and that pile up. */
const PATH = `<img src=x onerror="window.ran=1">\u202egnp.exe${"\u0301".repeat(40)}`;
const asking = new AbortController();
let network: LiveNetwork;
let served: Served;
let browser: Browser;
let watched: WatchedPage;
let page: Page;
let alice: Operator;
let bob: Operator;
let carol: Operator;

before(async () => {
  if (skipWithoutBrowser) return;
  await bundleInspector();
  network = await startLiveNetwork();
  [alice, bob, carol] = network.operators as [Operator, Operator, Operator];
  for (const operator of network.operators) {
    await submitNode(operator);
    await registerService(operator);
    if (operator !== carol) await confirmBackup(network, operator);
  }
  served = await serve(network.contractId, [network.rpcUrl]);
  browser = await startBrowser();
  watched = await openPage(browser);
  page = watched.page;
  await page.goto(served.url);
  await page.locator(".badge").waitFor();
});

after(async () => {
  asking.abort();
  await browser?.close();
  await served?.stop();
  await network?.stop();
});

test("behavior: the page shows a running network, its backups and its latest events", skip, async () => {
  await showsState("Running");
  const backups = page.locator("#participants tbody tr td.backup .chip");
  assert.deepEqual(await backups.allTextContents(), ["fresh", "fresh", "none"]);
  await page.locator(".timeline li", { hasText: "backup_confirmed" }).first().waitFor();
  assert.match(await textOf("#trust"), /as told by http:.* alone/);
  await takeScreenshots(page, "running");
  await isAccessible(page);
});

test(
  "behavior: a request that waits is shown with its asker and path, whatever the path holds",
  skip,
  async () => {
    assert.match(await textOf("#requests"), /takes requests Domain 0No signature request waits\./);
    await askForSignature(network, carol, PATH, asking.signal);
    const row = page.locator("#requests tbody tr");
    await row.filter({ hasText: "carol.test.near" }).waitFor();
    assert.match(
      (await row.textContent()) ?? "",
      /<img src=x onerror=\\"window\.ran=1\\">\\u\{202e\}gnp\.exe/,
    );
    assert.match((await row.textContent()) ?? "", /Eddsa for domain 040 bytes: .*It times out on block \d+/);
    assert.equal(await page.locator("#requests img").count(), 0);
    assert.equal(await page.evaluate("typeof window.ran"), "undefined");
    await isAccessible(page);
  },
);

test(
  "behavior: it follows a recovery: who, how long, which step, who votes, and the command to cancel",
  skip,
  async () => {
    await enterRecovery(alice, alice.machine(5));
    await sdk.voteCancelRecovery(bob.owner, { recovery_id: 0 });
    await showsState("Recovery");
    await page.locator("#votes .missing li", { hasText: "carol.test.near hasn't voted" }).waitFor();
    assert.match(await textOf("#now .lead"), /^alice\.test\.near is coming back/);
    assert.match(await textOf("#countdown"), /until it ends by itself, on block \d+/);
    assert.match(await textOf("#votes"), /cancel recovery 0 of alice\.test\.near.*1 vote, 1 more needed/s);
    const command = page.locator(".action", { hasText: "vote_cancel_recovery" }).locator("code");
    const expected = `near contract call-function as-transaction test.near vote_cancel_recovery json-args '{"recovery_id":0}' prepaid-gas '15.0 Tgas' attached-deposit '0 NEAR' sign-as carol.test.near network-config localnet`;
    assert.equal(await command.textContent(), expected);
    await page.getByRole("button", { name: "Copy the command for vote_cancel_recovery" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: /^(Copied|Selected) the command/ })
      .waitFor({ state: "attached" });
    assert.equal(await page.locator(".steps .done").count(), 2);
    await sdk.confirmRecovery(alice.service, { recovery_id: 0 });
    await page.locator(".steps .done", { hasText: "sent the shares" }).waitFor();
    await page.locator(".timeline li", { hasText: "recovery_backup_confirmed" }).first().waitFor();
    await takeScreenshots(page, "recovery");
    await isAccessible(page);
  },
);

test("behavior: the recovered node is back with its new key, and screen readers are told", skip, async () => {
  await sdk.concludeRecovery(alice.machine(5).caller, { recovery_id: 0 });
  await showsState("Running");
  assert.match(await textOf("#announcement"), /The state changed from Recovery to Running at block \d+\./);
  const row = page.locator("#participants tbody tr", { hasText: "alice.test.near" });
  assert.match((await row.textContent()) ?? "", new RegExp(alice.machine(5).tls.publicKey));
  await page.locator(".timeline li.good", { hasText: "recovery_concluded" }).waitFor();
});

test("behavior: what people opened and focused stays while the page goes on", skip, async () => {
  const values = page.locator(".timeline li details", { hasText: "recovery_concluded" }).first();
  await values.locator("summary").click();
  const opened = await values.getAttribute("id");
  const blockBefore = await textOf("#block");
  await confirmBackup(network, carol);
  await page.locator(".timeline li", { hasText: "backup_confirmed carol.test.near" }).first().waitFor();
  assert.notEqual(await textOf("#block"), blockBefore);
  assert.equal(await page.locator(`[id="${opened}"]`).getAttribute("open"), "");
  assert.equal(await page.evaluate("document.activeElement.id"), `${opened}-summary`);
});

test(
  "behavior: it follows a resharing: why a newcomer's vote is missing, who is done, and the new epoch",
  skip,
  async () => {
    const dave = await network.newcomer("dave", 60);
    const { value: bounds } = await sdk.storageBalanceBounds(network.reader);
    await sdk.storageDeposit(dave.owner, {}, { depositYocto: BigInt(bounds.min) });
    await submitNode(dave);
    const proposal = await proposalWith(network, dave);
    await sdk.voteNewParameters(bob.owner, proposal);
    const missing = page.locator("#votes .missing li", { hasText: "dave.test.near" });
    await missing.filter({ hasText: "is new and may vote once enough members did" }).waitFor();
    for (const { owner } of [alice, carol, dave]) await sdk.voteNewParameters(owner, proposal);
    await showsState("Resharing");
    await page
      .locator("#actions .programs li", { hasText: "start_reshare_instance by mpc-node of alice.test.near" })
      .waitFor();
    const key_event_id = { epoch_id: 5, domain_id: 0, attempt_id: 0 };
    const nodeOf = (operator: Operator) => (operator === alice ? alice.machine(5).caller : operator.node);
    await sdk.startReshareInstance(nodeOf(alice), { key_event_id });
    for (const operator of [alice, bob]) await sdk.voteReshared(nodeOf(operator), { key_event_id });
    await page.locator("#now .countdown", { hasText: "2 of 4 have finished domain 0" }).waitFor();
    await takeScreenshots(page, "resharing");
    await isAccessible(page);
    for (const operator of [carol, dave]) await sdk.voteReshared(nodeOf(operator), { key_event_id });
    await showsState("Running");
    assert.match(await textOf("#now .facts"), /Epoch5.*Threshold3 of 4.*Fresh backups0 of 4/);
  },
);

test(
  "behavior: the page asks nobody but its server and the endpoint, and breaks no rule of its policy",
  skip,
  async () => {
    const origins = new Set(watched.requested.map((url) => new URL(url).origin));
    assert.deepEqual([...origins].sort(), [new URL(served.url).origin, network.rpcUrl].sort());
    assert.deepEqual(watched.faults, []);
  },
);

test("behavior: the policy lets nothing else run, load or be asked", skip, async () => {
  const tried = await openPage(browser);
  await tried.page.goto(served.url);
  await tried.page.locator(".badge").waitFor();
  const inline = `(() => { const s = document.createElement("script"); try { s.text = "window.ran = 1"; } catch { return "refused"; } document.body.append(s); return String(window.ran); })()`;
  assert.equal(await tried.page.evaluate(inline), "refused");
  const markup = `(() => { try { document.body.innerHTML = "<b>x</b>"; return "taken"; } catch { return "refused"; } })()`;
  assert.equal(await tried.page.evaluate(markup), "refused");
  const elsewhere = `fetch("http://127.0.0.1:9/").then(() => "asked", () => "refused")`;
  assert.equal(await tried.page.evaluate(elsewhere), "refused");
  assert.ok(
    tried.faults.some((fault) => /connect-src/.test(fault)),
    `expected a connect-src violation in ${tried.faults}`,
  );
});

test(
  "behavior: opened from a file it asks what to look at, refuses nonsense, and then shows the network",
  skip,
  async () => {
    const opened = await openPage(browser);
    const file = new URL("../../../build/dashboard.html", import.meta.url).href;
    await opened.page.goto(file);
    await isAccessible(opened.page);
    await opened.page.getByLabel("Contract account").fill("not an account");
    await opened.page.getByRole("button", { name: "Look" }).click();
    await opened.page.getByText("Give the contract's NEAR account").waitFor();
    await opened.page.getByLabel("Contract account").fill(network.contractId);
    await opened.page.getByLabel("NEAR RPC endpoints").fill(network.rpcUrl);
    await opened.page.getByRole("button", { name: "Look" }).click();
    await opened.page.locator(".badge.Running").waitFor();
    assert.ok(
      opened.requested.every(
        (url) => url.startsWith("file:") || url.startsWith("data:") || url.startsWith(network.rpcUrl),
      ),
    );
    assert.deepEqual(opened.faults, []);
  },
);

test(
  "behavior: when the endpoint is gone the page says so and of which block its view is",
  skip,
  async () => {
    await network.stop();
    await page.locator("#alarm").waitFor();
    assert.match(
      await textOf("#alarm"),
      /No up-to-date view: The NEAR RPC endpoint .* can't be reached.*What you see is of block \d+\./,
    );
    await isAccessible(page);
  },
);

async function textOf(selector: string): Promise<string> {
  return (await page.locator(selector).first().textContent()) ?? "";
}

/** In the badge, in the drawing and in its name for screen readers. */
async function showsState(kind: string): Promise<void> {
  await page.locator(`.badge.${kind}`).waitFor();
  await page.getByRole("img", { name: `State diagram: the state is ${kind}` }).waitFor();
  assert.deepEqual(await page.locator(".diagram .state.now text").allTextContents(), [kind]);
}
