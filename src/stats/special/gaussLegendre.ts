/** Nodes on [−1, 1] and weights of a Gauss–Legendre rule. */
export interface Rule {
  readonly nodes: readonly number[];
  readonly weights: readonly number[];
}

const known = new Map<number, Rule>();

/** The Gauss–Legendre rule of `n` nodes, by Newton on the Legendre recurrence. Source: Golub & Welsch 1969 (values). */
export function gaussLegendre(n: number): Rule {
  const found = known.get(n);
  if (found !== undefined) return found;
  const nodes: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let round = 0; round < 100; round++) {
      const { value, derivative } = legendre(n, x);
      slope = derivative;
      const step = value / derivative;
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    nodes.push(x);
    weights.push(2 / ((1 - x * x) * slope * slope));
  }
  const rule = { nodes, weights };
  known.set(n, rule);
  return rule;
}

function legendre(n: number, x: number): { value: number; derivative: number } {
  let previous = 1;
  let value = x;
  for (let k = 2; k <= n; k++) [previous, value] = [value, ((2 * k - 1) * x * value - (k - 1) * previous) / k];
  return { value, derivative: (n * (x * value - previous)) / (x * x - 1) };
}

/** ∫ of `f` from `low` to `high` by one rule of `n` nodes. */
export function integrate(f: (x: number) => number, low: number, high: number, n: number): number {
  const { nodes, weights } = gaussLegendre(n);
  const half = (high - low) / 2;
  const middle = (high + low) / 2;
  let sum = 0;
  nodes.forEach((node, index) => (sum += (weights[index] ?? 0) * f(middle + half * node)));
  return sum * half;
}
