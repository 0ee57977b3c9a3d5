import { positive } from "../check.js";
import { StatsError } from "../errors.js";

/** What is looked for: B above A, B below A, or either. */
export type Side = "greater" | "less" | "two-sided";

/** All sides, for decoders. */
export const sides: readonly Side[] = ["greater", "less", "two-sided"];

/** The effects an e-process bets on by default, in log-odds (or log-rates). */
export const defaultDeltas: readonly number[] = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6];

/** Signed effects of a side: for two-sided all with both signs. Throws StatsError on an empty grid or one not above 0. */
export function signedDeltas(side: Side, deltas: readonly number[]): number[] {
  if (deltas.length === 0) throw new StatsError("deltas", deltas, "at least one effect");
  deltas.forEach((delta, index) => positive(`deltas[${index}]`, delta));
  const down = deltas.map((delta) => -delta);
  switch (side) {
    case "greater":
      return [...deltas];
    case "less":
      return down;
    case "two-sided":
      return [...deltas, ...down];
    default:
      throw new StatsError("side", side, "greater, less or two-sided");
  }
}
