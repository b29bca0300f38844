import assert from "node:assert/strict";
import { test } from "node:test";
import { line, span } from "../../../sdk/src/inspect/render/lines.ts";
import { type Output, printReport, type Shown, watchReport } from "../terminal.ts";

test("behavior: on a terminal the report is drawn over, cut to the window, and keeps standing when a look fails", async () => {
  const written = await watched({ isTerminal: true, isJson: false }, [
    report(1, 30),
    new Error("no \u001b[2Janswer"),
    report(2, 3),
  ]);
  assert.equal(written.length, 3);
  const [first = "", second = "", third = ""] = written;
  assert.ok(written.every((text) => text.startsWith("\u001b[H") && text.endsWith("\u001b[J")));
  assert.match(first, /… 22 more lines/);
  assert.ok(first.split("\n").length <= 10);
  assert.ok(second.startsWith("\u001b[Hnot up to date: no ?[2Janswer"));
  assert.match(second, /line 0 of 1/);
  assert.match(third, /line 2 of 2/);
});

test("behavior: where it is piped a report is added when it says something new, and a failure once", async () => {
  const failure = new Error("no answer");
  const looks = [report(1, 1), report(1, 1), failure, failure, report(1, 1), report(2, 1)];
  const written = await watched({ isTerminal: false, isJson: false }, looks);
  assert.deepEqual(written, [
    "line 0 of 1\n",
    "unavailable: no answer\n",
    "\nline 0 of 1\n",
    "\nline 0 of 2\n",
  ]);
  const json = await watched({ isTerminal: true, isJson: true }, [report(1, 1), failure, report(2, 1)]);
  assert.deepEqual(
    json.map((text) => JSON.parse(text)),
    [{ value: 1 }, { unavailable: "no answer" }, { value: 2 }],
  );
});

test("behavior: JSON carries amounts as text and nothing that steers a terminal", () => {
  const written: string[] = [];
  const json = { gas: 10n ** 30n, text: "\u009b2J\u202e\u001b" };
  printReport(outputOf({ isTerminal: true }, written), { json, lines: [] }, true);
  assert.doesNotMatch(written.join("").replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
  assert.deepEqual(JSON.parse(written.join("")), { ...json, gas: String(json.gas) });
});

function report(value: number, length: number): Shown {
  const lines = Array.from({ length }, (_, at) => line(span(`line ${at} of ${value}`, "good")));
  return { json: { value }, lines };
}

function outputOf({ isTerminal }: { readonly isTerminal: boolean }, written: string[]): Output {
  return {
    isTerminal,
    isColoured: false,
    columns: () => 80,
    rows: () => 10,
    write: (text) => {
      written.push(text);
    },
  };
}

async function watched(
  options: { readonly isTerminal: boolean; readonly isJson: boolean },
  looks: readonly (Shown | Error)[],
): Promise<readonly string[]> {
  const written: string[] = [];
  const stopping = new AbortController();
  let at = 0;
  const look = async (): Promise<Shown> => {
    const next = looks[at];
    at += 1;
    if (next === undefined) stopping.abort();
    if (next instanceof Error || next === undefined) throw next;
    return next;
  };
  const watch = { isJson: options.isJson, intervalMillis: 1, signal: stopping.signal };
  await watchReport(outputOf(options, written), look, watch, ({ json }) => json);
  return written;
}
