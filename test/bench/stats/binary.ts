import type { Rng } from "../../../src/stats/random.js";
import { binomialDraw } from "../../../src/stats/random.js";
import { BinaryEProcess } from "../../../src/stats/sequential/binary.js";
import type { Side } from "../../../src/stats/sequential/side.js";
import type { BinaryPair } from "../../../src/stats/tests/twoProportions.js";
import type { Line, Run } from "./measure.js";
import { allowance, average, mean, percent, repeat, share } from "./measure.js";
import type { Rival } from "./rivals/textbook.js";
import { probabilityRule, repeatedZ } from "./rivals/textbook.js";

/** What one look brings: sizes and rates of both arms at look `t` of `looks`. */
type World = (t: number, looks: number) => { nA: number; pA: number; nB: number; pB: number };

const steady =
  (n: number, pA: number, pB: number): World =>
  () => ({ nA: n, pA, nB: n, pB });

/** 8 → 12 % drift (with a daily wave) while the candidate goes from 5 to 95 %, 500 requests a look. */
const ramp: World = (t, looks) => {
  const part = t / (looks - 1);
  const nB = Math.round(500 * (0.05 + 0.9 * part));
  const p = 0.08 + 0.04 * part;
  return { nA: 500 - nB, pA: p, nB, pB: p };
};

const wave: World = (t, looks) => {
  const { nA, nB } = ramp(t, looks);
  const p = 0.1 * (1 + 0.3 * Math.sin((2 * Math.PI * t) / 48));
  return { nA, pA: p, nB, pB: p };
};

function draw(world: World, t: number, looks: number, rng: Rng): BinaryPair {
  const { nA, pA, nB, pB } = world(t, looks);
  return { nA, xA: binomialDraw(rng, nA, pA), nB, xB: binomialDraw(rng, nB, pB) };
}

/** Requests of A and B at the first rejection by our test, or undefined. */
function ours(world: World, looks: number, side: Side, rng: Rng, alpha = 0.05): BinaryPair | undefined {
  const process = BinaryEProcess.of({ side });
  let total: BinaryPair = { nA: 0, xA: 0, nB: 0, xB: 0 };
  for (let t = 0; t < looks; t++) {
    const batch = draw(world, t, looks, rng);
    total = plus(total, batch);
    if (process.add(batch) >= -Math.log(alpha)) return total;
  }
  return undefined;
}

function called(rival: Rival, world: World, looks: number, rng: Rng): boolean {
  let total: BinaryPair = { nA: 0, xA: 0, nB: 0, xB: 0 };
  for (let t = 0; t < looks; t++) {
    total = plus(total, draw(world, t, looks, rng));
    if (rival.calls(total)) return true;
  }
  return false;
}

function plus(a: BinaryPair, b: BinaryPair): BinaryPair {
  return { nA: a.nA + b.nA, xA: a.xA + b.xA, nB: a.nB + b.nB, xB: a.xB + b.xB };
}

function quiet(run: Run, scenario: string, name: string, world: World, rivals: readonly Rival[]): Line[] {
  const hits = repeat(run, (rng) => ours(world, 200, "two-sided", rng) !== undefined);
  const limit = allowance(0.05, run.reps);
  return [
    { scenario, figure: `${name}: ours`, value: percent(hits), target: "≤ 5 %", pass: share(hits) <= limit },
    ...rivals.map((rival) => ({
      scenario,
      figure: `${name}: ${rival.name}`,
      value: percent(repeat(run, (rng) => called(rival, world, 200, rng))),
      target: "",
      pass: undefined,
    })),
  ];
}

/** Scenario 1: identical versions, 200 looks. */
export function falseAlarms(run: Run): Line[] {
  const rivals = [repeatedZ, probabilityRule(0.95), probabilityRule(0.99)];
  return [
    ...quiet(run, "1 identical versions, 200 looks", "rate 10 %", steady(250, 0.1, 0.1), rivals),
    ...quiet(run, "1 identical versions, 200 looks", "rate 1 %", steady(250, 0.01, 0.01), []),
    ...quiet(run, "1 identical versions, 200 looks", "rate 0.1 %", steady(250, 0.001, 0.001), []),
  ];
}

/** Scenario 3: identical versions while the traffic moves and the rate drifts. */
export function movingTraffic(run: Run): Line[] {
  const rivals = [repeatedZ, probabilityRule(0.99)];
  return [
    ...quiet(run, "3 identical versions, ramp 5 to 95 %", "drift 8 to 12 %", ramp, rivals),
    ...quiet(run, "3 identical versions, ramp 5 to 95 %", "daily wave", wave, rivals),
  ];
}

interface Power {
  readonly figure: string;
  readonly world: World;
  readonly looks: number;
  readonly side: Side;
  /** What is counted until the decision. */
  readonly count: (total: BinaryPair) => number;
  readonly most: number;
  readonly target: string;
  readonly least: number;
}

const perArm = (total: BinaryPair): number => total.nA;

const powers: readonly Power[] = [
  {
    figure: "10 to 11 %, 250 a look, two-sided",
    world: steady(250, 0.1, 0.11),
    looks: 200,
    side: "two-sided",
    count: perArm,
    most: 18_500,
    target: "≥ 98 %, ≤ 18.5k per arm",
    least: 0.98,
  },
  {
    figure: "10 to 11 %, 250 a look, one-sided",
    world: steady(250, 0.1, 0.11),
    looks: 200,
    side: "greater",
    count: perArm,
    most: 16_000,
    target: "≥ 98 %, ≤ 16k per arm",
    least: 0.98,
  },
  {
    figure: "1 to 2 %, 100 a look",
    world: steady(100, 0.01, 0.02),
    looks: 200,
    side: "two-sided",
    count: perArm,
    most: 3200,
    target: "≤ 3.2k per arm",
    least: 0,
  },
  {
    figure: "0.1 to 1 %, 50 a look",
    world: steady(50, 0.001, 0.01),
    looks: 200,
    side: "two-sided",
    count: perArm,
    most: 1500,
    target: "≤ 1.5k per arm",
    least: 0,
  },
  {
    figure: "5 % canary, 1 to 5 %, 200 in all a look, one-sided",
    world: () => ({ nA: 190, pA: 0.01, nB: 10, pB: 0.05 }),
    looks: 500,
    side: "greater",
    count: ({ nA, nB }) => (nA + nB) / 2,
    most: 1800,
    target: "≤ 1.8k per arm on average",
    least: 0,
  },
];

/** Scenarios 4 and 5: how soon a real difference is found. */
export function power(run: Run): Line[] {
  return powers.map(({ figure, world, looks, side, count, most, target, least }) => {
    const ends = repeat(run, (rng) => ours(world, looks, side, rng));
    const found = ends.filter((end) => end !== undefined);
    const full = world(0, looks);
    const all = ends.map((end) =>
      end === undefined ? count({ nA: full.nA * looks, xA: 0, nB: full.nB * looks, xB: 0 }) : count(end),
    );
    const hits = ends.map((end) => end !== undefined);
    const size = mean(all);
    return {
      scenario: "4, 5 a real difference",
      figure,
      value: `found ${percent(hits)}, mean ${average(all)}`,
      target,
      pass:
        found.length > 0 &&
        size.value - 3.09 * size.error <= most &&
        share(hits) >= least - 3.09 * Math.sqrt((least * (1 - least)) / run.reps),
    };
  });
}
