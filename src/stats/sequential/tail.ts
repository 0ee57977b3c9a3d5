import { at } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { BinaryPlan, BinaryState } from "./binary.js";
import { BinaryEProcess } from "./binary.js";
import { checkBinaryPair } from "../tests/twoProportions.js";
import { logMeanExp } from "./evidence.js";
import { checkEdges } from "./metric.js";
import { samePlan } from "./plan.js";
import { EProcess } from "./process.js";

/** The plan of a test of two distributions at fixed edges (bucket bounds, or quantiles of a warm-up). */
export interface TailPlan extends BinaryPlan {
  readonly edges: readonly number[];
}

/** A batch: values per arm and how many of them exceed each edge. */
export interface TailBatch {
  readonly nA: number;
  readonly aboveA: readonly number[];
  readonly nB: number;
  readonly aboveB: readonly number[];
}

/** A saved TailEProcess. */
export interface TailState extends Saved<"tail-e-process"> {
  readonly edges: readonly number[];
  readonly tests: readonly BinaryState[];
  readonly batches: number;
  readonly supLogE: number;
}

/**
 * The exact test that two distributions agree at every edge: the mean of the tests of the rates of exceedance. Sees tails
 * and quantiles that a test of means does not. Side `greater`: B exceeds more often.
 * Source: mean of e-values (Vovk & Wang 2021) over BinaryEProcess.
 */
export class TailEProcess extends EProcess {
  private constructor(
    /** Ascending, in the units of the values. */
    readonly edges: readonly number[],
    private readonly tests: readonly BinaryEProcess[],
  ) {
    super("tail-e-process");
  }

  /** Throws StatsError on edges that do not ascend, and as BinaryEProcess does. */
  static of({ edges, ...plan }: TailPlan): TailEProcess {
    checkEdges("edges", edges);
    return new TailEProcess(
      [...edges],
      edges.map(() => BinaryEProcess.of(plan)),
    );
  }

  static fromJSON(json: unknown): TailEProcess {
    const state = new StateReader("tail-e-process", json);
    const tests = state.list("tests").map((test) => BinaryEProcess.fromJSON(test));
    const edges = state.numbers("edges");
    checkEdges("tail-e-process.edges", edges);
    if (tests.length !== edges.length)
      throw new StatsError("tail-e-process.tests.length", tests.length, "one per edge");
    const process = new TailEProcess(edges, tests);
    process.restoreRecord(state);
    return process;
  }

  get logE(): number {
    return logMeanExp(this.tests.map(({ logE }) => logE));
  }

  /** ln E at each edge, to say where the distributions part. */
  get byEdge(): readonly { readonly edge: number; readonly logE: number }[] {
    return this.edges.map((edge, index) => ({ edge, logE: at(this.tests, index).logE }));
  }

  /** Takes one batch and returns ln E. Throws StatsError on impossible counts. */
  add({ nA, aboveA, nB, aboveB }: TailBatch): number {
    for (const [name, above] of Object.entries({ aboveA, aboveB }))
      if (above.length !== this.edges.length)
        throw new StatsError(`${name}.length`, above.length, `${this.edges.length} counts, one per edge`);
    // All counts are checked before any is taken.
    this.edges.forEach((_, k) => checkBinaryPair({ nA, xA: at(aboveA, k), nB, xB: at(aboveB, k) }));
    this.tests.forEach((test, k) => test.add({ nA, xA: at(aboveA, k), nB, xB: at(aboveB, k) }));
    return this.close();
  }

  /** Takes the evidence of an independent stream. Throws StatsError where the edges or the plans differ. */
  merge(other: TailEProcess): this {
    samePlan("edges", this.edges, other.edges);
    this.tests.forEach((test, k) => test.merge(at(other.tests, k)));
    this.mergeRecord(other);
    return this;
  }

  toJSON(): TailState {
    return {
      kind: "tail-e-process",
      version: 1,
      edges: [...this.edges],
      tests: this.tests.map((test) => test.toJSON()),
      ...this.record,
    };
  }
}

/** Starts a TailEProcess. */
export function tailEProcess(plan: TailPlan): TailEProcess {
  return TailEProcess.of(plan);
}
tailEProcess.fromJSON = (json: unknown): TailEProcess => TailEProcess.fromJSON(json);
