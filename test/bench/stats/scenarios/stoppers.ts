import type { Summary } from "../../../../src/stats/moments.js";
import { MeanEProcess } from "../../../../src/stats/sequential/mean.js";
import { BinaryEProcess } from "../../../../src/stats/sequential/binary.js";
import { welchTest } from "../../../../src/stats/tests/welch.js";
import { normalQuantile } from "../../../../src/stats/special/normal.js";
import { rejection } from "../ours.js";
import { relativeEffect, sequenceRadius } from "../rivals/growthBook.js";
import { iter8v1Means } from "../rivals/iter8.js";

/** Both versions' moments. */
export interface Both {
  readonly a: Summary;
  readonly b: Summary;
}

/** An estimate of B − A with its 95 % interval; `relative` ones are of B/A − 1. */
export interface Told {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** A method that stops by its own rule and then tells an interval. */
export interface Stopper {
  readonly name: string;
  readonly relative?: boolean;
  readonly start: () => {
    /** True when it stops because it calls the versions different. */
    readonly look: (batch: Both, totals: Both, last: boolean) => boolean;
    readonly told: (totals: Both) => Told;
  };
}

/** Ours for rates: stops by the exact test, tells the interval that decisions show. */
export const ourRateStopper: Stopper = {
  name: "ours",
  start: () => {
    const test = BinaryEProcess.of({ side: "two-sided" });
    const effect = MeanEProcess.of({ side: "two-sided" });
    return {
      look: ({ a, b }) => {
        effect.add({ a, b });
        const pair = { nA: a.n, xA: Math.round(a.n * a.mean), nB: b.n, xB: Math.round(b.n * b.mean) };
        return test.add(pair) >= rejection;
      },
      told: () => told(effect),
    };
  },
};

/** Ours for means: test and interval are one. */
export const ourMeanStopper: Stopper = {
  name: "ours",
  start: () => {
    const process = MeanEProcess.of({ side: "two-sided" });
    return { look: (batch) => process.add(batch) >= rejection, told: () => told(process) };
  },
};

function told(process: MeanEProcess): Told {
  const { estimate, low, high } = process.interval(0.05);
  return { estimate: estimate ?? 0, low, high };
}

/** A t test at every look, with the interval of the textbook when it stops. */
export const peekedT: Stopper = {
  name: "t interval, stopped by a t test at each look",
  start: () => ({ look: (_batch, { a, b }) => welchTest(b, a).pValue < 0.05, told: textbook }),
};

/** The same interval at a size that was fixed beforehand. */
export const fixedInterval: Stopper = {
  name: "t interval, at the end",
  start: () => ({
    look: (_batch, { a, b }, last) => last && welchTest(b, a).pValue < 0.05,
    told: textbook,
  }),
};

function textbook({ a, b }: Both): Told {
  const { difference, low, high } = welchTest(b, a);
  return { estimate: difference, low, high };
}

/** GrowthBook's confidence sequence of the relative effect, stopped when it excludes 0. */
export const growthBookStopper: Stopper = {
  name: "GrowthBook sequential (relative)",
  relative: true,
  start: () => {
    const interval = ({ a, b }: Both): Told => {
      const found = relativeEffect(a, b);
      if (found === undefined) return { estimate: 0, low: -Infinity, high: Infinity };
      const radius = sequenceRadius(found.variance * (a.n + b.n), a.n + b.n);
      return { estimate: found.effect, low: found.effect - radius, high: found.effect + radius };
    };
    return {
      look: (_batch, totals) => {
        const { low, high } = interval(totals);
        return low > 0 || high < 0;
      },
      told: interval,
    };
  },
};

/** Iter8 v1's credible interval of the difference of two values, stopped by its winner. */
export const iter8Stopper: Stopper = {
  name: "Iter8 v1",
  start: () => {
    const watch = iter8v1Means.start();
    let [least, most] = [Infinity, -Infinity];
    return {
      look: (batch, totals) => {
        least = Math.min(least, totals.a.mean, totals.b.mean);
        most = Math.max(most, totals.a.mean, totals.b.mean);
        return watch.look(batch, totals);
      },
      told: ({ a, b }) => {
        const sd = Math.sqrt((most - least) * (1 / (1 + a.n) + 1 / (1 + b.n)));
        const radius = sd * normalQuantile(0.025, { upper: true });
        const estimate = b.mean - a.mean;
        return { estimate, low: estimate - radius, high: estimate + radius };
      },
    };
  },
};
