import { at, openUnit, positive } from "../check.js";
import { StatsError } from "../errors.js";
import { gaussLegendre } from "../special/gaussLegendre.js";
import { normalCdf, normalQuantile } from "../special/normal.js";

/** How the error is spent over the looks, or a classic boundary of constant shape. */
export type Spending =
  | { readonly family: "power"; readonly rho: number }
  | { readonly family: "obrien-fleming" }
  | { readonly family: "pocock" }
  | { readonly family: "pocock-constant" }
  | { readonly family: "obrien-fleming-constant" };

/** A design: the looks as fractions of the planned information, ascending, at most 1. */
export interface GroupSequentialDesign {
  readonly fractions: readonly number[];
  readonly alpha: number;
  readonly sides: 1 | 2;
  readonly spending: Spending;
}

/**
 * The z values that a statistic must exceed at each look (two-sided: in absolute value) for the chance of ever doing so
 * without an effect to be alpha. A look at which nothing can be spent has the bound Infinity. Not valid beyond the planned
 * information: from there on use an e-process. Throws StatsError on fractions that do not ascend in (0, 1].
 * Source: Lan & DeMets 1983 (spending; with a' = alpha/sides), Kim & DeMets 1987 (power), Pocock 1977 and O'Brien &
 * Fleming 1979 (constant shapes); recursion of Armitage, McPherson & Rowe 1969.
 */
export function groupSequentialBounds({ fractions, alpha, sides, spending }: GroupSequentialDesign): number[] {
  openUnit("alpha", alpha);
  if (fractions.length === 0) throw new StatsError("fractions", fractions, "at least one look");
  fractions.forEach((t, index) => {
    const before = index === 0 ? 0 : at(fractions, index - 1);
    if (!(t > before && t <= 1 + 1e-12)) throw new StatsError(`fractions[${index}]`, t, "looks that ascend, in (0, 1]");
  });
  const side = alpha / sides;
  switch (spending.family) {
    case "pocock-constant":
      return shaped(fractions, sides, side, () => 1);
    case "obrien-fleming-constant":
      return shaped(fractions, sides, side, (t) => Math.sqrt(at(fractions, fractions.length - 1) / t));
    case "power":
    case "obrien-fleming":
    case "pocock":
      return spent(fractions, sides, spender(spending, side));
    default:
      throw new StatsError("spending.family", spending, "a known family");
  }
}

/** How much of one side's error may be spent up to the fraction t. */
function spender(spending: Extract<Spending, { family: "power" | "obrien-fleming" | "pocock" }>, side: number) {
  switch (spending.family) {
    case "power": {
      const rho = positive("spending.rho", spending.rho);
      return (t: number) => side * t ** rho;
    }
    case "obrien-fleming": {
      const z = normalQuantile(side / 2, { upper: true });
      return (t: number) => 2 * normalCdf(z / Math.sqrt(t)).sf;
    }
    case "pocock":
      return (t: number) => side * Math.log1p((Math.E - 1) * t);
  }
}

function spent(fractions: readonly number[], sides: 1 | 2, spend: (t: number) => number): number[] {
  const bounds: number[] = [];
  let walk: Walk | undefined;
  let before = 0;
  for (const [k, t] of fractions.entries()) {
    const total = spend(Math.min(1, t));
    const allowed = total - before;
    before = total;
    const crossing = crossingOf(walk, t, k === 0 ? 0 : at(fractions, k - 1));
    const bound = allowed > 0 ? boundOf(crossing, allowed) : Infinity;
    bounds.push(bound);
    walk = advanced(walk, t, k === 0 ? 0 : at(fractions, k - 1), bound, sides);
  }
  return bounds;
}

