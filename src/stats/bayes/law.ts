import type { UnitPoint } from "../special/beta.js";
import { betaLogitDensity, betaQuantile, betaShape, betaTails } from "../special/beta.js";
import { gammaCdf, gammaDensityTimesX, gammaQuantile } from "../special/gamma.js";
import { normalCdf, normalDensity } from "../special/normal.js";
import { studentTCdf, studentTDensity, studentTQuantile } from "../special/studentT.js";
import type { Tails } from "../special/tails.js";
import type { Posterior } from "./posterior.js";

/** A smooth change of variable in which a density is a plain bell; `y` is 1 − x, for the unit interval. */
export interface Coordinate {
  /** Laws with the same name share the coordinate. */
  readonly name: string;
  point(u: number): UnitPoint;
  /** dx/du. */
  slope(u: number): number;
  /** The u of an x. */
  inverse(x: number): number;
}

/** A posterior made ready for integration. */
export interface Law {
  readonly coordinate: Coordinate;
  tails(point: UnitPoint): Tails;
  /** The density in the coordinate u. */
  density(u: number, point: UnitPoint): number;
  /** x between which all but 1e-15 of the mass lies, and a point in the middle. */
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

const rest = 1e-15;

const line: Coordinate = { name: "line", point: (u) => ({ x: u, y: 1 - u }), slope: () => 1, inverse: (x) => x };

const log: Coordinate = {
  name: "log",
  point: (u) => ({ x: Math.exp(u), y: 1 - Math.exp(u) }),
  slope: Math.exp,
  inverse: (x) => Math.log(Math.max(x, 1e-300)),
};

const logit: Coordinate = {
  name: "logit",
  point: (u) => ({ x: 1 / (1 + Math.exp(-u)), y: 1 / (1 + Math.exp(u)) }),
  slope: (u) => 1 / (1 + Math.exp(-u)) / (1 + Math.exp(u)),
  inverse: (x) => Math.log(Math.max(x, 1e-300) / Math.max(1 - x, 1e-16)),
};

/** A line that is wide on both sides of `middle`, for heavy tails and for mixed families. */
export function wideLine(middle: number, scale: number): Coordinate {
  return {
    name: `wide ${middle} ${scale}`,
    point: (u) => ({ x: middle + scale * Math.sinh(u), y: 1 - middle - scale * Math.sinh(u) }),
    slope: (u) => scale * Math.cosh(u),
    inverse: (x) => Math.asinh((x - middle) / scale),
  };
}

/** The posterior's law. The posterior must have been checked. */
export function lawOf(posterior: Posterior): Law {
  switch (posterior.family) {
    case "beta":
      return betaLaw(posterior.alpha, posterior.beta);
    case "gamma":
      return gammaLaw(posterior.shape, posterior.rate);
    case "normal":
      return {
        coordinate: line,
        tails: ({ x }) => normalCdf((x - posterior.mean) / posterior.sd),
        density: (u) => normalDensity((u - posterior.mean) / posterior.sd) / posterior.sd,
        low: posterior.mean - 8 * posterior.sd,
        middle: posterior.mean,
        high: posterior.mean + 8 * posterior.sd,
      };
    case "t":
      return studentLaw(posterior.df, posterior.mean, posterior.scale);
  }
}

function betaLaw(a: number, b: number): Law {
  const shape = betaShape(a, b);
  return {
    coordinate: logit,
    tails: (point) => betaTails(shape, point),
    density: (_, point) => betaLogitDensity(shape, point),
    low: betaQuantile(a, b, rest),
    middle: a / (a + b),
    high: betaQuantile(a, b, rest, { upper: true }),
  };
}

function gammaLaw(shape: number, rate: number): Law {
  return {
    coordinate: log,
    tails: ({ x }) => gammaCdf(shape, Math.max(0, x) * rate),
    density: (_, { x }) => gammaDensityTimesX(shape, x * rate),
    low: gammaQuantile(shape, rest) / rate,
    middle: shape / rate,
    high: gammaQuantile(shape, rest, { upper: true }) / rate,
  };
}

function studentLaw(df: number, mean: number, scale: number): Law {
  const reach = scale * studentTQuantile(df, rest, { upper: true });
  const coordinate = df < 30 ? wideLine(mean, scale) : line;
  return {
    coordinate,
    tails: ({ x }) => studentTCdf(df, (x - mean) / scale),
    density: (u, { x }) => (studentTDensity(df, (x - mean) / scale) / scale) * coordinate.slope(u),
    low: mean - reach,
    middle: mean,
    high: mean + reach,
  };
}
