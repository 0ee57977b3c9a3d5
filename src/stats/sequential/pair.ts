import { counts, nonNegative, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { Summary } from "../moments.js";
import { checkSummary } from "../moments.js";
import { BinaryEProcess } from "./binary.js";
import { CountEProcess } from "./count.js";
import type { Evidence } from "./evidence.js";
import { MeanEProcess } from "./mean.js";
import type { Side } from "./side.js";

/** What kind of numbers a metric has: yes or no per request, events per exposure, or a value per request. */
export type MetricKind = "binary" | "count" | "mean";

/** All kinds, for decoders. */
export const metricKinds: readonly MetricKind[] = ["binary", "count", "mean"];

/** What one arm did in one batch. */
export type ArmBatch =
  | { readonly kind: "binary"; readonly n: number; readonly x: number }
  | { readonly kind: "count"; readonly exposure: number; readonly x: number }
  | ({ readonly kind: "mean" } & Summary);

/** Throws a StatsError that names the field unless the arm is of this kind and its numbers are possible. */
export function checkArm(field: string, arm: ArmBatch, kind: MetricKind): void {
  if (arm.kind !== kind) throw new StatsError(`${field}.kind`, arm.kind, kind);
  switch (arm.kind) {
    case "binary":
      counts(`${field}.x`, arm.x, `${field}.n`, arm.n);
      return;
    case "count":
      whole(`${field}.x`, arm.x);
      nonNegative(`${field}.exposure`, arm.exposure);
      if (arm.exposure === 0 && arm.x > 0)
        throw new StatsError(`${field}.exposure`, 0, `an exposure for ${arm.x} events`);
      return;
    case "mean":
      checkSummary(field, arm);
  }
}

/** The plan of a test of two arms. */
export interface PairPlan {
  readonly kind: MetricKind;
  readonly side: Side;
}

type Test =
  | { readonly kind: "binary"; readonly test: BinaryEProcess }
  | { readonly kind: "count"; readonly test: CountEProcess }
  | { readonly kind: "mean"; readonly test: MeanEProcess };

/** A saved PairTest. */
export interface PairState extends Saved<"pair-test"> {
  readonly metric: MetricKind;
  readonly test: unknown;
}

/** The e-process that fits a metric's kind, with its default grids. */
export class PairTest implements Evidence {
  private constructor(private readonly inner: Test) {}

  static of({ kind, side }: PairPlan): PairTest {
    switch (kind) {
      case "binary":
        return new PairTest({ kind, test: BinaryEProcess.of({ side }) });
      case "count":
        return new PairTest({ kind, test: CountEProcess.of({ side }) });
      case "mean":
        return new PairTest({ kind, test: MeanEProcess.of({ side }) });
      default:
        throw new StatsError("kind", kind, "binary, count or mean");
    }
  }

  static fromJSON(json: unknown): PairTest {
    const state = new StateReader("pair-test", json);
    const kind = state.text("metric", metricKinds);
    const test = state.part("test");
    switch (kind) {
      case "binary":
        return new PairTest({ kind, test: BinaryEProcess.fromJSON(test) });
      case "count":
        return new PairTest({ kind, test: CountEProcess.fromJSON(test) });
      case "mean":
        return new PairTest({ kind, test: MeanEProcess.fromJSON(test) });
    }
  }

  get logE(): number {
    return this.inner.test.logE;
  }

  get supLogE(): number {
    return this.inner.test.supLogE;
  }

  get pValue(): number {
    return this.inner.test.pValue;
  }

  /** Takes one batch of both arms. Throws StatsError where an arm is of another kind than the test. */
  add(a: ArmBatch, b: ArmBatch): number {
    const { inner } = this;
    if (inner.kind === "binary" && a.kind === "binary" && b.kind === "binary")
      return inner.test.add({ nA: a.n, xA: a.x, nB: b.n, xB: b.x });
    if (inner.kind === "count" && a.kind === "count" && b.kind === "count")
      return inner.test.add({ xA: a.x, exposureA: a.exposure, xB: b.x, exposureB: b.exposure });
    if (inner.kind === "mean" && a.kind === "mean" && b.kind === "mean") return inner.test.add({ a, b });
    throw new StatsError("kind", [a.kind, b.kind], `batches of kind ${inner.kind}`);
  }

  /** Takes the evidence of an independent stream. Throws StatsError where the plans differ. */
  merge(other: PairTest): this {
    const [mine, theirs] = [this.inner, other.inner];
    if (mine.kind === "binary" && theirs.kind === "binary") mine.test.merge(theirs.test);
    else if (mine.kind === "count" && theirs.kind === "count") mine.test.merge(theirs.test);
    else if (mine.kind === "mean" && theirs.kind === "mean") mine.test.merge(theirs.test);
    else throw new StatsError("kind", theirs.kind, mine.kind);
    return this;
  }

  toJSON(): PairState {
    return { kind: "pair-test", version: 1, metric: this.inner.kind, test: this.inner.test.toJSON() };
  }
}
