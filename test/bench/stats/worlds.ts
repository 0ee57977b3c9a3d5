import type { Rng } from "../../../src/stats/random.js";
import { binomialDraw, normalDraw } from "../../../src/stats/random.js";
import { Moments } from "../../../src/stats/moments.js";
import type { BinaryPair } from "../../../src/stats/tests/twoProportions.js";

/** What one look brings: sizes and rates of both versions. */
export interface Look {
  readonly nA: number;
  readonly pA: number;
  readonly nB: number;
  readonly pB: number;
}

/** A world of two rates over a number of looks, counted from 0. */
export interface World {
  readonly looks: number;
  readonly at: (look: number) => Look;
}

/** The same at every look. */
export function steady(looks: number, look: Look): World {
  return { looks, at: () => look };
}

/** Identical versions; 500 requests a look of which the candidate gets from 5 to 95 %; the rate of the look is `rate`. */
function ramped(rate: (look: number, part: number) => number): World {
  const looks = 200;
  const at = (look: number): Look => {
    const part = look / (looks - 1);
    const nB = Math.round(500 * (0.05 + 0.9 * part));
    const p = rate(look, part);
    return { nA: 500 - nB, pA: p, nB, pB: p };
  };
  return { looks, at };
}

/** The rate drifts from 8 to 12 % during the ramp. */
export const drift: World = ramped((_look, part) => 0.08 + 0.04 * part);

/** The rate goes up and down by 30 % every 48 looks during the ramp. */
export const wave: World = ramped((look) => 0.1 * (1 + 0.3 * Math.sin((2 * Math.PI * look) / 48)));

/** Draws what a look brings. */
export function drawLook({ nA, pA, nB, pB }: Look, rng: Rng): BinaryPair {
  return { nA, xA: binomialDraw(rng, nA, pA), nB, xB: binomialDraw(rng, nB, pB) };
}

/** Moments of `n` lognormal values with median `scale` and log-deviation `sigma`. */
export function logNormals(rng: Rng, n: number, sigma: number, scale: number): Moments {
  const moments = Moments.of();
  for (let i = 0; i < n; i++) moments.add(scale * Math.exp(sigma * normalDraw(rng)));
  return moments;
}
