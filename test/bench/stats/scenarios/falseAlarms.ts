import type { Xoshiro128 } from "../../../../src/stats/random.js";
import { shareAtMost } from "../marks.js";
import { percent } from "../format.js";
import { ourRates } from "../ours.js";
import type { Cell, Curve, Mode, Outcome, Row, Scenario, Tallies } from "../scenario.js";
import { tallyOf } from "../scenario.js";
import { growthBookBayes, growthBookSequential } from "../rivals/growthBook.js";
import { obrienFleming } from "../rivals/groupSequential.js";
import { iter8v0, iter8v1, iter8v2 } from "../rivals/iter8.js";
import type { PairMethod } from "../rivals/method.js";
import { postHog } from "../rivals/postHog.js";
import { probabilityRule } from "../rivals/probability.js";
import { fixedZ, repeatedZ } from "../rivals/textbook.js";
import { firstCalls } from "../watched.js";
import type { World } from "../worlds.js";
import { drift, steady, wave } from "../worlds.js";
import { trafficWinner } from "./iter8Winner.js";

const called = (look: number): boolean => look > 0;

function competitors(requests: number): PairMethod[] {
  return [
    fixedZ(requests),
    repeatedZ,
    probabilityRule(0.95),
    probabilityRule(0.99),
    obrienFleming(requests),
    growthBookSequential(150),
    growthBookSequential(0),
    growthBookBayes(150),
    postHog,
    iter8v0,
    iter8v1,
    iter8v2,
  ];
}

interface Question {
  readonly key: string;
  readonly name: string;
  readonly world: World;
  /** Where the traffic is ours to move: the rate, for Iter8 with the traffic it would have chosen. */
  readonly moves?: number;
  readonly chart?: string;
}

const moving = ["progressive", "top_2", "uniform"] as const;

/** A cell of two identical versions: how many experiments each method ever calls different. */
function cellOf({ key, name, world, moves, chart }: Question, mode: Mode): Cell {
  const methods = [ourRates(), ...(mode === "full" ? competitors(500 * world.looks) : [])];
  const movers = mode === "full" && moves !== undefined ? moving : [];
  const names = [...methods.map((method) => method.name), ...movers.map((strategy) => `Iter8 v1, ${strategy}`)];
  return {
    key,
    name,
    simulate: (stream: Xoshiro128): Outcome => ({
      ...Object.fromEntries(
        movers.map((strategy) => [
          `Iter8 v1, ${strategy}`,
          trafficWinner(strategy, [moves ?? 0, moves ?? 0], { looks: 100, requests: 200 }, stream.copy()),
        ]),
      ),
      ...firstCalls(world, methods, stream),
    }),
    rows: (tallies): Row[] =>
      names.map((method) => {
        const tally = tallyOf(tallies, method);
        const values = [percent(tally.share(called))];
        return method === "ours"
          ? { method, values, target: "≤ 5 %", mark: shareAtMost(tally, called, 0.05) }
          : { method, values };
      }),
    ...(chart === undefined ? {} : { curves: (tallies: Tallies) => curvesOf(chart, names, world.looks, tallies) }),
  };
}

/** The share of experiments called by each look; Iter8 with its own traffic has fewer looks and is left out. */
function curvesOf(chart: string, names: readonly string[], looks: number, tallies: Tallies): Curve[] {
  const shown = names.filter((name) => !moving.some((strategy) => name.endsWith(`, ${strategy}`)));
  return shown.map((name) => ({
    chart,
    name,
    points: Array.from({ length: looks / 5 }, (_, i) => {
      const x = 5 * (i + 1);
      const { value, error } = tallyOf(tallies, name).share((look) => look > 0 && look <= x);
      return { x, y: 100 * value, error: 100 * error };
    }),
  }));
}

const percentName = (p: number): string => `${100 * p} %`;

/** Scenario 1. */
export const falseAlarms: Scenario = {
  id: 1,
  title: "Identical versions, looked at 200 times",
  text:
    "Two identical versions, 250 requests each a look, 200 looks. How many experiments does a method ever call different? " +
    "Iter8 v1 with a strategy moves its own traffic: 100 iterations of 200 requests.",
  columns: ["called different"],
  ci: true,
  cells: (mode) =>
    [0.1, 0.01, 0.001].map((p) =>
      cellOf(
        {
          key: `rate-${p}`,
          name: `rate ${percentName(p)}`,
          world: steady(200, { nA: 250, pA: p, nB: 250, pB: p }),
          moves: p,
          ...(p === 0.1 ? { chart: "false-alarms" } : {}),
        },
        mode,
      ),
    ),
};

/** Scenario 3. */
export const movingTraffic: Scenario = {
  id: 3,
  title: "Identical versions while the traffic moves and the rate drifts",
  text:
    "Two identical versions, 500 requests a look, 200 looks; the candidate's share goes from 5 to 95 % while the rate of " +
    "both drifts from 8 to 12 %, or goes up and down by 30 % (a day of 48 looks).",
  columns: ["called different"],
  ci: true,
  cells: (mode) => [
    cellOf({ key: "drift", name: "drift 8 to 12 %", world: drift, chart: "false-alarms-ramp" }, mode),
    cellOf({ key: "wave", name: "daily wave", world: wave }, mode),
  ],
};
