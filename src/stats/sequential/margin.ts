import { finite, nonNegative } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { isRecord, StateReader } from "../json.js";
import { Moments } from "../moments.js";
import type { Evidence } from "./evidence.js";
import type { MeanBatch, MeanState } from "./mean.js";
import { MeanEProcess } from "./mean.js";
import { samePlan } from "./plan.js";

/** How much worse B may be than A and still count as not worse. */
export type Margin =
  { readonly kind: "relative"; readonly value: number } | { readonly kind: "absolute"; readonly value: number };

/** The plan of a certificate that B is not worse than A by the margin or more. */
export interface MarginPlan {
  readonly margin: Margin;
  readonly lowerIsBetter: boolean;
  readonly tau?: number;
  readonly relativeTau?: readonly number[];
  readonly burnIn?: number;
}

/** A saved MarginEProcess. */
export interface MarginState extends Saved<"margin-e-process"> {
  readonly margin: Margin;
  readonly lowerIsBetter: boolean;
  readonly test: MeanState;
}

/**
 * The certificate of "not worse by the margin": the null is that B is worse than A by the margin or more, in every batch.
 * Rejecting it certifies B. For rates give the moments of zeros and ones. Relative margins shift the baseline of every
 * batch by a part of itself, so they suit metrics that do not change sign.
 * Source: MeanEProcess on m_B − (1 ± margin) m_A, variance s²_B/n_B + (1 ± margin)² s²_A/n_A.
 */
export class MarginEProcess implements Evidence {
  private constructor(
    private readonly margin: Margin,
    private readonly lowerIsBetter: boolean,
    private readonly test: MeanEProcess,
  ) {
    nonNegative("margin.value", margin.value);
    if (margin.kind === "relative" && !lowerIsBetter && margin.value >= 1)
      throw new StatsError("margin.value", margin.value, "a relative margin below 1 where higher is better");
  }

  static of({ margin, lowerIsBetter, ...rest }: MarginPlan): MarginEProcess {
    return new MarginEProcess(
      margin,
      lowerIsBetter,
      MeanEProcess.of({ ...rest, side: lowerIsBetter ? "less" : "greater" }),
    );
  }

  static fromJSON(json: unknown): MarginEProcess {
    const state = new StateReader("margin-e-process", json);
    return new MarginEProcess(
      decodeMargin(state.part("margin")),
      state.boolean("lowerIsBetter"),
      MeanEProcess.fromJSON(state.part("test")),
    );
  }

  get logE(): number {
    return this.test.logE;
  }

  get supLogE(): number {
    return this.test.supLogE;
  }

  get pValue(): number {
    return this.test.pValue;
  }

  get information(): number {
    return this.test.information;
  }

  /** Takes the moments of one batch and returns ln E. */
  add({ a, b }: MeanBatch): number {
    const sign = this.lowerIsBetter ? 1 : -1;
    const factor = this.margin.kind === "relative" ? 1 + sign * this.margin.value : 1;
    const shift = this.margin.kind === "absolute" ? sign * this.margin.value : 0;
    const moved = Moments.from({ n: a.n, mean: a.mean * factor + shift, variance: a.variance * factor * factor });
    return this.test.add({ a: moved, b });
  }

  /** Takes the evidence of an independent stream. Throws StatsError where the plans differ. */
  merge(other: MarginEProcess): this {
    samePlan("plan", [this.margin, this.lowerIsBetter], [other.margin, other.lowerIsBetter]);
    this.test.merge(other.test);
    return this;
  }

  toJSON(): MarginState {
    return {
      kind: "margin-e-process",
      version: 1,
      margin: this.margin,
      lowerIsBetter: this.lowerIsBetter,
      test: this.test.toJSON(),
    };
  }
}

/** Reads a margin. Throws StatsError unless its kind is known and its value a number. */
export function decodeMargin(json: unknown): Margin {
  if (!isRecord(json)) throw new StatsError("margin", json, "{kind, value}");
  const { kind, value } = json;
  if (kind !== "relative" && kind !== "absolute") throw new StatsError("margin.kind", kind, "relative or absolute");
  if (typeof value !== "number") throw new StatsError("margin.value", value, "a number");
  return { kind, value: finite("margin.value", value) };
}

/** Starts a MarginEProcess. */
export function marginEProcess(plan: MarginPlan): MarginEProcess {
  return MarginEProcess.of(plan);
}
marginEProcess.fromJSON = (json: unknown): MarginEProcess => MarginEProcess.fromJSON(json);
