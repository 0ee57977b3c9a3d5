import { figure, grouped, percent } from "../format.js";
import type { Mark } from "../marks.js";
import { meanAtMost, shareAtLeast, worse } from "../marks.js";
import { ourRates } from "../ours.js";
import type { Cell, Curve, Mode, Row, Scenario, Tallies } from "../scenario.js";
import { tallyOf } from "../scenario.js";
import { growthBookSequential } from "../rivals/growthBook.js";
import { obrienFleming } from "../rivals/groupSequential.js";
import type { PairMethod } from "../rivals/method.js";
import { fixedZ } from "../rivals/textbook.js";
import type { Tally } from "../tally.js";
import { firstCalls } from "../watched.js";
import type { Look } from "../worlds.js";
import { steady } from "../worlds.js";

const called = (look: number): boolean => look > 0;

interface Goal {
  readonly method: string;
  readonly text: string;
  readonly most: number;
  readonly least?: number;
}

interface Question {
  readonly key: string;
  readonly name: string;
  readonly look: Look;
  readonly looks: number;
  readonly methods: readonly PairMethod[];
  readonly goals: readonly Goal[];
}

/** Requests per version, on average of the two, when a method stopped; those that never did have used up all. */
function requestsOf({ look, looks }: Question): (stop: number) => number {
  const each = (look.nA + look.nB) / 2;
  return (stop) => each * (stop === 0 ? looks : stop);
}

function markOf(tally: Tally, { most, least }: Goal, requests: (stop: number) => number): Mark {
  const size = meanAtMost(tally.map(requests), most);
  return least === undefined ? size : worse(size, shareAtLeast(tally, called, least));
}

function cellOf(question: Question): Cell {
  const { key, name, look, looks, methods, goals } = question;
  const requests = requestsOf(question);
  const world = steady(looks, look);
  return {
    key,
    name,
    simulate: (rng) => firstCalls(world, methods, rng),
    rows: (tallies): Row[] =>
      methods.map((method): Row => {
        const tally = tallyOf(tallies, method.name);
        const used = tally.map(requests);
        const values = [percent(tally.share(called)), figure(used.mean()), grouped(used.median())];
        const goal = goals.find((one) => one.method === method.name);
        return goal === undefined
          ? { method: method.name, values }
          : { method: method.name, values, target: goal.text, mark: markOf(tally, goal, requests) };
      }),
  };
}

const horizon = 100_000;

function effects(mode: Mode): Cell[] {
  const rivals = [fixedZ(horizon), obrienFleming(horizon), growthBookSequential(150)];
  const methods = [ourRates(), ourRates("greater"), ...(mode === "full" ? rivals : [])];
  const goals: readonly Goal[] = [
    { method: "ours", text: "≥ 98 %, ≤ 18.5k", most: 18_500, least: 0.98 },
    { method: "ours, one-sided", text: "≥ 98 %, ≤ 16k", most: 16_000, least: 0.98 },
  ];
  const rates = mode === "full" ? [0.105, 0.1075, 0.11, 0.115, 0.12, 0.13, 0.15] : [0.11];
  const cells = rates.map((pB): Cell => {
    const question: Question = {
      key: `to-${pB}`,
      name: `10 to ${Number((100 * pB).toFixed(2))} %`,
      look: { nA: 250, pA: 0.1, nB: 250, pB },
      looks: 200,
      methods,
      goals: pB === 0.11 ? goals : [],
    };
    return {
      ...cellOf(question),
      ...(pB === 0.11 ? {} : { part: 0.5 }),
      curves: (tallies: Tallies) => curvesOf(question, tallies),
    };
  });
  const smaller: Question = {
    key: "to-0.11-by-100",
    name: "10 to 11 %, 100 a look",
    look: { nA: 100, pA: 0.1, nB: 100, pB: 0.11 },
    looks: 500,
    methods,
    goals: [],
  };
  return mode === "full" ? [...cells, cellOf(smaller)] : cells;
}

/** One point of the curve of each method: requests at this effect. */
function curvesOf(question: Question, tallies: Tallies): Curve[] {
  const effect = 100 * (question.look.pB / question.look.pA - 1);
  return question.methods.map(({ name }) => {
    const { value, error } = tallyOf(tallies, name).map(requestsOf(question)).mean();
    return { chart: "requests", name, points: [{ x: Number(effect.toFixed(6)), y: value, error }] };
  });
}

const columns = ["found", "requests per version, mean", "median"];

/** Scenario 4. */
export const realDifference: Scenario = {
  id: 4,
  title: "A better version of a common conversion",
  text:
    "A baseline of 10 %, 250 requests a version and look, at most 50 000 a version. What was not found counts with all " +
    "50 000. The z test and O'Brien–Fleming know the horizon beforehand; the others need none. " +
    "Targets are for 250 a look, the looks of scenario 1; a look more often stops sooner, as the line of 100 a look shows.",
  columns,
  ci: true,
  cells: effects,
};

function rare(mode: Mode): Question[] {
  const rivals = (requests: number): PairMethod[] =>
    mode === "full" ? [obrienFleming(requests), growthBookSequential(150), growthBookSequential(0)] : [];
  return [
    {
      key: "1-to-2",
      name: "1 to 2 %, 100 a look",
      look: { nA: 100, pA: 0.01, nB: 100, pB: 0.02 },
      looks: 300,
      methods: [ourRates(), ...rivals(60_000)],
      goals: [{ method: "ours", text: "≤ 3.2k", most: 3200 }],
    },
    {
      key: "0.1-to-1",
      name: "0.1 to 1 %, 50 a look",
      look: { nA: 50, pA: 0.001, nB: 50, pB: 0.01 },
      looks: 300,
      methods: [ourRates(), ...rivals(30_000)],
      goals: [{ method: "ours", text: "≤ 1.5k", most: 1500 }],
    },
    {
      key: "canary-1-to-5",
      name: "5 % canary, 1 to 5 %, 200 a look",
      look: { nA: 190, pA: 0.01, nB: 10, pB: 0.05 },
      looks: 500,
      methods: [ourRates("greater"), ...rivals(100_000)],
      goals: [{ method: "ours, one-sided", text: "≤ 1.8k", most: 1800 }],
    },
  ];
}

/** Scenario 5. */
export const rareEvents: Scenario = {
  id: 5,
  title: "A worse version of rare errors",
  text:
    "Rates that double or worse, and a canary with a twentieth of the traffic. Requests per version are those of both " +
    "together, halved. O'Brien–Fleming plans 30 000, 15 000 and 50 000 a version.",
  columns,
  ci: true,
  cells: (mode) => rare(mode).map(cellOf),
};
