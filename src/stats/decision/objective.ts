import { StatsError } from "../errors.js";
import type { MeanSloState } from "../sequential/meanSlo.js";
import { MeanSloTest } from "../sequential/meanSlo.js";
import type { ArmBatch } from "../sequential/metric.js";
import type { SloPlan, SloState, SloVerdict } from "../sequential/slo.js";
import { SloTest } from "../sequential/slo.js";

/** The kinds of numbers that can be held against a limit. */
export type ObjectiveKind = "binary" | "mean";

/** All that a version did, by the kind of its objective: requests and those counted, or values with their moments. */
export type ObjectiveTotals =
  | { readonly kind: "binary"; readonly n: number; readonly bad: number }
  | { readonly kind: "mean"; readonly n: number; readonly mean: number; readonly variance: number };

type Test = { readonly kind: "binary"; readonly test: SloTest } | { readonly kind: "mean"; readonly test: MeanSloTest };

/** One version's objective: a limit on a rate, exact, or on a mean, approximate. Source: SloTest and MeanSloTest. */
export class Objective {
  private constructor(private readonly inner: Test) {}

  /** Throws StatsError on a limit of a rate outside (0, 1), a limit of a mean not finite, and as the two tests do. */
  static of(kind: ObjectiveKind, plan: SloPlan): Objective {
    switch (kind) {
      case "binary":
        return new Objective({ kind, test: SloTest.of(plan) });
      case "mean":
        return new Objective({ kind, test: MeanSloTest.of(plan) });
    }
  }

  /** Reads what was saved of an objective of this kind. */
  static fromJSON(kind: ObjectiveKind, json: unknown): Objective {
    switch (kind) {
      case "binary":
        return new Objective({ kind, test: SloTest.fromJSON(json) });
      case "mean":
        return new Objective({ kind, test: MeanSloTest.fromJSON(json) });
    }
  }

  get verdict(): SloVerdict {
    return this.inner.test.verdict;
  }

  /** ln of the largest e-values: that the rate or mean is above the limit, and below. */
  get evidence(): { readonly above: number; readonly below: number } {
    return this.inner.test.evidence;
  }

  get totals(): ObjectiveTotals {
    const { inner } = this;
    return inner.kind === "binary"
      ? { kind: inner.kind, ...inner.test.totals }
      : { kind: inner.kind, ...inner.test.totals };
  }

  /** Takes what the version did in one batch. Throws StatsError on another kind and on impossible numbers. */
  add(arm: ArmBatch): void {
    const { inner } = this;
    if (inner.kind === "binary" && arm.kind === "binary") inner.test.add({ n: arm.n, bad: arm.x });
    else if (inner.kind === "mean" && arm.kind === "mean") inner.test.add(arm);
    else throw new StatsError("kind", arm.kind, inner.kind);
  }

  toJSON(): SloState | MeanSloState {
    return this.inner.test.toJSON();
  }
}
