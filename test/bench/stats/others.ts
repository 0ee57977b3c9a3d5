import { binomialDraw, normalDraw } from "../../../src/stats/random.js";
import type { Rng } from "../../../src/stats/random.js";
import { Moments } from "../../../src/stats/moments.js";
import { BestArm } from "../../../src/stats/sequential/bestArm.js";
import { MeanEProcess } from "../../../src/stats/sequential/mean.js";
import { SloTest } from "../../../src/stats/sequential/slo.js";
import { SrmEProcess } from "../../../src/stats/sequential/srm.js";
import { allocate } from "../../../src/stats/traffic/allocate.js";
import type { Line, Run } from "./measure.js";
import { allowance, middle, percent, repeat, share } from "./measure.js";

function logNormals(rng: Rng, n: number, sigma: number, factor: number): Moments {
  const moments = Moments.of();
  for (let i = 0; i < n; i++) moments.add(factor * Math.exp(sigma * normalDraw(rng)));
  return moments;
}

/** Scenarios 2 and 12: latencies; false alarms, and whether the interval at the moment of stopping covers the truth. */
export function latencies(run: Run): Line[] {
  const lines: Line[] = [];
  for (const [sigma, effect] of [
    [0.8, 0],
    [2, 0],
    [0.8, 0.1],
  ] as const) {
    const outcomes = repeat(run, (rng) => {
      const process = MeanEProcess.of({ side: "two-sided" });
      const truth = effect * Math.exp((sigma * sigma) / 2);
      let stopped = false;
      for (let t = 0; t < 100 && !stopped; t++) {
        process.add({ a: logNormals(rng, 50, sigma, 1), b: logNormals(rng, 50, sigma, 1 + effect) });
        stopped = process.pValue <= 0.05;
      }
      const { low, high } = process.interval(0.05);
      return { stopped, covered: low <= truth && truth <= high };
    });
    const stops = outcomes.map(({ stopped }) => stopped);
    const covers = outcomes.map(({ covered }) => covered);
    const name = `lognormal σ = ${sigma}${effect === 0 ? "" : ", +10 %"}`;
    const scenario = effect === 0 ? "2 identical latencies, 100 looks" : "12 at the moment of stopping";
    if (effect === 0)
      lines.push({
        scenario,
        figure: `${name}: ours`,
        value: percent(stops),
        target: "≤ 5 %",
        pass: share(stops) <= allowance(0.05, run.reps),
      });
    else lines.push({ scenario, figure: `${name}: found`, value: percent(stops), target: "", pass: undefined });
    lines.push({
      scenario: "12 at the moment of stopping",
      figure: `${name}: interval covers`,
      value: percent(covers),
      target: "≥ 95 %",
      pass: 1 - share(covers) <= allowance(0.05, run.reps),
    });
  }
  return lines;
}

/** Scenario 6: an objective of 1 % over 30 checks. */
export function objectives(run: Run): Line[] {
  const cases = [
    { rate: 0.002, n: 100, want: "satisfied", least: undefined, within: undefined },
    { rate: 0.005, n: 20, want: "violated", least: undefined, within: undefined },
    { rate: 0.005, n: 100, want: "violated", least: undefined, within: undefined },
    { rate: 0.005, n: 500, want: "violated", least: undefined, within: undefined },
    { rate: 0.01, n: 100, want: "violated", least: undefined, within: undefined },
    { rate: 0.02, n: 100, want: "violated", least: 0.95, within: undefined },
    { rate: 0.05, n: 100, want: "violated", least: 0.99, within: 3 },
  ] as const;
  return cases.map(({ rate, n, want, least, within }) => {
    const ends = repeat(run, (rng) => {
      const slo = SloTest.of({ limit: 0.01, direction: "at-most" });
      for (let check = 1; check <= 30; check++) {
        const { verdict } = slo.add({ n, bad: binomialDraw(rng, n, rate) });
        if (verdict === "violated" || verdict === "satisfied") return { verdict, check };
      }
      return { verdict: "undecided", check: 30 };
    });
    const hits = ends.map(({ verdict }) => verdict === want);
    const median = middle(ends.map(({ check }) => check));
    const wrong = want === "violated" && rate <= 0.01;
    const limit = rate < 0.01 ? 0.01 : 0.05;
    const pass =
      (wrong
        ? share(hits) <= allowance(limit, run.reps)
        : least === undefined || share(hits) >= 2 * least - allowance(least, run.reps)) &&
      (within === undefined || median <= within);
    const target = wrong
      ? `≤ ${100 * limit} %`
      : least === undefined
        ? ""
        : `≥ ${100 * least} %${within === undefined ? "" : `, ≤ ${within} checks`}`;
    return {
      scenario: "6 objective of 1 %, 30 checks",
      figure: `true ${(100 * rate).toFixed(1)} %, ${n} requests a check: ${want}`,
      value: `${percent(hits)}, median check ${median}`,
      target,
      pass,
    };
  });
}

