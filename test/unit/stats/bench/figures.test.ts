import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { grouped, percent } from "../../../bench/stats/format.js";
import { meanAtMost, mostHits, shareAtLeast, shareAtMost, worse } from "../../../bench/stats/marks.js";
import { Tally } from "../../../bench/stats/tally.js";

const hit = (value: number): boolean => value > 0;
const hits = (yes: number, n: number): Tally => new Tally().add(1, yes).add(0, n - yes);

describe("a tally", () => {
  test("does not depend on the order of its values", () => {
    const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(values, (list) => {
        const [one, other] = [Tally.of(list), Tally.of([...list].reverse())];
        expect(JSON.stringify(one)).toBe(JSON.stringify(other));
        expect(one.mean()).toEqual(other.mean());
        expect(one.median()).toBe(other.median());
      }),
    );
  });

  test("knows share, mean and median with their standard errors", () => {
    const tally = Tally.of([1, 2, 3, 4]);
    expect(tally.mean()).toEqual({ value: 2.5, error: Math.sqrt(5 / 3 / 4) });
    expect(tally.median()).toBe(2);
    expect(tally.share((value) => value > 1)).toEqual({ value: 0.75, error: Math.sqrt((0.75 * 0.25) / 4) });
    expect(tally.map((value) => value * 10).mean().value).toBe(25);
  });

  test("comes back from what it was saved as", () => {
    const tally = Tally.of([3, 1, 3, 0.5]);
    expect(JSON.stringify(Tally.fromJSON(JSON.parse(JSON.stringify(tally))))).toBe(JSON.stringify(tally));
  });

  test("refuses what is no figure, and what was no tally", () => {
    expect(() => new Tally().add(Number.NaN)).toThrow("finite");
    expect(() => Tally.fromJSON({})).toThrow("list");
    expect(() => Tally.fromJSON([[1]])).toThrow("count");
  });
});

describe("a mark", () => {
  test("allows as many hits as chance exceeds in one run of a thousand", () => {
    // P(Bin(1000, 0.001) > 5) = 0.00058, P(> 4) = 0.00364.
    expect(mostHits(0.001, 1000)).toBe(5);
    expect(mostHits(0, 1000)).toBe(0);
    expect(mostHits(1, 10)).toBe(10);
  });

  test("tells meeting a target from missing it by chance and from missing it", () => {
    expect(shareAtMost(hits(1, 1000), hit, 0.001)).toBe("pass");
    expect(shareAtMost(hits(5, 1000), hit, 0.001)).toBe("chance");
    expect(shareAtMost(hits(6, 1000), hit, 0.001)).toBe("miss");
    expect(shareAtMost(hits(1, 1000), hit, 0)).toBe("miss");
    expect(shareAtLeast(hits(980, 1000), hit, 0.98)).toBe("pass");
    expect(shareAtLeast(hits(970, 1000), hit, 0.98)).toBe("chance");
    expect(shareAtLeast(hits(960, 1000), hit, 0.98)).toBe("miss");
  });

  test("of an average goes by its standard error", () => {
    const spread = Tally.of([0, 20]);
    expect(meanAtMost(spread, 10)).toBe("pass");
    expect(meanAtMost(spread, 5)).toBe("chance");
    expect(meanAtMost(Tally.of([10, 10]), 9)).toBe("miss");
  });

  test("of two is the worse one", () => {
    expect(worse("pass", "chance")).toBe("chance");
    expect(worse("miss", "pass")).toBe("miss");
  });
});

test("figures are written with their errors and their thousands apart", () => {
  expect(percent({ value: 0.0213, error: 0.0014 })).toBe("2.1 % ± 0.1");
  expect(grouped(1234567)).toBe("1\u202f234\u202f567");
  expect(grouped(999.994, 2)).toBe("999.99");
});
