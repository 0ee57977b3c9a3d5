import { expect, test } from "@jest/globals";

import type { MeanEProcess } from "../../../src/stats/index.js";
import { meanEProcess, mixtureTau } from "../../../src/stats/index.js";

function filled(tau: number): MeanEProcess {
  const process = meanEProcess({ side: "two-sided", tau });
  const values = { n: 100, mean: 5, variance: 4 };
  for (let i = 0; i < 11; i++) process.add({ a: values, b: values });
  return process;
}

test("the best τ for a planned information makes the interval shortest there", () => {
  const width = (tau: number): number => {
    const { low, high } = filled(tau).interval(0.05);
    return high - low;
  };
  const { information } = filled(1);
  const tau = mixtureTau({ information, alpha: 0.05 });
  expect(width(tau)).toBeLessThan(width(tau * 1.02));
  expect(width(tau)).toBeLessThan(width(tau / 1.02));
  // The closed form that is published as an approximation, to a few per cent.
  const approximation = 2 * Math.log(20) + Math.log(1 + 2 * Math.log(20));
  expect(Math.abs((tau * tau * information) / approximation - 1)).toBeLessThan(0.05);
  expect(() => mixtureTau({ information: 0, alpha: 0.05 })).toThrow("information is 0");
});
