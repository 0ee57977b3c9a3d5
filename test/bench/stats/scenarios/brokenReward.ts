import { at } from "../../../../src/stats/check.js";
import type { Rng } from "../../../../src/stats/random.js";
import { binomialDraw } from "../../../../src/stats/random.js";
import { judged } from "../../../../src/stats/decision/decide.js";
import { Experiment } from "../../../../src/stats/decision/experiment.js";
import type { ExperimentPlan } from "../../../../src/stats/decision/plan.js";
import { betaCdf } from "../../../../src/stats/special/beta.js";
import { figure, grouped, percent } from "../format.js";
import { shareAtMost } from "../marks.js";
import { prior, winnerBound } from "../rivals/iter8.js";
import { argo, flagger, startThreshold } from "../rivals/thresholds.js";
import type { Cell, Outcome, Row, Scenario } from "../scenario.js";
import { tallyOf } from "../scenario.js";
import type { Counts } from "./arms.js";
import { chancesOf } from "./arms.js";

const [perTick, ticks, limit] = [500, 200, 0.01];
/** The share up to which nothing is wrong, with room for rounding. */
const faultless = 0.301;

/** What one tick brought: conversions and slow requests of both versions, the baseline first. */
export interface Tick {
  readonly reward: readonly Counts[];
  readonly slow: readonly Counts[];
  /** Whether the ramp has ended. */
  readonly last: boolean;
}

/** What a method does after a tick. */
export type Answer = "continue" | "promote" | "rollback";

interface Judge {
  readonly name: string;
  readonly start: () => (tick: Tick) => Answer;
}

/** The candidate's share: 5 %, and 5 points more every fifth tick up to 95 %. */
export function rampShare(tick: number): number {
  return Math.min(0.95, 0.05 + 0.05 * Math.floor(tick / 5));
}

/** The candidate converts 11 % instead of 10; beyond a share of 30 %, 3 % of its requests are slow instead of 0.4. */
function drawTick(tick: number, rng: Rng): Tick {
  const nB = Math.round(perTick * rampShare(tick));
  const slowRate = rampShare(tick) > faultless ? 0.03 : 0.004;
  const one = (n: number, p: number): Counts => ({ n, x: binomialDraw(rng, n, p) });
  return {
    reward: [one(perTick - nB, 0.1), one(nB, 0.11)],
    slow: [one(perTick - nB, 0.004), one(nB, slowRate)],
    last: tick === ticks - 1,
  };
}

const plan: ExperimentPlan = {
  versions: ["baseline", "candidate"],
  metrics: [
    { name: "conversion", kind: "binary", role: "reward" },
    { name: "slow", kind: "binary", role: "slo", limit },
  ],
};

const ours: Judge = {
  name: "ours",
  start: () => {
    const experiment = new Experiment(plan);
    return ({ reward, slow }) => {
      const batch = (arms: readonly Counts[]) => arms.map(({ n, x }) => ({ kind: "binary" as const, n, x }));
      const { action } = judged(experiment.add({ metrics: { conversion: batch(reward), slow: batch(slow) } }));
      return action === "promote" || action === "rollback" ? action : "continue";
    };
  },
};

/** Rules of single checks promote when the ramp has ended. */
const thresholds = [argo(0), argo(3), flagger(5)].map((rule): Judge => ({
  name: rule.name,
  start: () => {
    const fails = startThreshold(rule, limit);
    return ({ slow, last }) => {
      const { n, x } = at(slow, 1);
      if (fails({ n, bad: x })) return "rollback";
      return last ? "promote" : "continue";
    };
  },
}));

/** Sums the ticks before it judges them. */
function onTotals(
  name: string,
  judge: (reward: readonly Counts[], slow: readonly Counts[], last: boolean) => Answer,
): Judge {
  const start = () => {
    const reward = [0, 1].map(() => ({ n: 0, x: 0 }));
    const slow = [0, 1].map(() => ({ n: 0, x: 0 }));
    const add = (sums: { n: number; x: number }[], batch: readonly Counts[]): void =>
      sums.forEach((sum, i) => {
        sum.n += at(batch, i).n;
        sum.x += at(batch, i).x;
      });
    return (tick: Tick): Answer => {
      add(reward, tick.reward);
      add(slow, tick.slow);
      return judge(reward, slow, tick.last);
    };
  };
  return { name, start };
}

