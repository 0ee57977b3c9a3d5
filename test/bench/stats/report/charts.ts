import type { Curve } from "../scenario.js";
import type { ScenarioResult } from "../results.js";
import type { Series } from "./svg.js";
import { svgChart } from "./svg.js";

interface ChartPlan {
  readonly chart: string;
  readonly file: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

const plans: readonly ChartPlan[] = [
  {
    chart: "false-alarms",
    file: "statistics-false-alarms.svg",
    title: "Identical versions called different, by the number of looks (rate 10 %)",
    x: "looks",
    y: "experiments, %",
  },
  {
    chart: "false-alarms-ramp",
    file: "statistics-false-alarms-ramp.svg",
    title: "The same while the traffic ramps and the rate drifts from 8 to 12 %",
    x: "looks",
    y: "experiments, %",
  },
  {
    chart: "requests",
    file: "statistics-requests.svg",
    title: "Requests per version until the difference is found, by its size",
    x: "effect, % of a rate of 10 %",
    y: "requests per version",
  },
  {
    chart: "regret",
    file: "statistics-regret.svg",
    title: "Conversions lost against sending all to the best of five (10 % four times, 12 %)",
    x: "rounds of 500 requests",
    y: "conversions lost",
  },
];

/** A chart that was drawn: its file, its document, and the scenario it belongs to. */
export interface DrawnChart {
  readonly scenario: number;
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

/** Draws every chart for which there are curves. */
export function drawCharts(results: readonly ScenarioResult[]): DrawnChart[] {
  return plans.flatMap(({ chart, file, title, x, y }): DrawnChart[] => {
    const owner = results.find(({ cells }) =>
      cells.some(({ curves }) => curves.some((curve) => curve.chart === chart)),
    );
    if (owner === undefined) return [];
    const curves = owner.cells.flatMap((cell) => cell.curves).filter((curve) => curve.chart === chart);
    return [{ scenario: owner.scenario.id, file, title, svg: svgChart({ title, x, y, series: joined(curves) }) }];
  });
}

/** One series per name, with the points of all cells. */
function joined(curves: readonly Curve[]): Series[] {
  const names = [...new Set(curves.map(({ name }) => name))];
  return names.map((name) => ({
    name,
    own: name.startsWith("ours"),
    points: curves.filter((curve) => curve.name === name).flatMap(({ points }) => points),
  }));
}
