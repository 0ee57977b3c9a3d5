import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { probabilityBest, probabilityTop, seededRng } from "../../../../src/stats/index.js";
import { objectives } from "../../../bench/stats/scenarios/objectives.js";
import { trafficWinner } from "../../../bench/stats/scenarios/iter8Winner.js";
import { relativeEffect, growthBookSequential, sequenceRadius } from "../../../bench/stats/rivals/growthBook.js";
import { obrienFleming } from "../../../bench/stats/rivals/groupSequential.js";
import { iter8v1Means, iter8v2, placeholderWins } from "../../../bench/stats/rivals/iter8.js";
import {
  checkAndIncrement,
  epsilonTGreedy,
  iter8Shares,
  iter8Start,
} from "../../../bench/stats/rivals/iter8Traffic.js";
import { kayenta } from "../../../bench/stats/rivals/kayenta.js";
import { significant } from "../../../bench/stats/rivals/postHog.js";
import { leads, probabilityB, surelyBelow } from "../../../bench/stats/rivals/probability.js";
import { normalChances, probabilityAbove } from "../../../bench/stats/rivals/quadrature.js";
import { argo, flagger, startThreshold } from "../../../bench/stats/rivals/thresholds.js";
import { tallyOf } from "../../../bench/stats/scenario.js";
import { simulate } from "../../../bench/stats/simulate.js";
import { noStore } from "../../../bench/stats/store.js";

const count = fc.integer({ min: 0, max: 2000 });
const pairOf = ([nA, nB, a, b]: readonly [number, number, number, number]) => ({
  nA,
  xA: Math.floor(a * nA),
  nB,
  xB: Math.floor(b * nB),
});
const unit = fc.double({ min: 0, max: 1, noNaN: true });
const pairs = fc.tuple(count, count, unit, unit).map(pairOf);

describe("the quadratures that stand for samples", () => {
  test("give the published chance that one beta law is above another", () => {
    // Miller's closed form, from the test vectors.
    expect(probabilityAbove({ alpha: 101, beta: 19 }, { alpha: 101, beta: 11 })).toBeCloseTo(0.9183406587022948, 9);
    expect(probabilityAbove({ alpha: 11, beta: 91 }, { alpha: 19, beta: 83 })).toBeCloseTo(0.94636372070936, 9);
    expect(probabilityAbove({ alpha: 1, beta: 1 }, { alpha: 1, beta: 1 })).toBeCloseTo(0.5, 7);
  });

  test("agree with the adaptive integral for any counts and either prior", () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(0.1, 1), ({ nA, xA, nB, xB }, prior) => {
        const [, exact = 0] = probabilityBest([
          { family: "beta", alpha: prior + xA, beta: prior + nA - xA },
          { family: "beta", alpha: prior + xB, beta: prior + nB - xB },
        ]);
        expect(Math.abs(probabilityB({ nA, xA, nB, xB }, prior) - exact)).toBeLessThan(1e-6);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test("agree with the adaptive integral for normal laws, and sum to what they must", () => {
    const law = fc.record({
      mean: fc.double({ min: 0, max: 1, noNaN: true }),
      sd: fc.double({ min: 0.01, max: 0.08, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(law, { minLength: 2, maxLength: 5 }), (laws) => {
        const posteriors = laws.map((one) => ({ family: "normal" as const, ...one }));
        const best = probabilityBest(posteriors);
        const top = probabilityTop(posteriors, 2);
        normalChances(laws, "best").forEach((p, i) => expect(Math.abs(p - (best[i] ?? 0))).toBeLessThan(1e-4));
        normalChances(laws, "topTwo").forEach((p, i) => expect(Math.abs(p - (top[i] ?? 0))).toBeLessThan(1e-4));
      }),
      { numRuns: 15, seed: 2 },
    );
  });

  test("are only left out where they would not reach the bound", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 300 }),
        fc.integer({ min: 20, max: 300 }),
        fc.constantFrom(0.9, 0.95, 0.99),
        (xA, xB, bound) => {
          const pair = { nA: 400, xA, nB: 400, xB };
          if (!surelyBelow(pair, bound)) return;
          const p = probabilityB(pair, 1);
          expect(Math.max(p, 1 - p)).toBeLessThan(bound);
        },
      ),
      { numRuns: 300, seed: 3 },
    );
    expect(surelyBelow({ nA: 400, xA: 40, nB: 400, xB: 41 }, 0.9)).toBe(true);
    expect(surelyBelow({ nA: 400, xA: 19, nB: 400, xB: 19 }, 0.9)).toBe(false);
  });
});

