import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { backupMetrics } from "../../backup/metrics.ts";
import { nodeMetrics } from "../../node/metrics.ts";
import { createMetrics } from "../metrics.ts";
import { runbookEntries } from "./runbook/operating-page.ts";

const FILE = "services/operations/alerts/mpc-recovery.rules.yml";
const NOT_METRICS = new Set(["time", "increase", "up"]);

interface Rule {
  readonly name: string;
  readonly expr: string;
  readonly text: string;
}

function rules(): readonly Rule[] {
  const [, ...parts] = readFileSync(FILE, "utf8").split(/^ {6}- alert: /m);
  return parts.map((text) => {
    const [, expr = ""] = /^ {8}expr: (.+)$/m.exec(text) ?? [];
    return { name: text.split("\n")[0] ?? "", expr, text };
  });
}

function metricsOf(job: "mpc-backup" | "mpc-node"): readonly string[] {
  const { registry } = createMetrics(() => 0);
  if (job === "mpc-backup") backupMetrics(registry, "a.near", { damaged: async () => [] }, "/nowhere");
  else nodeMetrics(registry, "a.near");
  return registry.getMetricsAsArray().map(({ name }) => name);
}

/** Metric names with the job names that their selector asks for. */
function uses({ expr }: Rule): readonly { readonly metric: string; readonly jobs: readonly string[] }[] {
  return [...expr.matchAll(/([a-z_]+)\{job=~?"([^"]+)"[^}]*\}/g)].map(([, metric = "", jobs = ""]) => ({
    metric,
    jobs: jobs.split("|"),
  }));
}

test("behavior: every alert rule asks for metrics that the program of its job has", () => {
  assert.ok(rules().length >= 10);
  for (const rule of rules()) {
    const words = rule.expr.replace(/\{[^}]*\}|\[[^\]]*\]/g, "").match(/[a-z_]{2,}/g) ?? [];
    const used = uses(rule);
    const named = words.filter((word) => !NOT_METRICS.has(word));
    assert.deepEqual(
      named,
      used.map(({ metric }) => metric).filter((metric) => metric !== "up"),
      rule.name,
    );
    for (const { metric, jobs } of used.filter((each) => each.metric !== "up"))
      for (const job of jobs) {
        assert.ok(job === "mpc-backup" || job === "mpc-node", `${rule.name}: job ${job}`);
        assert.ok(metricsOf(job).includes(metric), `${rule.name}: ${job} has no metric ${metric}`);
      }
  }
});

test("behavior: every metric of our programs is watched by a rule, and the outcomes that rules name exist", () => {
  const watched = new Set(rules().flatMap((rule) => uses(rule).map(({ metric }) => metric)));
  for (const job of ["mpc-backup", "mpc-node"] as const)
    for (const metric of metricsOf(job)) assert.ok(watched.has(metric), `${metric} of ${job}`);
  const text = readFileSync("services/operations/run-steps.ts", "utf8");
  for (const { expr } of rules())
    for (const [, outcome = ""] of expr.matchAll(/outcome="(\w+)"/g))
      assert.ok(text.includes(`"${outcome}"`));
});

test("behavior: every alert has a severity, a waiting time, and an entry of the runbook that helps", () => {
  const entries = runbookEntries();
  for (const { name, text } of rules()) {
    assert.match(name, /^Mpc[A-Za-z]+$/);
    assert.match(text, /^ {8}for: \d+[mh]$/m, name);
    assert.match(text, /^ {8}labels: \{ severity: (page|ticket) \}$/m, name);
    assert.match(text, /^ {10}summary: ".{20,}"$/m, name);
    const [, entry = ""] = /^ {10}runbook: (.+)$/m.exec(text) ?? [];
    assert.ok(entries.includes(entry), `${name}: no runbook entry "${entry}"`);
  }
});
