import { grouped, percent } from "../format.js";
import { shareAtMost } from "../marks.js";
import type { Row, Tallies } from "../scenario.js";
import { tallyOf } from "../scenario.js";

/** What is wrong with a canary; `harmless` where nothing is. */
export interface Fault {
  readonly key: string;
  readonly name: string;
  readonly harmless?: boolean;
}

/** One hour of a request a second on either side, judged each minute. */
export const [minutes, perMinute] = [60, 60];

/** With fewer points than these Kayenta's interval is but the extremes of the differences. */
export const firstJudged = 10;

/** A minute from 1 of an alarm; 0 is none. */
export const alarmed = (minute: number): boolean => minute > 0;

/** The rows of a fault: alarms, and the median minute of those there were. */
export function faultRows(tallies: Tallies, goalOf: (method: string) => Pick<Row, "target" | "mark">): Row[] {
  return Object.keys(tallies).map((method) => {
    const found = tallyOf(tallies, method).where(alarmed);
    const minute = found.n === 0 ? "–" : grouped(found.median());
    return { method, values: [percent(tallyOf(tallies, method).share(alarmed)), minute], ...goalOf(method) };
  });
}

/** The target of a harmless pair: at most one in twenty alarms over all looks. */
export function harmlessGoal(tallies: Tallies, method: string): Pick<Row, "target" | "mark"> {
  return method === "ours" ? { target: "≤ 5 %", mark: shareAtMost(tallyOf(tallies, method), alarmed, 0.05) } : {};
}
