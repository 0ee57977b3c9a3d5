import { binomialDraw } from "../../../../src/stats/random.js";
import { SrmEProcess } from "../../../../src/stats/sequential/srm.js";
import { srmChiSquare } from "../../../../src/stats/tests/chiSquare.js";
import { grouped, percent } from "../format.js";
import { medianAtMost, shareAtMost } from "../marks.js";
import type { Cell, Mode, Outcome, Row, Scenario } from "../scenario.js";
import { tallyOf } from "../scenario.js";

const [looks, perLook, alpha] = [200, 200, 0.001];
const alarmed = (look: number): boolean => look > 0;
const rival = "χ² test at each look";

interface Question {
  readonly key: string;
  readonly name: string;
  /** Intended share of the first version at a look from 0, and the true one. */
  readonly intended: (look: number) => number;
  readonly truth: (intended: number) => number;
  readonly mismatch: boolean;
}

const same = (share: number): number => share;

const questions: readonly Question[] = [
  { key: "half", name: "50/50", intended: () => 0.5, truth: same, mismatch: false },
  { key: "nine-tenths", name: "90/10", intended: () => 0.9, truth: same, mismatch: false },
  { key: "ramp", name: "ramp 95 to 5 %", intended: (look) => 0.95 - (0.9 * look) / 199, truth: same, mismatch: false },
  { key: "mismatch", name: "50/50, true 52/48", intended: () => 0.5, truth: () => 0.52, mismatch: true },
];

function alarms({ intended, truth }: Question, mode: Mode): Cell["simulate"] {
  return (rng): Outcome => {
    const process = SrmEProcess.of({ shares: [intended(0), 1 - intended(0)] });
    const outcome: Record<string, number> = { ours: 0, ...(mode === "full" ? { [rival]: 0 } : {}) };
    const [seen, expected] = [
      [0, 0],
      [0, 0],
    ];
    for (let look = 1; look <= looks; look++) {
      const share = intended(look - 1);
      const first = binomialDraw(rng, perLook, truth(share));
      const logE = process.add([first, perLook - first], [share, 1 - share]);
      if (outcome.ours === 0 && logE >= -Math.log(alpha)) outcome.ours = look;
      [seen[0], seen[1]] = [(seen[0] ?? 0) + first, (seen[1] ?? 0) + perLook - first];
      [expected[0], expected[1]] = [(expected[0] ?? 0) + share, (expected[1] ?? 0) + 1 - share];
      if (
        outcome[rival] === 0 &&
        srmChiSquare(
          seen,
          expected.map((sum) => sum / look),
        ) < alpha
      )
        outcome[rival] = look;
    }
    return outcome;
  };
}

function cellOf(question: Question, mode: Mode): Cell {
  const rows = (tallies: Parameters<Cell["rows"]>[0]): Row[] =>
    ["ours", ...(mode === "full" ? [rival] : [])].map((method): Row => {
      const tally = tallyOf(tallies, method);
      const users = tally.map((look) => perLook * (look === 0 ? looks + 1 : look));
      const median = users.median();
      const values = [percent(tally.share(alarmed), 2), median > perLook * looks ? "–" : grouped(median)];
      if (method !== "ours") return { method, values };
      return question.mismatch
        ? { method, values, target: "median ≤ 11k", mark: medianAtMost(users, 11_000) }
        : { method, values, target: "≤ 0.1 %", mark: shareAtMost(tally, alarmed, alpha) };
    });
  return { key: question.key, name: question.name, simulate: alarms(question, mode), rows };
}

/** Scenario 10. */
export const sampleRatios: Scenario = {
  id: 10,
  title: "Sample ratios, looked at 200 times",
  text: "200 users a look. An alarm where the ratio is as intended is false; both tests work at 0.1 %.",
  columns: ["alarm", "users to the alarm, median"],
  ci: true,
  cells: (mode) => questions.map((question) => cellOf(question, mode)),
};