/** The constant c with bounds c·shape(t) whose crossing probability per side is `side`. */
function shaped(fractions: readonly number[], sides: 1 | 2, side: number, shape: (t: number) => number): number[] {
  const crossed = (c: number): number => {
    let total = 0;
    let walk: Walk | undefined;
    fractions.forEach((t, k) => {
      const before = k === 0 ? 0 : at(fractions, k - 1);
      const bound = c * shape(t);
      total += crossingOf(walk, t, before)(bound);
      walk = advanced(walk, t, before, bound, sides);
    });
    return total;
  };
  // Not below the bound of a single look, and by Bonferroni not above that of one look among so many.
  const highest = normalQuantile(side / fractions.length, { upper: true });
  const c = falling(crossed, side, normalQuantile(side, { upper: true }), highest);
  return fractions.map((t) => c * shape(t));
}

/** The sub-density of the Brownian motion at the last look, of paths that crossed nothing yet: nodes and masses. */
interface Walk {
  readonly nodes: readonly number[];
  readonly masses: readonly number[];
}

/** P(first crossing of the upper bound at this look) as a function of the bound on the z scale. */
function crossingOf(walk: Walk | undefined, t: number, before: number): (z: number) => number {
  if (walk === undefined) return (z) => normalCdf(z).sf;
  const step = Math.sqrt(t - before);
  const root = Math.sqrt(t);
  return (z) => {
    let sum = 0;
    walk.nodes.forEach((node, i) => (sum += at(walk.masses, i) * normalCdf((z * root - node) / step).sf));
    return sum;
  };
}

function boundOf(crossing: (z: number) => number, allowed: number): number {
  // A first crossing is no likelier than a crossing.
  return falling(crossing, allowed, -8, normalQuantile(allowed, { upper: true }));
}

/**
 * Where a falling positive function takes the value, between bounds that are known to enclose it. Source: the Illinois
 * false position (Dowell & Jarratt 1971) on the logarithm, bisecting where that is of no help.
 */
function falling(f: (z: number) => number, value: number, lowest: number, highest: number): number {
  const excess = (z: number): number => Math.log(f(z) / value);
  let [low, high] = [lowest, highest];
  let [above, below] = [excess(low), excess(high)];
  if (below >= 0) return high;
  if (above <= 0) return low;
  let last = 0;
  for (let round = 0; round < 200; round++) {
    const guess = low + ((high - low) * above) / (above - below);
    const z = guess > low && guess < high ? guess : (low + high) / 2;
    const here = excess(z);
    if (Math.abs(here) < 1e-12 || high - low < 1e-13 * Math.max(1, high)) return z;
    const side = Math.sign(here);
    if (side > 0) [low, above] = [z, here];
    else [high, below] = [z, here];
    // An end that stays twice loses half its height, so that it moves at last.
    if (side === last && side > 0) below /= 2;
    if (side === last && side < 0) above /= 2;
    last = side;
  }
  return (low + high) / 2;
}

const reach = 9;

/** One step of the recursion: the sub-density at this look inside the bounds. */
function advanced(walk: Walk | undefined, t: number, before: number, bound: number, sides: 1 | 2): Walk {
  const root = Math.sqrt(t);
  const high = Math.min(bound, reach) * root;
  const low = sides === 2 ? -high : -reach * root;
  const step = Math.sqrt(t - before);
  // Panels no wider than two steps keep 16 nodes exact; never fewer than 160 nodes in all.
  const panels = Math.min(200, Math.max(10, Math.ceil((high - low) / (2 * step))));
  const width = (high - low) / panels;
  const rule = gaussLegendre(16);
  const nodes: number[] = [];
  const masses: number[] = [];
  for (let panel = 0; panel < panels; panel++)
    rule.nodes.forEach((node, i) => {
      const y = low + width * (panel + (node + 1) / 2);
      nodes.push(y);
      masses.push(((at(rule.weights, i) * width) / 2) * densityAt(walk, y, step));
    });
  return { nodes, masses };
}

function densityAt(walk: Walk | undefined, y: number, step: number): number {
  const scale = 1 / (step * Math.sqrt(2 * Math.PI));
  if (walk === undefined) return scale * Math.exp(-0.5 * (y / step) ** 2);
  const { nodes, masses } = walk;
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) {
    const z = (y - (nodes[i] ?? 0)) / step;
    if (z * z < 90) sum += (masses[i] ?? 0) * Math.exp(-0.5 * z * z);
  }
  return scale * sum;
}
