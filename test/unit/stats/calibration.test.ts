import { describe, expect, test } from "@jest/globals";

import { recordedRamp, replay } from "../../bench/stats/replay.js";
import { marked, misses } from "../../bench/stats/results.js";
import type { ScenarioResult } from "../../bench/stats/results.js";
import type { Scenario } from "../../bench/stats/scenario.js";
import { movingTraffic } from "../../bench/stats/scenarios/falseAlarms.js";
import { objectives } from "../../bench/stats/scenarios/objectives.js";
import { sampleRatios } from "../../bench/stats/scenarios/sampleRatios.js";
import { simulate } from "../../bench/stats/simulate.js";
import { noStore } from "../../bench/stats/store.js";

async function measured(scenario: Scenario): Promise<ScenarioResult[]> {
  const run = { seed: 3, repetitions: 100, store: noStore, signal: new AbortController().signal };
  const cells = [];
  for (const cell of scenario.cells("ci")) {
    const rows = cell.rows(await simulate(cell, scenario.id, run));
    cells.push({ name: cell.name, repetitions: run.repetitions, rows, curves: [] });
  }
  return [{ scenario, cells }];
}

describe("a seeded sample of the large simulations", () => {
  test.each([
    ["identical versions are left alone while the traffic moves and the rate drifts", movingTraffic],
    ["objectives are judged as promised", objectives],
    ["sample ratios are alarmed as promised", sampleRatios],
  ])("%s", async (_sentence, scenario) => {
    const results = await measured(scenario);
    expect(marked(results, "pass").length).toBeGreaterThan(0);
    expect(misses(results)).toEqual([]);
  });
});

test("a recorded ramp under drift fools a z test and P(best), and not the test by batches", () => {
  const said = replay(recordedRamp(1));
  const last = said.at(-1);
  if (last === undefined) throw new Error("nothing said");
  expect(last.pValue).toBeLessThan(1e-6);
  expect(last.probabilityB).toBeGreaterThan(0.9999);
  expect(last.alwaysValidP).toBeGreaterThan(0.05);
});

test("the same seed gives the same recording, to the byte", () => {
  const once = (): string => JSON.stringify(replay(recordedRamp(2).slice(0, 20)));
  expect(once()).toBe(once());
});
