/** A source of chance: `next` is uniform in [0, 1). */
export interface Rng {
  next(): number;
}

/** A seeded generator: the same seed gives the same numbers everywhere. Source: Blackman & Vigna 2018, xoshiro128**. */
export function seededRng(seed: number): Rng {
  let state = seed >>> 0;
  // splitmix32 spreads the seed over the four words.
  const word = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [word(), word(), word(), word()];
  const bits = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return { next: () => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992 };
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
