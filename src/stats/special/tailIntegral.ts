import { integrate } from "./gaussLegendre.js";

/**
 * ∫ of a log-concave density from `from` outwards (`direction` +1 or −1) up to `end`, to full relative accuracy.
 * `width` is the length on which the density changes by a small factor at `from`.
 */
export function tailIntegral(
  density: (x: number) => number,
  from: number,
  direction: 1 | -1,
  end: number,
  width: number,
): number {
  let sum = 0;
  let left = from;
  for (let panel = 0; panel < 400; panel++) {
    const right = direction > 0 ? Math.min(left + width, end) : Math.max(left - width, end);
    const part = Math.abs(integrate(density, left, right, 16));
    sum += part;
    if (part <= 1e-18 * sum || right === end) break;
    left = right;
  }
  return sum;
}

/** A panel width for a bell of standard deviation `sd`, `z` deviations from its centre towards the tail. */
export function panelWidth(sd: number, z: number): number {
  return (1.5 * sd) / (1 + Math.max(0, z) / 2);
}
