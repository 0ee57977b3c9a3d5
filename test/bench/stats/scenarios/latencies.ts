import { percent } from "../format.js";
import { shareAtMost } from "../marks.js";
import { ourMeans } from "../ours.js";
import type { Cell, Mode, Row, Scenario } from "../scenario.js";
import { tallyOf } from "../scenario.js";
import { growthBookBayesMeans, growthBookSequentialMeans } from "../rivals/growthBook.js";
import { iter8v1Means } from "../rivals/iter8.js";
import { fixedT, repeatedT } from "../rivals/textbook.js";
import { firstMeanCalls } from "../watched.js";
import { logNormals } from "../worlds.js";

const [looks, perLook] = [100, 50];
const called = (look: number): boolean => look > 0;

function cellOf(sigma: number, mode: Mode): Cell {
  const rivals = [
    fixedT(2 * looks * perLook),
    repeatedT,
    growthBookSequentialMeans,
    growthBookBayesMeans,
    iter8v1Means,
  ];
  const methods = [ourMeans, ...(mode === "full" ? rivals : [])];
  return {
    key: `sigma-${sigma}`,
    name: `log-deviation ${sigma}`,
    simulate: (rng) =>
      firstMeanCalls(
        looks,
        () => ({ a: logNormals(rng, perLook, sigma, 100), b: logNormals(rng, perLook, sigma, 100) }),
        methods,
      ),
    rows: (tallies): Row[] =>
      methods.map(({ name }) => {
        const tally = tallyOf(tallies, name);
        const values = [percent(tally.share(called))];
        return name === "ours"
          ? { method: name, values, target: "≤ 5 %", mark: shareAtMost(tally, called, 0.05) }
          : { method: name, values };
      }),
  };
}

/** Scenario 2. */
export const latencies: Scenario = {
  id: 2,
  title: "Identical latencies, looked at 100 times",
  text:
    "Lognormal latencies of two identical versions with a median of 100 ms, 50 each a look, 100 looks. How many experiments " +
    "does a method ever call different?",
  columns: ["called different"],
  ci: true,
  cells: (mode) => [0.8, 1.4, 2].map((sigma) => cellOf(sigma, mode)),
};
