import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { systemClock } from "../clock.ts";
import { closeWithin } from "../close-within.ts";
import { memoryClock } from "./in-memory-ports.ts";

describe("behavior: closing within a time", () => {
  test("what closes in time is closed, and leaves no timer behind", async () => {
    assert.equal(await closeWithin(Promise.resolve(), 1_000_000, systemClock), "closed");
  });

  test("what doesn't close is given up after the time", async () => {
    const clock = memoryClock();
    assert.equal(await closeWithin(new Promise(() => undefined), 5_000, clock), "still_open");
    assert.deepEqual(clock.sleeps, [5_000]);
  });

  test("a failure to close is passed on", async () => {
    const never = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
    await assert.rejects(closeWithin(Promise.reject(new Error("broken")), 5_000, never), /broken/);
  });
});
