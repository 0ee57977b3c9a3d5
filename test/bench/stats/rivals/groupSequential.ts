import { at } from "../../../../src/stats/check.js";
import { groupSequentialBounds } from "../../../../src/stats/sequential/groupSequential.js";
import { twoProportionTest } from "../../../../src/stats/tests/twoProportions.js";
import type { PairMethod } from "./method.js";

/** The looks of the group sequential plan, at equal parts of the planned requests. */
const looks = 20;

/**
 * Group sequential z tests with O'Brien–Fleming-like spending (Lan & DeMets 1983), 20 looks, two-sided 5 %. The horizon
 * (requests of both versions) has to be known; beyond it nothing is tested any more.
 */
export function obrienFleming(horizon: number): PairMethod {
  const bounds = groupSequentialBounds({
    fractions: Array.from({ length: looks }, (_, i) => (i + 1) / looks),
    alpha: 0.05,
    sides: 2,
    spending: { family: "obrien-fleming" },
  });
  const start = () => {
    let next = 0;
    return {
      look: (_batch: unknown, totals: Parameters<typeof twoProportionTest>[0]): boolean => {
        const reached = Math.floor((looks * (totals.nA + totals.nB)) / horizon + 1e-9);
        if (reached <= next || next >= looks) return false;
        next = Math.min(reached, looks);
        return Math.abs(twoProportionTest(totals).z) >= at(bounds, next - 1);
      },
    };
  };
  return { name: "O'Brien–Fleming, 20 looks", start };
}