/**
 * Iter8 v1: each version's reward counts where an independent draw of its slow requests keeps the limit; a share of wins
 * above 99 % makes the winner, the candidate's promotion or the baseline's rollback.
 */
const iter8v1 = onTotals("Iter8 v1", (reward, slow) => {
  const best = chancesOf(reward, prior);
  const [keepsA = 0, keepsB = 0] = slow.map(({ n, x }) => betaCdf(prior + x, prior + n - x, limit).cdf);
  const a = keepsA * (1 - keepsB + keepsB * at(best, 0));
  const b = keepsB * (1 - keepsA + keepsA * at(best, 1));
  if (b > winnerBound * (a + b)) return "promote";
  return a > winnerBound * (a + b) ? "rollback" : "continue";
});

/** Iter8 v2: in the end the candidate wins if its average keeps the limit and its reward is better, else the baseline. */
const iter8v2 = onTotals("Iter8 v2", (reward, slow, last) => {
  if (!last) return "continue";
  const rate = ({ n, x }: Counts): number => x / n;
  const wins = rate(at(slow, 1)) <= limit && rate(at(reward, 1)) > rate(at(reward, 0));
  return wins ? "promote" : "rollback";
});

const judges = [ours, ...thresholds, iter8v1, iter8v2];

const [promoted, rolledBack, givenUp, neither] = [1, 2, 3, 0];

/**
 * How one release ends for each method, and how many requests its broken candidate got until then. A rollback is carried
 * out at once. A promotion is one at the end of the ramp, if the method still says so there; having said it before, while
 * the ramp went on, is counted apart.
 */
function released(rng: Rng): Outcome {
  const running = judges.map(({ name, start }) => ({ name, judge: start(), end: neither, said: 0, broken: 0 }));
  for (let tick = 0; tick < ticks; tick++) {
    const drawn = drawTick(tick, rng);
    const isBroken = rampShare(tick) > faultless;
    for (const one of running) {
      if (one.end !== neither) continue;
      if (isBroken) one.broken += at(drawn.slow, 1).n;
      const answer = one.judge(drawn);
      if (answer === "rollback") one.end = isBroken ? rolledBack : givenUp;
      if (answer !== "promote") continue;
      if (drawn.last) one.end = promoted;
      else one.said = one.said === 0 ? (isBroken ? 2 : 1) : one.said;
    }
  }
  return Object.fromEntries(
    running.flatMap(({ name, end, said, broken }) => [
      [`${name}, end`, end],
      [`${name}, said`, said],
      [`${name}, broken`, broken],
    ]),
  );
}

const cell: Cell = {
  key: "slow-after-30",
  name: "+10 % conversion, slow beyond 30 % of the traffic",
  simulate: released,
  rows: (tallies): Row[] =>
    judges.map(({ name }) => {
      const end = tallyOf(tallies, `${name}, end`);
      const said = tallyOf(tallies, `${name}, said`);
      const broken = tallyOf(tallies, `${name}, broken`).where((n) => n > 0);
      const is = (kind: number) => (value: number) => value === kind;
      const values = [
        percent(end.share(is(promoted)), 2),
        percent(end.share(is(rolledBack))),
        percent(end.share(is(givenUp))),
        percent(said.share(is(1))),
        percent(said.share(is(2))),
        broken.n === 0 ? "–" : figure(broken.mean()),
        broken.n === 0 ? "–" : grouped(broken.median()),
      ];
      return name === "ours"
        ? { method: name, values, target: "promoted never", mark: shareAtMost(end, is(promoted), 0) }
        : { method: name, values };
    }),
};

/** Scenario 11. */
export const brokenReward: Scenario = {
  id: 11,
  title: "A better reward that breaks its objective during the ramp",
  text:
    "500 requests a tick; the candidate's share grows from 5 to 95 % by 5 points every fifth tick, 200 ticks in all. It " +
    "converts 10 % better, but beyond 30 % of the traffic 3 % of its requests are slow, where 1 % is allowed. A promotion is " +
    "wrong; it is one that a method says at the end of the ramp, whatever it said while the ramp went on. A rollback is " +
    "carried out at once.",
  columns: [
    "promoted",
    "rolled back",
    "given up before the fault",
    "said promote before the fault",
    "said promote first after it",
    "requests to the broken version, mean",
    "median",
  ],
  ci: false,
  cells: () => [cell],
};