describe("GrowthBook", () => {
  test("has the radius of its confidence sequence", () => {
    // rho = 0.03984007 at 5000 units; worked out by hand from equation 9.
    expect(sequenceRadius(1, 10_000)).toBeCloseTo(0.03061477218867417, 12);
  });

  test("compares relative effects by the delta method", () => {
    const found = relativeEffect({ n: 1000, mean: 0.1, variance: 0.09 }, { n: 500, mean: 0.12, variance: 0.1056 });
    expect(found?.effect).toBeCloseTo(0.2, 12);
    expect(found?.variance).toBeCloseTo(0.1056 / (500 * 0.01) + (0.09 * 0.0144) / (1000 * 0.0001), 12);
    expect(relativeEffect({ n: 10, mean: 0, variance: 0 }, { n: 10, mean: 0.1, variance: 0.09 })).toBeUndefined();
  });

  test("waits for its gate in the larger version", () => {
    const calls = (gate: number, xB: number): boolean => {
      const totals = { nA: 2000, xA: 20, nB: 2000, xB };
      return growthBookSequential(gate).start().look(totals, totals);
    };
    expect(calls(0, 149)).toBe(true);
    expect(calls(150, 149)).toBe(false);
    expect(calls(150, 150)).toBe(true);
  });
});

describe("Iter8", () => {
  test("v0.2 is sure of a candidate that merely had requests", () => {
    expect(placeholderWins(1, 1)).toBeLessThan(0.95);
    expect(placeholderWins(100, 100)).toBeGreaterThan(0.99);
  });

  test("v1 lets a candidate grow by two points, and keeps a tenth for exploration", () => {
    expect(iter8Shares([0, 1], iter8Start(2))).toEqual([0.98, 0.02]);
    const [a = 0, b = 0] = iter8Shares([1, 0], [0.5, 0.5]);
    expect([a, b].map((share) => Number(share.toFixed(12)))).toEqual([0.95, 0.05]);
  });

  test("v0.2 goes up in steps of two points, to one half", () => {
    expect(checkAndIncrement([1, 0])).toEqual([0.98, 0.02]);
    expect(checkAndIncrement([0.5, 0.5])).toEqual([0.5, 0.5]);
    expect(epsilonTGreedy(1)).toEqual([0.5, 0.5]);
  });

  test("v1 finds a winner between identical versions in about three of ten experiments", () => {
    // Published for this setting: 29.6 % ± 1.4.
    const base = seededRng(11);
    const runs = 200;
    let found = 0;
    for (let run = 0; run < runs; run++) {
      const look = trafficWinner("progressive", [0.1, 0.1], { looks: 100, requests: 200 }, base.copy());
      if (look > 0) found += 1;
      base.jump();
    }
    expect(found / runs).toBeGreaterThan(0.2);
    expect(found / runs).toBeLessThan(0.4);
  });

  test("v1 is surer of a metric the larger its unit", () => {
    const sure = (unit: number): boolean => {
      const both = { a: { n: 50, mean: unit, variance: unit }, b: { n: 50, mean: 1.1 * unit, variance: unit } };
      return iter8v1Means.start().look(both, both);
    };
    expect(sure(1)).toBe(false);
    expect(sure(100)).toBe(true);
  });

  test("v2 prefers any better average", () => {
    const look = (xB: number): boolean => {
      const totals = { nA: 10, xA: 1, nB: 10, xB };
      return iter8v2.start().look(totals, totals);
    };
    expect(look(2)).toBe(true);
    expect(look(1)).toBe(false);
  });
});