/** Scenario 9: several equally good best arms, traffic by Thompson sampling. */
export function equalArms(run: Run): Line[] {
  return [2, 3].map((arms) => {
    const reps = Math.min(run.reps, 200);
    const hits = repeat({ ...run, reps }, (rng) => {
      const search = BestArm.of({ kind: "binary", arms });
      const totals = Array.from({ length: arms }, () => ({ n: 0, x: 0 }));
      let shares: readonly number[] = totals.map(() => 1 / arms);
      for (let t = 0; t < 100; t++) {
        const batch = shares.map((s) => {
          const n = Math.round(500 * s);
          return { kind: "binary" as const, n, x: binomialDraw(rng, n, 0.1) };
        });
        search.add(batch);
        batch.forEach(({ n, x }, i) => (totals[i] = { n: (totals[i]?.n ?? 0) + n, x: (totals[i]?.x ?? 0) + x }));
        if (search.winner() !== undefined) return true;
        // New shares every fifth look, as a controller would.
        if (t % 5 === 0)
          shares = allocate({
            strategy: { kind: "thompson" },
            arms: totals.map(({ n, x }) => ({ posterior: { family: "beta", alpha: 1 + x, beta: 1 + n - x } })),
          }).shares;
      }
      return false;
    });
    return {
      scenario: "9 equal best arms, Thompson sampling, 100 looks",
      figure: `${arms} arms: a winner is declared`,
      value: percent(hits),
      target: "≤ 5 %",
      pass: share(hits) <= allowance(0.05, reps),
    };
  });
}

/** Scenario 10: sample ratios looked at 200 times. */
export function sampleRatios(run: Run): Line[] {
  const quiet = [0.5, 0.9].map((first) => {
    const hits = repeat(run, (rng) => alarmAt(rng, first, first) !== undefined);
    return {
      scenario: "10 sample ratio, 200 looks",
      figure: `intended and true ${100 * first} %: alarm`,
      value: percent(hits),
      target: "≤ 0.1 %",
      pass: share(hits) <= allowance(0.001, run.reps),
    };
  });
  const found = repeat(run, (rng) => alarmAt(rng, 0.5, 0.52) ?? 40_000);
  return [
    ...quiet,
    {
      scenario: "10 sample ratio, 200 looks",
      figure: "intended 50 %, true 52 %: requests to the alarm, median",
      value: String(middle(found)),
      target: "≤ 11k",
      pass: middle(found) <= 11_000,
    },
  ];
}

function alarmAt(rng: Rng, intended: number, truth: number): number | undefined {
  const process = SrmEProcess.of({ shares: [intended, 1 - intended] });
  for (let t = 1; t <= 200; t++) {
    const first = binomialDraw(rng, 200, truth);
    if (process.add([first, 200 - first]) >= Math.log(1000)) return 200 * t;
  }
  return undefined;
}
