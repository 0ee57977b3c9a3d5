import type { Rng } from "../../../../src/stats/random.js";
import { BestArm } from "../../../../src/stats/sequential/bestArm.js";
import { allocate } from "../../../../src/stats/traffic/allocate.js";
import { percent } from "../format.js";
import { shareAtMost } from "../marks.js";
import type { Cell, Mode, Outcome, Row, Scenario } from "../scenario.js";
import { tallyOf } from "../scenario.js";
import { addCounts, armBatches, betas, drawArms, noCounts, chancesOf } from "./arms.js";
import { trafficWinner } from "./iter8Winner.js";

const [looks, requests] = [200, 500];
const declared = (look: number): boolean => look > 0;

interface Question {
  readonly key: string;
  readonly name: string;
  readonly rates: readonly number[];
  readonly part?: number;
}

const questions: readonly Question[] = [
  { key: "two", name: "2 equal", rates: [0.1, 0.1] },
  { key: "three", name: "3 equal", rates: [0.1, 0.1, 0.1], part: 0.5 },
  { key: "two-of-five", name: "5, of which 2 equally best", rates: [0.12, 0.12, 0.1, 0.1, 0.1], part: 0.2 },
];

/** The look at which ours declares a winner under Thompson sampling, new shares every fifth look; 0 for never. */
function ours(rates: readonly number[], rng: Rng): number {
  const search = BestArm.of({ kind: "binary", arms: rates.length });
  let arms = noCounts(rates.length);
  let shares: readonly number[] = rates.map(() => 1 / rates.length);
  for (let look = 1; look <= looks; look++) {
    const batch = drawArms(shares, requests, rates, rng);
    arms = addCounts(arms, batch);
    if (search.add(armBatches(batch)).winner() !== undefined) return look;
    if (look % 5 !== 0) continue;
    shares = allocate({
      strategy: { kind: "thompson" },
      arms: betas(arms, 1).map((posterior) => ({ posterior })),
    }).shares;
  }
  return 0;
}

/** The same for "P(best) above 0.99" with even shares, asked at every fifth look. */
function probable(rates: readonly number[], rng: Rng): number {
  let arms = noCounts(rates.length);
  const shares = rates.map(() => 1 / rates.length);
  for (let look = 1; look <= looks; look++) {
    arms = addCounts(arms, drawArms(shares, requests, rates, rng));
    if (look % 5 === 0 && Math.max(...chancesOf(arms, 1)) > 0.99) return look;
  }
  return 0;
}

function cellOf({ key, name, rates, part = 1 }: Question, mode: Mode): Cell {
  const budget = { looks, requests };
  const rivals: Readonly<Record<string, (rng: Rng) => number>> = {
    "P(best) > 0.99, even shares": (rng) => probable(rates, rng),
    "Iter8 v1, progressive": (rng) => trafficWinner("progressive", rates, budget, rng),
    "Iter8 v1, uniform": (rng) => trafficWinner("uniform", rates, budget, rng),
  };
  const methods = { ours: (rng: Rng) => ours(rates, rng), ...(mode === "full" ? rivals : {}) };
  return {
    key,
    name,
    ...(mode === "full" ? { part } : {}),
    simulate: (stream): Outcome =>
      Object.fromEntries(Object.entries(methods).map(([method, run]) => [method, run(stream.copy())])),
    rows: (tallies): Row[] =>
      Object.keys(methods).map((method) => {
        const tally = tallyOf(tallies, method);
        const values = [percent(tally.share(declared))];
        return method === "ours"
          ? { method, values, target: "≤ 5 %", mark: shareAtMost(tally, declared, 0.05) }
          : { method, values };
      }),
  };
}

/** Scenario 9. */
export const equalArms: Scenario = {
  id: 9,
  title: "Several versions that are equally good best",
  text:
    "500 requests a look, 200 looks. Any declared winner is wrong. Ours divides the traffic by Thompson sampling; Iter8 " +
    "divides it by its strategy.",
  columns: ["a winner is declared"],
  ci: true,
  cells: (mode) => questions.map((question) => cellOf(question, mode)),
};