describe("rules of single checks", () => {
  const bad = { n: 100, bad: 2 };

  test("fail with the failure after those they tolerate, whatever lies between", () => {
    const fails = startThreshold(argo(1), 0.01);
    expect([bad, { n: 100, bad: 0 }, bad].map(fails)).toEqual([false, false, true]);
    const rolled = startThreshold(flagger(2), 0.01);
    expect([bad, bad].map(rolled)).toEqual([false, true]);
  });

  test("take the limit itself and a check without requests as kept", () => {
    const fails = startThreshold(argo(0), 0.01);
    expect(
      [
        { n: 100, bad: 1 },
        { n: 0, bad: 0 },
      ].map(fails),
    ).toEqual([false, false]);
  });

  test("abort a release at half of the limit as often as published", async () => {
    const cell = objectives.cells("full").find(({ key }) => key === "true-0.005-of-100");
    if (cell === undefined) throw new Error("no such cell");
    const run = { seed: 1, repetitions: 1000, store: noStore, signal: new AbortController().signal };
    const tallies = await simulate(cell, 6, run);
    const aborted = (name: string): number => tallyOf(tallies, name).share((check) => check > 0).value;
    // By the binomial law of 30 checks: 94.1, 28.1 and 12.7 %.
    expect(Math.abs(aborted("Argo, failureLimit 0") - 0.941)).toBeLessThan(0.02);
    expect(Math.abs(aborted("Argo, failureLimit 3") - 0.281)).toBeLessThan(0.04);
    expect(Math.abs(aborted("Flagger, threshold 5") - 0.127)).toBeLessThan(0.03);
  });
});

describe("Kayenta", () => {
  const points = (value: number, n: number): number[] => Array.from({ length: n }, () => value);

  test("passes seven of ten points at a hundredfold, since its tolerance is a part of the shift", () => {
    expect(kayenta(points(1, 10), [...points(100, 7), ...points(1, 3)])).toBe("Pass");
  });

  test("passes errors in a few minutes of an hour: its filter of outliers takes them out", () => {
    expect(kayenta(points(0, 60), [...points(0, 50), ...points(3, 10)])).toBe("Pass");
    expect(kayenta([0, 0, 0, 0, 0, 0], [0, 1, 2, 1, 0, 0])).toBe("Pass");
  });

  test("finds a clear shift either way, and says when there is nothing", () => {
    const around = (centre: number): number[] => Array.from({ length: 30 }, (_, i) => centre + (i % 7) / 10);
    expect(kayenta(around(10), around(12))).toBe("High");
    expect(kayenta(around(12), around(10))).toBe("Low");
    expect(kayenta([], around(1))).toBe("NoData");
  });
});

describe("the others", () => {
  test("PostHog wants a hundred people a version, nine in ten, and a small loss", () => {
    expect(significant({ nA: 99, xA: 0, nB: 1000, xB: 500 })).toBe(false);
    expect(significant({ nA: 1000, xA: 100, nB: 1000, xB: 130 })).toBe(true);
    expect(significant({ nA: 1000, xA: 100, nB: 1000, xB: 105 })).toBe(false);
  });

  test("a rule of P(best) is symmetric in the versions", () => {
    expect(leads({ nA: 100, xA: 5, nB: 100, xB: 20 }, 0.99, 1)).toBe(true);
    expect(leads({ nA: 100, xA: 20, nB: 100, xB: 5 }, 0.99, 1)).toBe(true);
    expect(leads({ nA: 100, xA: 20, nB: 100, xB: 20 }, 0.95, 1)).toBe(false);
  });

  test("a group sequential plan looks twenty times, with a high bound at first, and never beyond its horizon", () => {
    const totals = (n: number, share: number) => ({ nA: n, xA: Math.round(0.1 * n), nB: n, xB: Math.round(share * n) });
    const watch = obrienFleming(40_000).start();
    const call = (n: number, share: number): boolean => watch.look(totals(n, share), totals(n, share));
    // Before the first planned look, between two, and at the first, where z = 4 is not enough.
    expect(call(500, 0.5)).toBe(false);
    expect(call(1000, 0.158)).toBe(false);
    expect(call(1500, 0.5)).toBe(false);
    expect(call(20_000, 0.11)).toBe(true);
    const late = obrienFleming(40_000).start();
    expect(late.look(totals(20_000, 0.1), totals(20_000, 0.1))).toBe(false);
    expect(late.look(totals(30_000, 0.5), totals(30_000, 0.5))).toBe(false);
  });
});
