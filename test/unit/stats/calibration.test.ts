import { describe, expect, test } from "@jest/globals";

import { movingTraffic } from "../../bench/stats/binary.js";
import type { Line } from "../../bench/stats/measure.js";
import { objectives, sampleRatios } from "../../bench/stats/others.js";
import { recordedRamp, replay } from "../../bench/stats/replay.js";

const run = { seed: 3, reps: 100 };

function failures(lines: readonly Line[]): string[] {
  expect(lines.some(({ pass }) => pass === true)).toBe(true);
  return lines.filter(({ pass }) => pass === false).map(({ figure, value }) => `${figure}: ${value}`);
}

describe("a seeded sample of the large simulations", () => {
  test("identical versions are left alone while the traffic moves and the rate drifts", () => {
    expect(failures(movingTraffic(run))).toEqual([]);
  });

  test("objectives are judged as promised", () => {
    expect(failures(objectives(run))).toEqual([]);
  });

  test("sample ratios are alarmed as promised", () => {
    expect(failures(sampleRatios(run))).toEqual([]);
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
