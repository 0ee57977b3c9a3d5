import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import {
  betaCdf,
  betaQuantile,
  chiSquareCdf,
  gammaCdf,
  gammaQuantile,
  normalCdf,
  normalQuantile,
  StatsError,
  studentTCdf,
  studentTQuantile,
} from "../../../src/stats/index.js";
import { logGamma } from "../../../src/stats/special/logGamma.js";
import { relativeError, specialVectors } from "./vectors.js";

const { data } = specialVectors();
const target = 1e-11;

function worst(errors: readonly number[]): number {
  expect(errors.length).toBeGreaterThan(10);
  return Math.max(...errors);
}

describe("special functions agree with 50-digit reference values to 1e-11, in both tails", () => {
  test("beta", () => {
    const tails = data.beta_cdf.flatMap(({ a, b, x, cdf, sf }) => {
      const got = betaCdf(a, b, x);
      return [relativeError(got.cdf, cdf), relativeError(got.sf, sf)];
    });
    expect(worst(tails)).toBeLessThan(target);
    expect(worst(data.beta_quantile.map(({ a, b, p, x }) => relativeError(betaQuantile(a, b, p), x)))).toBeLessThan(
      target,
    );
  });

  test("gamma and chi-square", () => {
    const tails = data.gamma_cdf.flatMap(({ shape, x, cdf, sf }) => {
      const got = gammaCdf(shape, x);
      return [relativeError(got.cdf, cdf), relativeError(got.sf, sf)];
    });
    expect(worst(tails)).toBeLessThan(target);
    const quantiles = data.gamma_quantile.map(({ shape, p, x }) => relativeError(gammaQuantile(shape, p), x));
    expect(worst(quantiles)).toBeLessThan(target);
    expect(worst(data.chi2_sf.map(({ df, x, sf }) => relativeError(chiSquareCdf(df, x).sf, sf)))).toBeLessThan(target);
  });

  test("normal", () => {
    const tails = data.normal_cdf.flatMap(({ z, cdf, sf }) => {
      const got = normalCdf(z);
      return [relativeError(got.cdf, cdf), relativeError(got.sf, sf)];
    });
    expect(worst(tails)).toBeLessThan(target);
    expect(worst(data.normal_quantile.map(({ p, z }) => relativeError(normalQuantile(p), z)))).toBeLessThan(target);
  });

  test("Student's t", () => {
    const tails = data.t_cdf.flatMap(({ df, t, cdf, sf }) => {
      const got = studentTCdf(df, t);
      return [relativeError(got.cdf, cdf), relativeError(got.sf, sf)];
    });
    expect(worst(tails)).toBeLessThan(target);
    expect(worst(data.t_quantile.map(({ df, p, t }) => relativeError(studentTQuantile(df, p), t)))).toBeLessThan(
      target,
    );
  });
});

const probability = fc.double({ min: 1e-12, max: 0.5, noNaN: true });
const parameter = fc.double({ min: -1, max: 5, noNaN: true }).map((power) => 10 ** power);

describe("a quantile is where the distribution reaches the probability", () => {
  test("beta, from either tail", () => {
    fc.assert(
      fc.property(parameter, parameter, probability, (a, b, p) => {
        const x = betaQuantile(a, b, p);
        const y = betaQuantile(a, b, p, { upper: true });
        // Beyond these a double has too few digits left to hold the quantile.
        if (x > 1e-290 && x < 0.5) expect(relativeError(betaCdf(a, b, x).cdf, p)).toBeLessThan(1e-9);
        if (y < 1 - 1e-4) expect(relativeError(betaCdf(a, b, y).sf, p)).toBeLessThan(1e-8);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test("gamma, from either tail", () => {
    fc.assert(
      fc.property(parameter, probability, (shape, p) => {
        const x = gammaQuantile(shape, p);
        if (x > 1e-290) expect(relativeError(gammaCdf(shape, x).cdf, p)).toBeLessThan(1e-10);
        expect(relativeError(gammaCdf(shape, gammaQuantile(shape, p, { upper: true })).sf, p)).toBeLessThan(1e-10);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  test("Student's t and normal, symmetric", () => {
    fc.assert(
      fc.property(parameter, probability, (df, p) => {
        const t = studentTQuantile(df, p, { upper: true });
        expect(studentTQuantile(df, p) + t).toBe(0);
        expect(relativeError(studentTCdf(df, t).sf, p)).toBeLessThan(1e-10);
        expect(relativeError(normalCdf(normalQuantile(p)).cdf, p)).toBeLessThan(1e-12);
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  test("the two tails sum to 1", () => {
    fc.assert(
      fc.property(parameter, parameter, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, x) => {
        const { cdf, sf } = betaCdf(a, b, x);
        expect(Math.abs(cdf + sf - 1)).toBeLessThan(1e-13);
      }),
      { numRuns: 200, seed: 4 },
    );
  });
});

test("ends of the support have their limits", () => {
  expect(betaCdf(2, 3, 0)).toEqual({ cdf: 0, sf: 1 });
  expect(betaCdf(2, 3, 1)).toEqual({ cdf: 1, sf: 0 });
  expect(betaQuantile(2, 3, 0)).toBe(0);
  expect(betaQuantile(2, 3, 0, { upper: true })).toBe(1);
  expect(gammaCdf(2, Infinity)).toEqual({ cdf: 1, sf: 0 });
  expect(gammaQuantile(2, 1)).toBe(Infinity);
  expect(normalQuantile(0)).toBe(-Infinity);
  expect(normalQuantile(0, { upper: true })).toBe(Infinity);
  expect(studentTQuantile(5, 1)).toBe(Infinity);
  expect(normalCdf(-Infinity)).toEqual({ cdf: 0, sf: 1 });
});

test("a billion of counts keeps its digits", () => {
  const { cdf, sf } = betaCdf(1e9, 1e9, 0.5);
  expect([cdf, sf]).toEqual([expect.closeTo(0.5, 10), expect.closeTo(0.5, 10)]);
  expect(relativeError(gammaCdf(1e9, gammaQuantile(1e9, 0.01)).cdf, 0.01)).toBeLessThan(1e-9);
});

test("factorials come out of the gamma function", () => {
  let factorial = 1;
  for (let n = 1; n <= 30; n++) {
    factorial *= n;
    expect(relativeError(logGamma(n + 1), Math.log(factorial))).toBeLessThan(3e-15);
  }
});

test.each([
  ["a", () => betaCdf(0, 1, 0.5)],
  ["b", () => betaCdf(1, Number.NaN, 0.5)],
  ["x", () => betaCdf(1, 1, 1.5)],
  ["x", () => normalCdf(Number.NaN)],
  ["p", () => normalQuantile(1.1)],
  ["df", () => studentTCdf(-1, 0)],
  ["shape", () => gammaQuantile(Infinity, 0.5)],
])("an impossible argument is refused by name: %s", (field, call) => {
  expect(call).toThrow(StatsError);
  expect(call).toThrow(new RegExp(`^${field} is `));
});
