/**
 * A number or plan the engine refuses. `field` is the path of the argument, `value` what it was; the message names both
 * and says what to give instead.
 */
export class StatsError extends Error {
  override readonly name = "StatsError";

  constructor(
    readonly field: string,
    readonly value: unknown,
    readonly expected: string,
  ) {
    super(`${field} is ${shown(value)}; give ${expected}`);
  }
}

function shown(value: unknown): string {
  if (typeof value === "number" || value === undefined) return String(value);
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") return typeof value;
  return JSON.stringify(value);
}
