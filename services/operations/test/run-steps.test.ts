import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { keptBy } from "../../../sdk/test/kept-by.ts";
import { createAlarm } from "../alarm.ts";
import { backOffMillis, systemClock } from "../clock.ts";
import { EXIT, exitCodeOf, oneLine, ProgramError } from "../program-error.ts";
import { runSteps, type StepOutcome } from "../run-steps.ts";
import { createViewSource } from "../view-source.ts";
import { memoryClock, memoryLog, NEVER } from "./in-memory-ports.ts";
import { view } from "./sample-views.ts";

function settings() {
  const [clock, log] = [memoryClock(), memoryLog()];
  const loop = { poll_interval_millis: 1_000, clock, log, random: () => 0.5, observe: () => undefined };
  return { loop, clock, log, sleep: (millis: number) => clock.sleep(millis, NEVER) };
}

const script =
  (...outcomes: (StepOutcome | Error)[]) =>
  async () => {
    const next = outcomes.shift() ?? ({ kind: "ended", message: "" } as const);
    if (next instanceof Error) throw next;
    return next;
  };

describe("behavior: the loop of steps", () => {
  test("looks again at once after acting, after the interval when idle, later and later when failing", async () => {
    const { loop, clock, log, sleep } = settings();
    const idle = { kind: "idle", reason: "serving" } as const;
    const steps = script(
      { kind: "acted", what: "confirm" },
      idle,
      idle,
      new Error("down"),
      new Error("down"),
      idle,
    );
    assert.equal((await runSteps(steps, loop, sleep, NEVER)).kind, "ended");
    assert.deepEqual(clock.sleeps, [1_000, 1_000, 750, 1_500, 1_000]);
    assert.deepEqual(log.events, ["step.idle", "step.failed", "step.failed", "step.idle"]);
  });

  test("what the contract doesn't show although it was done is repeated ever more slowly", async () => {
    const { loop, clock, sleep } = settings();
    const did = (what: string): StepOutcome => ({ kind: "acted", what });
    const failure = new Error("the contract refuses the second one");
    const steps = script(
      did("fetch"),
      did("confirm"),
      did("confirm"),
      did("confirm"),
      failure,
      did("confirm"),
    );
    await runSteps(steps, loop, sleep, NEVER);
    assert.deepEqual(clock.sleeps, [750, 1_500, 750, 3_000]);
  });

  test("a ProgramError ends it", async () => {
    const { loop, sleep } = settings();
    const steps = script(new ProgramError(EXIT.refused, "BACKUP_MISSING", "no backup"));
    await assert.rejects(runSteps(steps, loop, sleep, NEVER), { code: "BACKUP_MISSING" });
  });

  test("stops when told, without reporting what the stop broke off", async () => {
    const { loop, log, sleep } = settings();
    const stop = new AbortController();
    const step = async (): Promise<StepOutcome> => {
      stop.abort();
      throw new Error("aborted");
    };
    assert.deepEqual(await runSteps(step, loop, sleep, stop.signal), { kind: "stopped" });
    assert.deepEqual(log.events, []);
  });

  test("waits between failures grow, stay within a minute or the interval, and are spread", () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.integer({ min: 50, max: 3_600_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, base, random) => {
          const wait = backOffMillis(n, base, random);
          assert.ok(wait >= base / 2 - 1 && wait <= Math.max(60_000, base));
        },
      ),
    );
  });
});

describe("behavior: exit codes", () => {
  test("usage 2, network 3, everything else that ends a program 1", () => {
    assert.equal(exitCodeOf(new ProgramError(EXIT.network, "X", "x")), 3);
    assert.equal(exitCodeOf(Object.assign(new Error("taken"), { code: "EADDRINUSE" })), 2);
    assert.equal(exitCodeOf(new Error("bug")), 1);
  });

  test("an error is one line", () => {
    assert.equal(oneLine(new Error("first\n  second\n")), "first second");
  });
});

describe("behavior: shared views and alarms", () => {
  test("a refresh never answers with a read that began before it; those who wait share one", async () => {
    let height = 0;
    const releases: (() => void)[] = [];
    const read = async () => {
      const mine = view({ height: ++height });
      await new Promise<void>((resolve) => releases.push(resolve));
      return mine;
    };
    const source = createViewSource(read, memoryClock(), NEVER);
    const first = source.refresh();
    const [second, third] = [source.refresh(), source.refresh()];
    releases.shift()?.();
    assert.equal((await first).height, 1);
    await new Promise(setImmediate);
    releases.shift()?.();
    assert.deepEqual([(await second).height, (await third).height], [2, 2]);
    assert.equal((await source.recent(1_000)).height, 2);
  });

  test("a recent view is read anew once it is too old, and a failed read isn't remembered", async () => {
    const clock = memoryClock();
    let height = 0;
    let fail = true;
    const read = async () => {
      if (fail) throw new Error("down");
      return view({ height: ++height });
    };
    const source = createViewSource(read, clock, NEVER);
    await assert.rejects(source.recent(1_000), /down/);
    fail = false;
    assert.equal((await source.recent(1_000)).height, 1);
    await clock.sleep(1_001, NEVER);
    assert.equal((await source.recent(1_000)).height, 2);
  });

  test("ringing ends a sleep, also one that begins just after", async () => {
    const clock = {
      now: () => 0,
      sleep: (_: number, signal: AbortSignal) =>
        new Promise<void>((resolve) =>
          signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve()),
        ),
    };
    const alarm = createAlarm(clock);
    alarm.ring();
    await alarm.sleep(1_000_000, NEVER);
    const asleep = alarm.sleep(1_000_000, NEVER);
    alarm.ring();
    await asleep;
  });

  test("the program's signal keeps nothing of the sleeps that are over", async () => {
    const { signal } = new AbortController();
    const alarm = createAlarm(memoryClock());
    for (let sleeps = 0; sleeps < 3; sleeps += 1) await alarm.sleep(1_000, signal);
    assert.equal(keptBy(signal), 0);
  });

  test("a sleep ends when the program is stopped, also if it was before", async () => {
    const stop = new AbortController();
    const alarm = createAlarm(systemClock);
    const asleep = alarm.sleep(1_000_000, stop.signal);
    stop.abort();
    await asleep;
    await alarm.sleep(1_000_000, stop.signal);
  });
});
