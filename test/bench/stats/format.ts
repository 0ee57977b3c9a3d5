import type { Estimate } from "./tally.js";

/** A share in percent with its Monte-Carlo standard error. */
export function percent({ value, error }: Estimate, digits = 1): string {
  return `${(100 * value).toFixed(digits)} % ± ${(100 * error).toFixed(digits)}`;
}

/** A figure with its Monte-Carlo standard error, digits grouped by narrow spaces. */
export function figure({ value, error }: Estimate, digits = 0): string {
  return `${grouped(value, digits)} ± ${grouped(error, digits)}`;
}

/** A number with its thousands apart. */
export function grouped(value: number, digits = 0): string {
  const [whole = "", rest] = value.toFixed(digits).split(".");
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return rest === undefined ? apart : `${apart}.${rest}`;
}
