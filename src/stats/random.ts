import { StatsError } from "./errors.js";
import type { Saved } from "./json.js";
import { StateReader } from "./json.js";

/** A source of chance: `next` is uniform in [0, 1). */
export interface Rng {
  next(): number;
}

/** Polynomials that advance the generator by 2^64 and by 2^96 draws. Source: Blackman & Vigna 2018, reference code. */
const jumps = {
  jump: [0x8764000b, 0xf542d2d3, 0x6fa035c3, 0x77f2db5b],
  longJump: [0xb523952e, 0x0b6f099f, 0xccf5a0ef, 0x1c580662],
} as const;

/** The four words of a generator's state, from 0 to 2^32 − 1, not all of them 0. */
export interface Xoshiro128State extends Saved<"xoshiro128"> {
  readonly words: readonly number[];
}

/** A generator whose sequence can be cut into streams that never meet. Source: Blackman & Vigna 2018, xoshiro128**. */
export class Xoshiro128 implements Rng {
  private constructor(private readonly state: Int32Array) {}

  /** Any number is a seed; only its lowest 32 bits count. */
  static of(seed: number): Xoshiro128 {
    let state = seed >>> 0;
    // splitmix32 spreads the seed over the four words.
    const word = (): number => {
      state = (state + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    };
    return new Xoshiro128(Int32Array.of(word(), word(), word(), word()));
  }

  next(): number {
    return ((this.bits() >>> 5) * 67108864 + (this.bits() >>> 6)) / 9007199254740992;
  }

  /** Another generator at the same place. */
  copy(): Xoshiro128 {
    return new Xoshiro128(this.state.slice());
  }

  /** Goes on by 2^64 words: up to 2^32 streams of that length between two long jumps. */
  jump(): this {
    return this.advance(jumps.jump);
  }

  /** Goes on by 2^96 words. */
  longJump(): this {
    return this.advance(jumps.longJump);
  }

  toJSON(): Xoshiro128State {
    return { kind: "xoshiro128", version: 1, words: Array.from(this.state, (word) => word >>> 0) };
  }

  static fromJSON(json: unknown): Xoshiro128 {
    const words = new StateReader("xoshiro128", json).numbers("words");
    const isWord = (word: number): boolean => Number.isInteger(word) && word >= 0 && word <= 0xffffffff;
    if (words.length !== 4 || !words.every(isWord) || words.every((word) => word === 0))
      throw new StatsError("xoshiro128.words", words, "four whole numbers below 2^32, not all of them 0");
    return new Xoshiro128(Int32Array.from(words));
  }

  private bits(): number {
    const { state } = this;
    const a = state[0] ?? 0;
    const b = state[1] ?? 0;
    const c = state[2] ?? 0;
    const d = state[3] ?? 0;
    const product = Math.imul(b, 5);
    const x = c ^ a;
    const y = d ^ b;
    state[0] = a ^ y;
    state[1] = b ^ x;
    state[2] = x ^ (b << 9);
    state[3] = (y << 11) | (y >>> 21);
    return Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
  }

  private advance(polynomial: readonly number[]): this {
    const sum = new Int32Array(4);
    for (const word of polynomial)
      for (let bit = 0; bit < 32; bit++) {
        if ((word & (1 << bit)) !== 0) this.state.forEach((part, i) => (sum[i] = (sum[i] ?? 0) ^ part));
        this.bits();
      }
    this.state.set(sum);
    return this;
  }
}

/** A seeded generator: the same seed gives the same numbers everywhere. */
export function seededRng(seed: number): Xoshiro128 {
  return Xoshiro128.of(seed);
}

/** A standard normal draw. Source: Marsaglia's polar method, 1964. */
export function normalDraw(rng: Rng): number {
  for (;;) {
    const u = 2 * rng.next() - 1;
    const v = 2 * rng.next() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

/** A gamma draw of rate 1. Source: Marsaglia & Tsang 2000. */
export function gammaDraw(rng: Rng, shape: number): number {
  if (shape < 1) return gammaDraw(rng, shape + 1) * (1 - rng.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalDraw(rng);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A beta draw. */
export function betaDraw(rng: Rng, a: number, b: number): number {
  const x = gammaDraw(rng, a);
  return x / (x + gammaDraw(rng, b));
}

/** A binomial draw, exact: by the order statistics of the trials while they are many, then by inversion. */
export function binomialDraw(rng: Rng, n: number, p: number): number {
  if (p <= 0 || n === 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomialDraw(rng, n, 1 - p);
  if (n * p > 30) {
    const k = Math.floor((n + 1) * p);
    const cut = betaDraw(rng, k, n + 1 - k);
    return cut > p ? binomialDraw(rng, k - 1, p / cut) : k + binomialDraw(rng, n - k, (p - cut) / (1 - cut));
  }
  return binomialInversion(rng, n, p);
}

function binomialInversion(rng: Rng, n: number, p: number): number {
  const odds = p / (1 - p);
  let chance = Math.exp(n * Math.log1p(-p));
  let left = rng.next();
  let x = 0;
  while (left >= chance && x < n) {
    left -= chance;
    x += 1;
    chance *= (odds * (n - x + 1)) / x;
  }
  return x;
}

/** A Poisson draw, exact: large means by way of gamma and binomial draws (Ahrens & Dieter 1974). */
export function poissonDraw(rng: Rng, mean: number): number {
  if (mean > 30) {
    const m = Math.floor((7 * mean) / 8);
    const wait = gammaDraw(rng, m);
    return wait > mean ? binomialDraw(rng, m - 1, mean / wait) : m + poissonDraw(rng, mean - wait);
  }
  let left = rng.next();
  let chance = Math.exp(-mean);
  let x = 0;
  while (left >= chance && x < 1000) {
    left -= chance;
    x += 1;
    chance *= mean / x;
  }
  return x;
}
