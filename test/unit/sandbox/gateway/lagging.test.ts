import { beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { seededRandom } from "../../../../src/base/random.js";
import { Lagging } from "../../../../src/sandbox/gateway/lagging.js";
import { FakeClock } from "../../../support/fakeClock.js";

describe("changes that lag", () => {
  let clock: FakeClock;
  let lagging: Lagging;
  let told: string[];

  beforeEach(() => {
    clock = new FakeClock();
    lagging = new Lagging(clock, seededRandom(1), 100);
    told = [];
  });

  const change = (key: string, what: string): void => lagging.change(key, () => told.push(what));

  test("come into force exactly after the lag", async () => {
    change("a", "one");
    await clock.advance(99);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual(["one"]);
  });

  test("are at once without a lag, and the lag may be changed for what comes", async () => {
    change("a", "slow");
    lagging.setLag(0);
    change("b", "fast");
    expect(told).toEqual(["fast"]);
    await clock.advance(100);
    expect(told).toEqual(["fast", "slow"]);
    expect(lagging.pending).toBe(0);
  });

  test("are not undone by an older one that takes longer", async () => {
    change("a", "old");
    lagging.setLag(10);
    change("a", "new");
    await clock.advance(1_000);
    expect(told).toEqual(["new"]);
  });

  test("stay out of force once stopped", async () => {
    change("a", "one");
    lagging.stop();
    await clock.advance(1_000);
    expect(told).toEqual([]);
  });

  test("end with the newest of each key, whatever the lags", async () => {
    const runs = fc.array(fc.record({ key: fc.constantFrom("a", "b"), pause: fc.nat(50), lag: fc.nat(200) }));
    await fc.assert(
      fc.asyncProperty(runs, async (changes) => {
        const time = new FakeClock();
        const queue = new Lagging(time, seededRandom(1), 0);
        const state = new Map<string, number>();
        const wanted = new Map<string, number>();
        for (const [at, { key, pause, lag }] of changes.entries()) {
          await time.advance(pause);
          queue.setLag(lag);
          queue.change(key, () => state.set(key, at));
          wanted.set(key, at);
        }
        await time.advance(200);
        expect(state).toEqual(wanted);
        expect(queue.pending).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
