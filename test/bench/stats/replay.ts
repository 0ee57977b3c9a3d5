import { seededRng, binomialDraw } from "../../../src/stats/random.js";
import { probabilityBest } from "../../../src/stats/bayes/best.js";
import { BinaryEProcess } from "../../../src/stats/sequential/binary.js";
import type { BinaryPair } from "../../../src/stats/tests/twoProportions.js";
import { twoProportionTest } from "../../../src/stats/tests/twoProportions.js";

/** What three methods say after a tick of a recording. */
export interface Said {
  readonly tick: number;
  readonly shareB: number;
  readonly rateA: number;
  readonly rateB: number;
  readonly z: number;
  readonly pValue: number;
  readonly probabilityB: number;
  readonly e: number;
  readonly alwaysValidP: number;
}

/** Two identical versions, 200 ticks of 500 requests: the candidate ramps from 5 to 95 % while the rate drifts 8 to 12 %. */
export function recordedRamp(seed: number): BinaryPair[] {
  const rng = seededRng(seed);
  return Array.from({ length: 200 }, (_, t) => {
    const part = t / 199;
    const nB = Math.round(500 * (0.05 + 0.9 * part));
    const p = 0.08 + 0.04 * part;
    return { nA: 500 - nB, xA: binomialDraw(rng, 500 - nB, p), nB, xB: binomialDraw(rng, nB, p) };
  });
}

/** Plays a recording to a z test of the totals, to P(best) of the totals, and to the e-process of the batches. */
export function replay(batches: readonly BinaryPair[]): Said[] {
  const process = BinaryEProcess.of({ side: "two-sided" });
  let [nA, xA, nB, xB] = [0, 0, 0, 0];
  return batches.map((batch, index) => {
    process.add(batch);
    nA += batch.nA;
    xA += batch.xA;
    nB += batch.nB;
    xB += batch.xB;
    const { z, pValue } = twoProportionTest({ nA, xA, nB, xB });
    const [, probabilityB = 0] = probabilityBest([
      { family: "beta", alpha: 1 + xA, beta: 1 + nA - xA },
      { family: "beta", alpha: 1 + xB, beta: 1 + nB - xB },
    ]);
    return {
      tick: index + 1,
      shareB: batch.nB / (batch.nA + batch.nB),
      rateA: xA / nA,
      rateB: xB / nB,
      z,
      pValue,
      probabilityB,
      e: Math.exp(process.logE),
      alwaysValidP: process.pValue,
    };
  });
}

/** The replay as a Markdown table, every `step` ticks. */
export function replayTable(said: readonly Said[], step: number): string {
  const rows = said
    .filter(({ tick }) => tick % step === 0 || tick === 1)
    .map(
      (s) =>
        `| ${s.tick} | ${(100 * s.shareB).toFixed(0)} % | ${(100 * s.rateA).toFixed(2)} % | ${(100 * s.rateB).toFixed(2)} % | ` +
        `${s.z.toFixed(2)} | ${s.pValue.toPrecision(2)} | ${s.probabilityB.toFixed(4)} | ${s.e.toPrecision(2)} | ${s.alwaysValidP.toFixed(2)} |`,
    );
  return [
    "| tick | candidate's share | rate A so far | rate B so far | z | p of z | P(B best) | our E | our p |",
    "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ...rows,
  ].join("\n");
}
