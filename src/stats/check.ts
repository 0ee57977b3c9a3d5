import { StatsError } from "./errors.js";

/** `value` if it is a finite number, else a StatsError that names `field`. */
export function finite(field: string, value: number): number {
  if (!Number.isFinite(value)) throw new StatsError(field, value, "a finite number");
  return value;
}

/** A finite number of at least 0. */
export function nonNegative(field: string, value: number): number {
  if (!Number.isFinite(value) || value < 0) throw new StatsError(field, value, "a finite number of at least 0");
  return value;
}

/** A finite number above 0. */
export function positive(field: string, value: number): number {
  if (!Number.isFinite(value) || value <= 0) throw new StatsError(field, value, "a finite number above 0");
  return value;
}

/** A number strictly between 0 and 1. */
export function openUnit(field: string, value: number): number {
  if (!(value > 0 && value < 1)) throw new StatsError(field, value, "a number between 0 and 1, both excluded");
  return value;
}

/** A number from 0 to 1. */
export function closedUnit(field: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new StatsError(field, value, "a number from 0 to 1");
  return value;
}

/** A whole number of at least `least`, small enough that doubles count it exactly. */
export function whole(field: string, value: number, least = 0): number {
  if (!Number.isSafeInteger(value) || value < least)
    throw new StatsError(field, value, `a whole number of at least ${least}`);
  return value;
}

/** `x` events among `n` trials, both whole. */
export function counts(xField: string, x: number, nField: string, n: number): void {
  whole(nField, n);
  whole(xField, x);
  if (x > n) throw new StatsError(xField, x, `at most ${nField} = ${n}`);
}

/** Shares of at least 0 that sum to 1 (tolerance 1e-6), returned with the sum exact to rounding. */
export function sharesOf(field: string, shares: readonly number[]): number[] {
  if (shares.length === 0) throw new StatsError(field, shares, "one share per version");
  shares.forEach((share, index) => nonNegative(`${field}[${index}]`, share));
  const sum = shares.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-6) throw new StatsError(field, shares, `shares that sum to 1 (these sum to ${sum})`);
  return shares.map((share) => share / sum);
}

/** A list of finite numbers with at least `least` of them. */
export function sample(field: string, xs: readonly number[], least: number): readonly number[] {
  if (xs.length < least) throw new StatsError(`${field}.length`, xs.length, `at least ${least} values`);
  xs.forEach((x, index) => finite(`${field}[${index}]`, x));
  return xs;
}

/** The element at `index`, which must be there. */
export function at<T>(list: ArrayLike<T>, index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`no element ${index} among ${list.length}`);
  return found;
}
