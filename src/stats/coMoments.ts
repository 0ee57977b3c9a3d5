import { finite, nonNegative, whole } from "./check.js";
import type { Saved } from "./json.js";
import { StateReader } from "./json.js";
import type { Summary } from "./moments.js";

/** A saved CoMoments. */
export interface CoMomentsState extends Saved<"co-moments"> {
  readonly n: number;
  readonly meanX: number;
  readonly meanY: number;
  readonly m2X: number;
  readonly m2Y: number;
  readonly cXY: number;
}

/**
 * Moments of pairs (x, y) and their covariance, mergeable; for ratio metrics and for CUPED.
 * Source: Chan, Golub & LeVeque 1979, applied to products.
 */
export class CoMoments {
  private count = 0;
  private averageX = 0;
  private averageY = 0;
  private m2X = 0;
  private m2Y = 0;
  private cXY = 0;

  static of(pairs: Iterable<readonly [x: number, y: number]> = []): CoMoments {
    const moments = new CoMoments();
    for (const [x, y] of pairs) moments.add(x, y);
    return moments;
  }

  static fromJSON(json: unknown): CoMoments {
    const state = new StateReader("co-moments", json);
    const moments = new CoMoments();
    moments.count = whole("co-moments.n", state.number("n"));
    moments.averageX = state.number("meanX");
    moments.averageY = state.number("meanY");
    moments.m2X = nonNegative("co-moments.m2X", state.number("m2X"));
    moments.m2Y = nonNegative("co-moments.m2Y", state.number("m2Y"));
    moments.cXY = state.number("cXY");
    return moments;
  }

  get n(): number {
    return this.count;
  }

  get x(): Summary {
    return { n: this.count, mean: this.averageX, variance: this.divided(this.m2X) };
  }

  get y(): Summary {
    return { n: this.count, mean: this.averageY, variance: this.divided(this.m2Y) };
  }

  /** The sample covariance (divisor n − 1); 0 below two pairs. */
  get covariance(): number {
    return this.divided(this.cXY);
  }

  add(x: number, y: number): this {
    finite("x", x);
    finite("y", y);
    this.count += 1;
    const dx = x - this.averageX;
    const dy = y - this.averageY;
    this.averageX += dx / this.count;
    this.averageY += dy / this.count;
    this.m2X += dx * (x - this.averageX);
    this.m2Y += dy * (y - this.averageY);
    this.cXY += dx * (y - this.averageY);
    return this;
  }

  merge(other: CoMoments): this {
    const n = this.count + other.count;
    if (n === 0) return this;
    const dx = other.averageX - this.averageX;
    const dy = other.averageY - this.averageY;
    const weight = (this.count / n) * other.count;
    this.m2X += other.m2X + dx * dx * weight;
    this.m2Y += other.m2Y + dy * dy * weight;
    this.cXY += other.cXY + dx * dy * weight;
    this.averageX += (dx * other.count) / n;
    this.averageY += (dy * other.count) / n;
    this.count = n;
    return this;
  }

  toJSON(): CoMomentsState {
    return {
      kind: "co-moments",
      version: 1,
      n: this.count,
      meanX: this.averageX,
      meanY: this.averageY,
      m2X: this.m2X,
      m2Y: this.m2Y,
      cXY: this.cXY,
    };
  }

  private divided(sum: number): number {
    return this.count < 2 ? 0 : sum / (this.count - 1);
  }
}
