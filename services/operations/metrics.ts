import { Counter, Gauge, Registry } from "prom-client";
import type { LocalRoute } from "./local-http.ts";
import type { StepOutcome } from "./run-steps.ts";

/** What both programs count; names are part of the operator's interface. */
export interface ProgramMetrics {
  readonly registry: Registry;
  /** Counts one step's outcome. */
  observe(outcome: StepOutcome | { readonly kind: "failed"; readonly code: string }): void;
  /** Whether the last step reached the contract and found nothing that an operator must look at. */
  health(): { readonly healthy: boolean; readonly detail: string };
}

export function createMetrics(now: () => number): ProgramMetrics {
  const registry = new Registry();
  const steps = new Counter({
    name: "steps_total",
    help: "Looks at the contract, by outcome",
    labelNames: ["outcome"],
    registers: [registry],
  });
  const lastSuccess = new Gauge({
    name: "last_step_success_timestamp_seconds",
    help: "Unix time of the last look that didn't fail",
    registers: [registry],
  });
  const blocked = new Gauge({
    name: "blocked",
    help: "1 for the code of what an operator must look at",
    labelNames: ["code"],
    registers: [registry],
  });
  let health = { healthy: false, detail: "starting" };
  return {
    registry,
    observe(outcome) {
      steps.inc({ outcome: outcome.kind });
      const wrong = outcome.kind === "failed" || outcome.kind === "blocked";
      blocked.reset();
      if (outcome.kind === "blocked") blocked.set({ code: outcome.code }, 1);
      if (outcome.kind !== "failed") lastSuccess.set(now() / 1_000);
      health = { healthy: !wrong, detail: wrong ? outcome.code : outcome.kind };
    },
    health: () => health,
  };
}

/** `GET /healthz` (200 or 503) and `GET /metrics` (Prometheus text). */
export function operationsRoutes(metrics: ProgramMetrics): readonly LocalRoute[] {
  return [
    {
      method: "GET",
      path: "/healthz",
      handle: async () => {
        const { healthy, detail } = metrics.health();
        return { status: healthy ? 200 : 503, body: { healthy, detail } };
      },
    },
    {
      method: "GET",
      path: "/metrics",
      handle: async () => ({ status: 200, body: await metrics.registry.metrics() }),
    },
  ];
}
