import { beforeAll, describe, expect, it } from "@jest/globals";

import { seededRandom, systemRandom } from "../../src/base/random.js";
import type { CrashResult, Reference } from "./crash/crashRun.js";
import { everyRun, makeRuns, references, Results, sample } from "./crash/matrix.js";
import { scenarios } from "./crash/scenarios.js";

const env = process.env;
const isWhole = env["POINTSMAN_FAULTS"] === "all";
const wanted = new RegExp(env["POINTSMAN_SCENARIOS"] ?? "");
const workers = Number(env["POINTSMAN_WORKERS"] ?? "4");
const seed = Number(env["POINTSMAN_SEED"] ?? Math.floor(systemRandom.next() * 1e9));
const sampled = Number(env["POINTSMAN_SAMPLE"] ?? "20");
const hours = 3_600_000;

/** Row 1 of the fault matrix: SIGKILL before, within and after every write. */
describe(`row 1: a controller that is killed at a write (POINTSMAN_SEED=${seed} draws the same sample)`, () => {
  let known: readonly Reference[];
  let results: readonly CrashResult[];

  beforeAll(async () => {
    known = await references(
      scenarios.filter(({ name }) => wanted.test(name)),
      workers,
    );
    const all = everyRun(known);
    const planned = isWhole ? all : sample(all, sampled, seededRandom(seed));
    results = await makeRuns(planned, workers, new Results(env["POINTSMAN_FAULTS_RESULTS"]));
    const slowest = Math.max(...results.map(({ convergedMs }) => convergedMs));
    process.stderr.write(`${results.length} of ${all.length} crash runs, slowest ${slowest} ms, seed ${seed}\n`);
  }, 4 * hours);

  it("leaves, started again, what a run without faults leaves, with no write too many and no invariant broken", () => {
    const wrong = results.filter(({ problems }) => problems.length > 0);
    expect(wrong).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
  });

  it("was killed where it was to be killed in nearly every run", () => {
    const missed = results.filter(({ reached }) => !reached);
    expect({ missed, enough: missed.length <= results.length / 20 }).toMatchObject({ enough: true });
  });
});
