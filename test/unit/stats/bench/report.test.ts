import { describe, expect, test } from "@jest/globals";

import { reportFiles } from "../../../bench/stats/report/document.js";
import { scenarioTable } from "../../../bench/stats/report/markdown.js";
import type { Chart } from "../../../bench/stats/report/svg.js";
import { svgChart, ticks } from "../../../bench/stats/report/svg.js";
import type { ScenarioResult } from "../../../bench/stats/results.js";

const chart: Chart = {
  title: "A < B & C",
  x: "looks",
  y: "%",
  series: [
    { name: "z test", own: false, points: [0, 1, 2].map((x) => ({ x, y: 10 * x, error: 1 })) },
    { name: "ours", own: true, points: [2, 0, 1].map((x) => ({ x, y: x, error: 0 })) },
  ],
};

describe("a chart", () => {
  test("is one well-formed document whose text is escaped", () => {
    const svg = svgChart(chart);
    expect(svg.startsWith("<svg ")).toBe(true);
    expect(svg.trimEnd().endsWith("</svg>")).toBe(true);
    expect(svg).toContain("<title>A &lt; B &amp; C</title>");
    for (const tag of ["svg", "title", "style", "text"])
      expect([...svg.matchAll(new RegExp(`<${tag}[ >]`, "g"))]).toHaveLength(
        [...svg.matchAll(new RegExp(`</${tag}>`, "g"))].length,
      );
  });

  test("has colours for light and for dark surroundings", () => {
    const svg = svgChart(chart);
    expect(svg).toContain("@media (prefers-color-scheme:dark)");
    expect(svg).not.toContain("<rect");
  });

  test("draws our own line first and thick, from left to right, and bars where there is an error", () => {
    const svg = svgChart(chart);
    expect(svg.indexOf(">ours<")).toBeLessThan(svg.indexOf(">z test<"));
    const own = /class="line c0 own" d="M([\d.]+) [\d.]+L([\d.]+) [\d.]+L([\d.]+)/.exec(svg) ?? [];
    const [, first, second, third] = own.map(Number);
    expect([first, second, third]).toEqual([first, second, third].sort((a = 0, b = 0) => a - b));
    expect([...svg.matchAll(/class="bar/g)]).toHaveLength(1);
  });

  test("is the same bytes each time", () => {
    expect(svgChart(chart)).toBe(svgChart(chart));
  });

  test("has no NaN where all values are the same, and refuses to be empty", () => {
    const flat = { name: "ours", own: true, points: [{ x: 1, y: 0, error: 0 }] };
    expect(svgChart({ ...chart, series: [flat] })).not.toContain("NaN");
    expect(() => svgChart({ ...chart, series: [] })).toThrow("nothing to draw");
  });

  test("has round ticks around its values", () => {
    expect(ticks(0, 100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(0, 0.07)).toEqual([0, 0.02, 0.04, 0.06, 0.08]);
    expect(ticks(5, 50)).toEqual([0, 10, 20, 30, 40, 50]);
  });
});

const result: ScenarioResult = {
  scenario: { id: 1, title: "Title", text: "Text.", columns: ["called"] },
  cells: [
    {
      name: "rate 10 %",
      repetitions: 100,
      rows: [
        { method: "ours", values: ["2.0 % ± 1.4"], target: "≤ 5 %", mark: "miss" },
        { method: "z test", values: ["42.0 % ± 4.9"] },
      ],
      curves: [{ chart: "false-alarms", name: "ours", points: [{ x: 5, y: 2, error: 1 }] }],
    },
    { name: "rate 1 %", repetitions: 10, rows: [{ method: "ours", values: ["0"], mark: "chance" }], curves: [] },
  ],
};

describe("the report", () => {
  test("has a line per method, tells misses, and says where fewer repetitions were run", () => {
    const lines = scenarioTable(result, 100).split("\n");
    expect(lines).toEqual([
      "| setting | method | called | target |  |",
      "| --- | --- | ---: | --- | --- |",
      "| rate 10 % | ours | 2.0 % ± 1.4 | ≤ 5 % | **MISS** |",
      "|  | z test | 42.0 % ± 4.9 |  |  |",
      "| rate 1 % (10 repetitions) | ours | 0 |  | within chance |",
    ]);
  });

  test("names seed and command, lists what missed, and comes with its charts", () => {
    const files = reportFiles([result], { seed: 5, repetitions: 100 });
    expect([...files.keys()]).toEqual(["statistics-results.md", "statistics-false-alarms.svg"]);
    const page = files.get("statistics-results.md") ?? "";
    expect(page).toContain("npm run bench:stats -- --full --repetitions 100 --seed 5");
    expect(page).toContain("Missed:\n\n- scenario 1, rate 10 %, ours: called 2.0 % ± 1.4 (target ≤ 5 %)");
    expect(page).toContain("](statistics-false-alarms.svg)");
  });
});
