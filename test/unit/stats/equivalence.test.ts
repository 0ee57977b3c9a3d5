import { describe, expect, test } from "@jest/globals";

import type { Equivalence, Posterior, Summary } from "../../../src/stats/index.js";
import { allocate, discounted, equivalence, probabilityBest } from "../../../src/stats/index.js";

const values = (mean: number): Summary => ({ n: 200, mean, variance: 4 });
const rope = { kind: "relative", value: 0.05 } as const;

function filled(subject: Equivalence, means: readonly number[], batches = 60): Equivalence {
  for (let i = 0; i < batches; i++) subject.add(means.map(values));
  return subject;
}

describe("arms are called equivalent", () => {
  test("when none is better than another by the region, in either direction of the metric", () => {
    for (const lowerIsBetter of [false, true]) {
      const plan = { arms: 3, rope, lowerIsBetter };
      expect(filled(equivalence(plan), [10, 10.05, 10]).equivalent()).toBe(true);
      expect(filled(equivalence(plan), [10, 10.05, 11]).equivalent()).toBe(false);
      expect(filled(equivalence(plan), [10, 10.05, 9]).equivalent()).toBe(false);
    }
  });

  test("among those that are left", () => {
    const subject = filled(equivalence({ arms: 3, rope }), [10, 10, 12]);
    expect(subject.equivalent([true, true, false])).toBe(true);
    expect(subject.equivalent([true, false, true])).toBe(false);
    expect(subject.equivalent([true, false, false])).toBe(false);
  });

  test("not before there is evidence", () => {
    expect(equivalence({ arms: 2, rope }).equivalent()).toBe(false);
    expect(filled(equivalence({ arms: 2, rope }), [10, 10], 2).equivalent()).toBe(false);
  });

  test("with evidence that merges", () => {
    const absolute = { arms: 2, rope: { kind: "absolute", value: 0.4 } } as const;
    const [one, other] = [filled(equivalence(absolute), [10, 10], 5), filled(equivalence(absolute), [10, 10], 60)];
    expect(one.merge(other).equivalent()).toBe(true);
    expect(() => one.merge(equivalence({ arms: 3, rope }))).toThrow("plan is");
  });

  test("by a plan that can be followed only", () => {
    expect(() => equivalence({ arms: 1, rope })).toThrow("arms is 1");
    expect(() => equivalence({ arms: 2, rope: { kind: "absolute", value: 0 } })).toThrow("rope.value is 0");
    expect(() => equivalence({ arms: 2, rope }).add([values(1)])).toThrow("arms.length is 1");
    expect(() => equivalence({ arms: 2, rope }).add([values(1), { ...values(1), n: -1 }])).toThrow("arms[1].n is -1");
  });
});

describe("Thompson sampling", () => {
  const posterior = { family: "beta", alpha: 20, beta: 80 } as const;
  const better = { family: "beta", alpha: 30, beta: 70 } as const;
  const shares = (feasible: readonly (number | undefined)[]): readonly number[] =>
    allocate({
      strategy: { kind: "thompson" },
      guards: { floor: 0 },
      arms: [posterior, better].map((belief, i) => {
        const chance = feasible[i];
        return { posterior: belief, ...(chance === undefined ? {} : { feasible: chance }) };
      }),
    }).shares;

  test("gives a version less, the less likely it keeps its objectives", () => {
    const [plain = 0] = shares([undefined, undefined]);
    expect(plain).toBeCloseTo(probabilityBest([posterior, better])[0] ?? NaN, 12);
    expect(shares([1, 1])[0]).toBeCloseTo(plain, 9);
    const [half = 0] = shares([1, 0.5]);
    expect(half).toBeGreaterThan(plain);
    expect(half).toBeCloseTo(plain + 0.5 * (1 - plain), 9);
    expect(shares([1, 0])).toEqual([1, 0]);
    expect(() => shares([1, 2])).toThrow("arms[1].feasible is 2");
  });

  test("divides evenly where no version can keep its objectives", () => {
    expect(shares([0, 0])).toEqual([0.5, 0.5]);
  });
});

describe("a belief that grows old", () => {
  const beliefs: readonly Posterior[] = [
    { family: "beta", alpha: 31, beta: 71 },
    { family: "gamma", shape: 30.5, rate: 70 },
    { family: "normal", mean: 3, sd: 0.5 },
    { family: "t", df: 9, mean: 3, scale: 0.5 },
  ];

  test("keeps the part gamma of its evidence, and all of it with gamma 1", () => {
    expect(beliefs.map((one) => discounted(one, { gamma: 1 }))).toEqual(beliefs);
    expect(beliefs.map((one) => discounted(one, { gamma: 0.25 }))).toEqual([
      { family: "beta", alpha: 8.5, beta: 18.5 },
      { family: "gamma", shape: 8, rate: 17.5 },
      { family: "normal", mean: 3, sd: 1 },
      { family: "t", df: 9, mean: 3, scale: 1 },
    ]);
  });

  test("ends at the prior", () => {
    let belief: Posterior = { family: "beta", alpha: 31, beta: 71 };
    for (let i = 0; i < 4000; i++) belief = discounted(belief);
    expect(belief).toEqual({ family: "beta", alpha: expect.closeTo(1, 9), beta: expect.closeTo(1, 9) });
  });

  test("is refused where it knows less than the prior, and with a gamma that is none", () => {
    expect(() => discounted({ family: "beta", alpha: 0.5, beta: 9 })).toThrow("beta.alpha is 1");
    expect(() => discounted({ family: "normal", mean: 0, sd: 1 }, { gamma: 1.5 })).toThrow("gamma is 1.5");
  });
});
