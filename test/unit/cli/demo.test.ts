import { describe, expect, test } from "@jest/globals";

import type { DemoRun } from "../../../src/cli/demo.js";
import { demoCommand } from "../../../src/cli/demo.js";
import { main } from "../../../src/cli/main.js";
import { captured } from "../../support/captured.js";

async function demo(...words: string[]) {
  const runs: DemoRun[] = [];
  const { io, err } = captured();
  const command = demoCommand((run) => {
    runs.push(run);
    return Promise.resolve(0);
  });
  return { code: await main(["demo", ...words], io, [command]), runs, err: err() };
}

describe("pointsman demo", () => {
  test("plays one story at its usual speed unless told", async () => {
    const { code, runs } = await demo();
    expect(code).toBe(0);
    expect(runs).toEqual([{ headless: false, json: false, compare: false, seed: 1, speed: 1 }]);
  });

  test("takes its flags, a seed and a speed", async () => {
    const { runs } = await demo("--headless", "--json", "--compare", "--seed", "7", "--speed", "2.5");
    expect(runs).toEqual([{ headless: true, json: true, compare: true, seed: 7, speed: 2.5 }]);
  });

  test.each([
    [["--speed", "0"], "--speed needs a number from 0.1 to 10"],
    [["--speed", "fast"], "--speed needs a number from 0.1 to 10"],
    [["--seed", "1.5"], "--seed needs a whole number from 0 on"],
    [["--seed=-1"], "--seed needs a whole number from 0 on"],
  ])("refuses %j and says what to write", async (words, problem) => {
    const { code, runs, err } = await demo(...words);
    expect([code, runs, err]).toEqual([1, [], `pointsman: ${problem}\n`]);
  });
});
