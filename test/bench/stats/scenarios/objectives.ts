import { binomialDraw } from "../../../../src/stats/random.js";
import { SloTest } from "../../../../src/stats/sequential/slo.js";
import { grouped, percent } from "../format.js";
import type { Mark } from "../marks.js";
import { medianAtMost, shareAtLeast, shareAtMost, worse } from "../marks.js";
import { argo, flagger, startThreshold } from "../rivals/thresholds.js";
import type { Cell, Mode, Outcome, Row, Scenario, Tallies } from "../scenario.js";
import { tallyOf } from "../scenario.js";

const [limit, checks] = [0.01, 30];
const rules = [argo(0), argo(3), flagger(5)];
/** A check (from 1), or 0 for never. */
const happened = (check: number): boolean => check > 0;
/** For medians: never comes after the last check. */
const late = (check: number): number => (check === 0 ? checks + 1 : check);

/** Draws all checks once and shows them to our test and to the rules of single checks. */
function simulated(rate: number, n: number, mode: Mode): Cell["simulate"] {
  return (rng): Outcome => {
    const slo = SloTest.of({ limit, direction: "at-most" });
    const watches = mode === "full" ? rules.map((rule) => ({ rule, fails: startThreshold(rule, limit) })) : [];
    const outcome: Record<string, number> = { violated: 0, satisfied: 0 };
    for (const { rule } of watches) outcome[rule.name] = 0;
    for (let check = 1; check <= checks; check++) {
      const bad = binomialDraw(rng, n, rate);
      const { verdict } = slo.add({ n, bad });
      if (outcome[verdict] === 0 && outcome.violated === 0) outcome[verdict] = check;
      for (const { rule, fails } of watches)
        if (fails({ n, bad }) && outcome[rule.name] === 0) outcome[rule.name] = check;
    }
    return outcome;
  };
}

interface Goal {
  readonly target: string;
  readonly mark: Mark;
}

function goalOf(rate: number, n: number, tallies: Tallies): Goal | undefined {
  const violated = tallyOf(tallies, "violated");
  if (rate <= limit) return { target: "violated ≤ 1 %", mark: shareAtMost(violated, happened, 0.01) };
  if (n !== 100) return undefined;
  if (rate === 0.02) return { target: "violated ≥ 95 %", mark: shareAtLeast(violated, happened, 0.95) };
  const median = medianAtMost(violated.map(late), 3);
  return { target: "violated ≥ 95 %, median check ≤ 3", mark: worse(median, shareAtLeast(violated, happened, 0.95)) };
}

function middle(tallies: Tallies, name: string): string {
  const median = tallyOf(tallies, name).map(late).median();
  return median > checks ? "–" : grouped(median);
}

function cellOf(rate: number, n: number, mode: Mode): Cell {
  const rows = (tallies: Tallies): Row[] => {
    const values = [
      percent(tallyOf(tallies, "violated").share(happened)),
      middle(tallies, "violated"),
      percent(tallyOf(tallies, "satisfied").share(happened)),
      middle(tallies, "satisfied"),
    ];
    const others = mode === "full" ? rules : [];
    return [
      { method: "ours", values, ...goalOf(rate, n, tallies) },
      ...others.map(({ name }) => ({
        method: name,
        values: [percent(tallyOf(tallies, name).share(happened)), middle(tallies, name), "", ""],
      })),
    ];
  };
  const name = `true ${Number((100 * rate).toFixed(1))} %, ${n} requests a check`;
  return { key: `true-${rate}-of-${n}`, name, simulate: simulated(rate, n, mode), rows };
}

/** Scenario 6. */
export const objectives: Scenario = {
  id: 6,
  title: "An objective of at most 1 % errors",
  text:
    "One version, 30 checks. Violated at a true rate of at most 1 % is a false alarm; for Argo and Flagger, which compare " +
    "each check with the limit, violated means that the release is aborted.",
  columns: ["violated", "median check", "satisfied", "median check"],
  ci: true,
  cells: (mode) => [20, 100, 500].flatMap((n) => [0.002, 0.005, 0.01, 0.02, 0.05].map((rate) => cellOf(rate, n, mode))),
};
