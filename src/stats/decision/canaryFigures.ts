import type { EffectFigures } from "./effect.js";
import type { CanaryVerdict } from "./series.js";

/** The evidence for "not worse by the margin", held once `supLogE` reaches `bound`. */
export interface CertificateFigures {
  readonly logE: number;
  readonly supLogE: number;
  readonly bound: number;
}

/** How canary and baseline compare at one edge of a tail; the effect is the difference of the shares above it. */
export interface EdgeFigures {
  readonly edge: number;
  /** ln E of the alarm at this edge, now. */
  readonly logE: number;
  readonly effect: EffectFigures;
}

/** The figures behind a verdict. */
export interface CanaryFigures {
  readonly verdict: CanaryVerdict;
  readonly seen: { readonly baseline: number; readonly canary: number };
  readonly alarm: { readonly logE: number; readonly supLogE: number; readonly pValue: number; readonly bound: number };
  /** Not bounded for event counts and tails; `byEdge` has those of a tail. */
  readonly effect: EffectFigures;
  /** The weakest of its edges for a tail. */
  readonly certificate?: CertificateFigures;
  /** Of a tail. */
  readonly byEdge?: readonly EdgeFigures[];
}
