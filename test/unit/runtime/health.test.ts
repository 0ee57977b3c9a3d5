import { describe, expect, test } from "@jest/globals";

import { Health, loopWatchdog } from "../../../src/runtime/health.js";
import { FakeClock } from "../../support/fakeClock.js";

describe("Health", () => {
  test("is healthy without checks", () => {
    expect(new Health().report("live")).toEqual({ healthy: true, checks: [] });
  });

  test("asks every check each time, kinds apart, and gives the reasons", () => {
    const health = new Health();
    let synced = false;
    health.set("ready", "caches", () => (synced ? undefined : "2 of 7 kinds are not synced"));
    health.set("ready", "port", () => undefined);
    health.set("live", "loop", () => undefined);
    expect(health.report("ready")).toEqual({
      healthy: false,
      checks: [
        { name: "caches", healthy: false, reason: "2 of 7 kinds are not synced" },
        { name: "port", healthy: true },
      ],
    });
    expect(health.report("live").healthy).toBe(true);
    synced = true;
    expect(health.report("ready").healthy).toBe(true);
  });

  test("a check that throws has failed", () => {
    const health = new Health();
    health.set("live", "broken", () => {
      throw new Error("oh");
    });
    expect(health.report("live").checks).toEqual([
      { name: "broken", healthy: false, reason: "the check itself failed: oh" },
    ]);
  });

  test("a check of the same name replaces the one before", () => {
    const health = new Health();
    health.set("live", "a", () => "bad");
    health.set("live", "a", () => undefined);
    expect(health.report("live")).toEqual({ healthy: true, checks: [{ name: "a", healthy: true }] });
  });
});

describe("loopWatchdog", () => {
  /** Time passes, but no timer fires until `advance`. */
  class StarvedClock extends FakeClock {
    passed = 0;
    override monotonic(): number {
      return super.monotonic() + this.passed;
    }
  }

  test("fails while timers have been silent for more than 15 s, and recovers with the next beat", async () => {
    const clock = new StarvedClock();
    const stop = new AbortController();
    const check = loopWatchdog(clock, stop.signal);
    await clock.advance(60_000);
    expect(check()).toBeUndefined();
    clock.passed = 15_000;
    expect(check()).toBeUndefined();
    clock.passed = 16_000;
    expect(check()).toBe("timers have not run for 16000 ms");
    await clock.advance(1000);
    expect(check()).toBeUndefined();
    stop.abort();
    await clock.advance(0);
    clock.passed = 100_000;
    expect(check()).toBeUndefined();
    expect(clock.pending).toBe(0);
  });
});
