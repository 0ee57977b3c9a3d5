import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import { BinaryEProcess } from "./binary.js";
import { CountEProcess } from "./count.js";
import type { Evidence } from "./evidence.js";
import { MeanEProcess } from "./mean.js";
import type { ArmBatch, MetricKind, MetricShape } from "./metric.js";
import { checkArm, metricKinds } from "./metric.js";
import type { Side } from "./side.js";
import { TailEProcess } from "./tail.js";

/** The plan of a test of two arms. */
export type PairPlan = MetricShape & { readonly side: Side };

type Test =
  | { readonly kind: "binary"; readonly test: BinaryEProcess }
  | { readonly kind: "count"; readonly test: CountEProcess }
  | { readonly kind: "mean"; readonly test: MeanEProcess }
  | { readonly kind: "tail"; readonly test: TailEProcess };

/** A saved PairTest. */
export interface PairState extends Saved<"pair-test"> {
  readonly metric: MetricKind;
  readonly test: unknown;
}

/** The e-process that fits a metric's kind, with its default grids. */
export class PairTest implements Evidence {
  private constructor(private readonly inner: Test) {}

  /** Throws StatsError on an unknown kind or side, and on edges that do not ascend. */
  static of(plan: PairPlan): PairTest {
    const { kind, side } = plan;
    switch (kind) {
      case "binary":
        return new PairTest({ kind, test: BinaryEProcess.of({ side }) });
      case "count":
        return new PairTest({ kind, test: CountEProcess.of({ side }) });
      case "mean":
        return new PairTest({ kind, test: MeanEProcess.of({ side }) });
      case "tail":
        return new PairTest({ kind, test: TailEProcess.of({ side, edges: plan.edges }) });
      default:
        throw new StatsError("kind", kind, "binary, count, mean or tail");
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
      case "tail":
        return new PairTest({ kind, test: TailEProcess.fromJSON(test) });
    }
  }

  /** The kind of the metric, with the edges of a tail. */
  get shape(): MetricShape {
    const { kind, test } = this.inner;
    return kind === "tail" ? { kind, edges: test.edges } : { kind };
  }

  /** ln E at each edge of a tail, to say where the arms part; empty for other kinds. */
  get byEdge(): TailEProcess["byEdge"] {
    return this.inner.kind === "tail" ? this.inner.test.byEdge : [];
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
    if (inner.kind === "tail" && a.kind === "tail" && b.kind === "tail") {
      checkArm("a", a, this.shape);
      checkArm("b", b, this.shape);
      return inner.test.add({ nA: a.n, aboveA: a.above, nB: b.n, aboveB: b.above });
    }
    throw new StatsError("kind", [a.kind, b.kind], `batches of kind ${inner.kind}`);
  }

  /** Takes the evidence of an independent stream. Throws StatsError where the plans differ. */
  merge(other: PairTest): this {
    const [mine, theirs] = [this.inner, other.inner];
    if (mine.kind === "binary" && theirs.kind === "binary") mine.test.merge(theirs.test);
    else if (mine.kind === "count" && theirs.kind === "count") mine.test.merge(theirs.test);
    else if (mine.kind === "mean" && theirs.kind === "mean") mine.test.merge(theirs.test);
    else if (mine.kind === "tail" && theirs.kind === "tail") mine.test.merge(theirs.test);
    else throw new StatsError("kind", theirs.kind, mine.kind);
    return this;
  }

  toJSON(): PairState {
    return { kind: "pair-test", version: 1, metric: this.inner.kind, test: this.inner.test.toJSON() };
  }
}
