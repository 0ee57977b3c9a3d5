import type { Rng } from "../../../../src/stats/random.js";
import { Moments } from "../../../../src/stats/moments.js";
import { summaryOf } from "../../../../src/stats/decision/effect.js";
import { figure, percent } from "../format.js";
import { shareAtLeast, shareAtMost, worse } from "../marks.js";
import type { Cell, Outcome, Row, Scenario, Tallies } from "../scenario.js";
import { tallyOf } from "../scenario.js";
import { drawLook, logNormals } from "../worlds.js";
import type { Both, Stopper } from "./stoppers.js";
import { fixedInterval, growthBookStopper, iter8Stopper, ourMeanStopper, ourRateStopper, peekedT } from "./stoppers.js";

interface Question {
  readonly key: string;
  readonly name: string;
  readonly looks: number;
  readonly draw: (rng: Rng) => Both;
  readonly stoppers: readonly Stopper[];
  /** The true difference, and the same relative to the baseline. */
  readonly truth: number;
  readonly relative: number;
}

function rates(pB: number): Pick<Question, "looks" | "draw" | "stoppers" | "truth" | "relative"> {
  const summary = (n: number, x: number) => summaryOf({ kind: "binary", n, x });
  return {
    looks: 200,
    draw: (rng) => {
      const { nA, xA, nB, xB } = drawLook({ nA: 250, pA: 0.1, nB: 250, pB }, rng);
      return { a: summary(nA, xA), b: summary(nB, xB) };
    },
    stoppers: [ourRateStopper, peekedT, fixedInterval, growthBookStopper],
    truth: pB - 0.1,
    relative: pB / 0.1 - 1,
  };
}

function values(factor: number): Pick<Question, "looks" | "draw" | "stoppers" | "truth" | "relative"> {
  return {
    looks: 100,
    draw: (rng) => ({ a: logNormals(rng, 50, 0.8, 100), b: logNormals(rng, 50, 0.8, 100 * factor) }),
    stoppers: [ourMeanStopper, peekedT, fixedInterval, growthBookStopper, iter8Stopper],
    truth: 100 * (factor - 1) * Math.exp(0.32),
    relative: factor - 1,
  };
}

const questions: readonly Question[] = [
  { key: "rates-equal", name: "rates, 10 and 10 %", ...rates(0.1) },
  { key: "rates-11", name: "rates, 10 and 11 %", ...rates(0.11) },
  { key: "latency-equal", name: "latencies, equal", ...values(1) },
  { key: "latency-10", name: "latencies, +10 %", ...values(1.1) },
];

/** When each method stops, whether its interval then covers the truth, and its estimate as a part of the truth. */
function stopped({ looks, draw, stoppers, truth, relative }: Question, rng: Rng): Outcome {
  const outcome: Record<string, number> = {};
  let running = stoppers.map((stopper) => ({ stopper, watch: stopper.start() }));
  const totals = { a: Moments.of(), b: Moments.of() };
  for (let look = 1; look <= looks && running.length > 0; look++) {
    const batch = draw(rng);
    totals.a.merge(Moments.from(batch.a));
    totals.b.merge(Moments.from(batch.b));
    const last = look === looks;
    running = running.filter(({ stopper, watch }) => {
      const called = watch.look(batch, totals, last);
      if (!called && !last) return true;
      const target = stopper.relative === true ? relative : truth;
      const { estimate, low, high } = watch.told(totals);
      outcome[`${stopper.name}, found`] = called ? 1 : 0;
      outcome[`${stopper.name}, covered`] = low <= target && target <= high ? 1 : 0;
      if (called && truth !== 0) outcome[`${stopper.name}, ratio`] = Number((estimate / target).toFixed(3));
      return false;
    });
  }
  return outcome;
}

const yes = (value: number): boolean => value > 0;

function goalOf(name: string, tallies: Tallies): Pick<Row, "target" | "mark"> {
  const covered = tallyOf(tallies, `${name}, covered`);
  if (name === "ours") return { target: "covers ≥ 95 %", mark: shareAtLeast(covered, yes, 0.95) };
  if (name !== fixedInterval.name) return {};
  return { target: "covers 94–96 %", mark: worse(shareAtLeast(covered, yes, 0.94), shareAtMost(covered, yes, 0.96)) };
}

function cellOf(question: Question): Cell {
  const { key, name, stoppers } = question;
  return {
    key,
    name,
    simulate: (rng) => stopped(question, rng),
    rows: (tallies): Row[] =>
      stoppers.map(({ name: method }) => {
        const ratio = tallies[`${method}, ratio`];
        const of = (what: string): string => percent(tallyOf(tallies, `${method}, ${what}`).share(yes));
        const part = ratio === undefined ? "" : figure(ratio.mean(), 2);
        return { method, values: [of("covered"), of("found"), part], ...goalOf(method, tallies) };
      }),
  };
}

/** Scenario 12. */
export const coverage: Scenario = {
  id: 12,
  title: "Intervals at the moment of stopping",
  text:
    "Each method stops by its own rule, at the latest at the end (200 looks of 250 requests a version; 100 looks of 50 " +
    "latencies), and tells its 95 % interval of the difference. The last column is the estimate of those that stopped " +
    "early as a part of the true difference: above 1, what is reported is exaggerated.",
  columns: ["interval covers the truth", "stopped as different", "estimate ÷ truth"],
  ci: false,
  cells: () => questions.map(cellOf),
};
