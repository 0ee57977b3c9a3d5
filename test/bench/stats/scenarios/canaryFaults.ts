import type { Rng } from "../../../../src/stats/random.js";
import { binomialDraw } from "../../../../src/stats/random.js";
import { CanaryMetric } from "../../../../src/stats/decision/canaryMetric.js";
import { shareAtLeast } from "../marks.js";
import { kayenta } from "../rivals/kayenta.js";
import type { Cell, Outcome, Row, Scenario, Tallies } from "../scenario.js";
import { tallyOf } from "../scenario.js";
import type { Fault } from "./faults.js";
import { alarmed, faultRows, firstJudged, harmlessGoal, minutes, perMinute } from "./faults.js";
import { latencyCells } from "./latencyFaults.js";

interface ErrorFault extends Fault {
  readonly rates: readonly [number, number];
  readonly goal?: { readonly target: string; readonly least: number };
}

const errors: readonly ErrorFault[] = [
  { key: "errors-none-0.1", name: "errors 0.1 %, no fault", rates: [0.001, 0.001], harmless: true },
  { key: "errors-none-1", name: "errors 1 %, no fault", rates: [0.01, 0.01], harmless: true },
  {
    key: "errors-0.1-0.5",
    name: "errors 0.1 to 0.5 %",
    rates: [0.001, 0.005],
    goal: { target: "≥ 65 %", least: 0.65 },
  },
  { key: "errors-0.1-1", name: "errors 0.1 to 1 %", rates: [0.001, 0.01], goal: { target: "≥ 99 %", least: 0.99 } },
  { key: "errors-0-0.5", name: "errors 0 to 0.5 %", rates: [0, 0.005], goal: { target: "≥ 99 %", least: 0.99 } },
  { key: "errors-1-2", name: "errors 1 to 2 %", rates: [0.01, 0.02], goal: { target: "≥ 75 %", least: 0.75 } },
];

/** The minute of our first alarm, and what Kayenta says in the end; on harmless versions also at any minute before. */
function watched({ rates: [a, b], harmless = false }: ErrorFault, rng: Rng): Outcome {
  const ours = CanaryMetric.of({ kind: "binary", lowerIsBetter: true, alpha: 0.05 });
  const cautious = CanaryMetric.of({ kind: "binary", lowerIsBetter: true, alpha: 0.002 });
  const outcome = {
    ours: 0,
    "ours at 0.2 %": 0,
    "Kayenta, in the end": 0,
    ...(harmless ? { "Kayenta, each minute": 0 } : {}),
  };
  const [baseline, canary]: [number[], number[]] = [[], []];
  for (let minute = 1; minute <= minutes; minute++) {
    const [xA, xB] = [binomialDraw(rng, perMinute, a), binomialDraw(rng, perMinute, b)];
    for (const [name, metric] of [
      ["ours", ours],
      ["ours at 0.2 %", cautious],
    ] as const) {
      metric.add({ kind: "binary", n: perMinute, x: xA }, { kind: "binary", n: perMinute, x: xB });
      if (outcome[name] === 0 && metric.verdict === "High") outcome[name] = minute;
    }
    baseline.push(xA / perMinute);
    canary.push(xB / perMinute);
    if (
      harmless &&
      minute >= firstJudged &&
      outcome["Kayenta, each minute"] === 0 &&
      kayenta(baseline, canary) === "High"
    )
      outcome["Kayenta, each minute"] = minute;
  }
  outcome["Kayenta, in the end"] = kayenta(baseline, canary) === "High" ? minutes : 0;
  return outcome;
}

function errorCell(fault: ErrorFault): Cell {
  const { key, name, goal, harmless = false } = fault;
  const goalOf =
    (tallies: Tallies) =>
    (method: string): Pick<Row, "target" | "mark"> => {
      if (harmless) return harmlessGoal(tallies, method);
      if (goal === undefined || method !== "ours") return {};
      return { target: goal.target, mark: shareAtLeast(tallyOf(tallies, method), alarmed, goal.least) };
    };
  return {
    key,
    name,
    simulate: (rng) => watched(fault, rng),
    rows: (tallies) => faultRows(tallies, goalOf(tallies)),
  };
}

/** Scenario 7. */
export const canaryFaults: Scenario = {
  id: 7,
  title: "Faults of a canary",
  text:
    "60 requests a minute on either side for 60 minutes. Ours is looked at every minute, at 5 % (and for errors also at " +
    "Kayenta's own rate of false alarms); Kayenta judges the hour once, and where nothing is wrong also at every minute from the tenth on. " +
    "Latencies are lognormal (median 100 ms, log-deviation 0.8); ours averages the e-values of the mean and of the tail " +
    "beyond four quantiles of the first five minutes; Kayenta sees the means of the minutes.",
  columns: ["alarm", "median minute"],
  ci: false,
  cells: () => [...errors.map(errorCell), ...latencyCells()],
};
