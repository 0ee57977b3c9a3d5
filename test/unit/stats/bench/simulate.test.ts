import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import { parseOptions } from "../../../bench/stats/options.js";
import type { Cell } from "../../../bench/stats/scenario.js";
import { simulate } from "../../../bench/stats/simulate.js";
import { folderStore, noStore } from "../../../bench/stats/store.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-bench-"));
});
afterEach(() => rm(folder, { recursive: true }));

const signal = new AbortController().signal;

/** A cell that remembers how often it was run. */
function counted(): { cell: Cell; runs: () => number } {
  let runs = 0;
  const simulated: Cell["simulate"] = (stream) => {
    runs += 1;
    return { first: Math.floor(1000 * stream.next()), second: Math.floor(10 * stream.next()) };
  };
  return { cell: { key: "cell", name: "cell", simulate: simulated, rows: () => [] }, runs: () => runs };
}

const identity = { seed: 7, program: "one" };

describe("a simulation", () => {
  test("comes to the same bytes each time, and to others with another seed", async () => {
    const run = async (seed: number): Promise<string> =>
      JSON.stringify(await simulate(counted().cell, 3, { seed, repetitions: 120, store: noStore, signal }));
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
  });

  test("draws other numbers in another scenario", async () => {
    const run = async (scenario: number): Promise<string> =>
      JSON.stringify(await simulate(counted().cell, scenario, { seed: 7, repetitions: 20, store: noStore, signal }));
    expect(await run(1)).not.toBe(await run(2));
  });

  test("that was interrupted goes on where it was and comes to what it would have come to", async () => {
    const whole = await simulate(counted().cell, 3, { seed: 7, repetitions: 230, store: noStore, signal });
    const interruption = new AbortController();
    const store = folderStore(folder, identity);
    const first = counted();
    const stop = (done: number): void => {
      if (done >= 100) interruption.abort();
    };
    const cut = simulate(first.cell, 3, {
      seed: 7,
      repetitions: 230,
      store,
      signal: interruption.signal,
      onChunk: stop,
    });
    await expect(cut).rejects.toThrow("aborted");
    expect(first.runs()).toBe(100);
    const second = counted();
    const resumed = await simulate(second.cell, 3, { seed: 7, repetitions: 230, store, signal });
    expect(second.runs()).toBe(130);
    expect(JSON.stringify(resumed)).toBe(JSON.stringify(whole));
  });

  test("that is complete is not run again, and more repetitions are added to it", async () => {
    const store = folderStore(folder, identity);
    const run = async (repetitions: number): Promise<number> => {
      const { cell, runs } = counted();
      await simulate(cell, 3, { seed: 7, repetitions, store, signal });
      return runs();
    };
    expect(await run(60)).toBe(60);
    expect(await run(60)).toBe(0);
    expect(await run(90)).toBe(30);
    expect(await run(50)).toBe(50);
  });

  test.each([
    ["another seed", { seed: 8, program: "one" }],
    ["another program", { seed: 7, program: "two" }],
  ])("does not go on from the figures of %s", async (_what, other) => {
    const { cell } = counted();
    await simulate(cell, 3, { seed: 7, repetitions: 50, store: folderStore(folder, identity), signal });
    expect(await folderStore(folder, other).load("3/cell")).toBeUndefined();
    expect((await folderStore(folder, identity).load("3/cell"))?.done).toBe(50);
  });

  test("starts anew where what was kept is no figures, and leaves no half file behind", async () => {
    const store = folderStore(folder, identity);
    const { cell } = counted();
    await simulate(cell, 3, { seed: 7, repetitions: 50, store, signal });
    expect(await readdir(join(folder, "3"))).toEqual(["cell.json"]);
    const file = join(folder, "3", "cell.json");
    await writeFile(file, (await readFile(file, "utf8")).slice(0, 40));
    expect(await store.load("3/cell")).toBeUndefined();
  });

  test.each([
    [1000, 100],
    [100, 20],
    [15, 15],
  ])("of a tenth of %d repetitions runs %d", async (repetitions, expected) => {
    const { cell, runs } = counted();
    await simulate({ ...cell, part: 0.1 }, 3, { seed: 7, repetitions, store: noStore, signal });
    expect(runs()).toBe(expected);
  });
});

describe("the options of the benchmark", () => {
  test("are the short run with our engine unless told otherwise", () => {
    expect(parseOptions([])).toMatchObject({
      mode: "ci",
      seed: 1,
      repetitions: 1000,
      state: undefined,
      write: undefined,
    });
  });

  test("of the full run keep the figures and write the report", () => {
    expect(parseOptions(["--full"])).toMatchObject({ repetitions: 10_000, state: ".bench/stats", write: "docs" });
  });

  test("of single scenarios write no report, which would be partial", () => {
    const options = parseOptions(["--full", "--scenario", "4,5", "--scenario", "8"]);
    expect(options).toMatchObject({ scenarios: [4, 5, 8], write: undefined });
  });

  test.each([
    ["--repetitions", "many"],
    ["--seed", "-1"],
    ["--scenario", "1.5"],
    ["--repetitions", "1"],
  ])("name what is wrong with %s %s", (option, word) => {
    expect(() => parseOptions([`${option}=${word}`])).toThrow(`${option} ${word}: give a whole number`);
  });

  test("refuse what they do not know", () => {
    expect(() => parseOptions(["--fast"])).toThrow("--fast");
  });
});
