import { BinaryEProcess } from "../../../src/stats/sequential/binary.js";
import { MeanEProcess } from "../../../src/stats/sequential/mean.js";
import type { Side } from "../../../src/stats/sequential/side.js";
import type { MeanMethod, PairMethod } from "./rivals/method.js";

/** ln of the e-value at which a test at 5 % rejects. */
export const rejection = -Math.log(0.05);

/** Our test of two rates, with its defaults. */
export function ourRates(side: Side = "two-sided"): PairMethod {
  const name = side === "two-sided" ? "ours" : "ours, one-sided";
  return {
    name,
    start: () => {
      const process = BinaryEProcess.of({ side });
      return { look: (batch) => process.add(batch) >= rejection };
    },
  };
}

/** Our test of two means, with its defaults. */
export const ourMeans: MeanMethod = {
  name: "ours",
  start: () => {
    const process = MeanEProcess.of({ side: "two-sided" });
    return { look: (batch) => process.add(batch) >= rejection };
  },
};
