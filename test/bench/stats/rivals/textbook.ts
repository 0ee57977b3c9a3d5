import type { Summary } from "../../../../src/stats/moments.js";
import { twoProportionTest } from "../../../../src/stats/tests/twoProportions.js";
import { welchTest } from "../../../../src/stats/tests/welch.js";
import type { MeanMethod, PairMethod } from "./method.js";
import { pooled, pooledMeans } from "./method.js";

/** The pooled two-proportion z test at 5 %, repeated at each look. */
export const repeatedZ: PairMethod = pooled("z test at each look", (totals) => twoProportionTest(totals).pValue < 0.05);

/** The same test once, when so many requests have been seen. */
export function fixedZ(requests: number): PairMethod {
  return pooled(
    "z test once, at the end",
    (totals) => totals.nA + totals.nB >= requests && twoProportionTest(totals).pValue < 0.05,
  );
}

/** Welch's t test at 5 %, repeated at each look. */
export const repeatedT: MeanMethod = pooledMeans("t test at each look", differ);

/** The same test once, when so many values have been seen. */
export function fixedT(values: number): MeanMethod {
  return pooledMeans("t test once, at the end", (a, b) => a.n + b.n >= values && differ(a, b));
}

function differ(a: Summary, b: Summary): boolean {
  return welchTest(a, b).pValue < 0.05;
}
