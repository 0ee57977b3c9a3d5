import { at, finite, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { StateReader } from "../json.js";
import type { Evidence } from "./evidence.js";
import { evidencePValue, logMeanExp, mergedSup } from "./evidence.js";

/** What every e-process over batches keeps besides its evidence: how many batches there were, and the largest ln E. */
export abstract class EProcess implements Evidence {
  private batchCount = 0;
  private sup = 0;

  /** `name` is the kind of the saved state. */
  protected constructor(private readonly name: string) {}

  abstract get logE(): number;

  get supLogE(): number {
    return this.sup;
  }

  get pValue(): number {
    return evidencePValue(this.sup);
  }

  /** Batches so far that brought anything. */
  get batches(): number {
    return this.batchCount;
  }

  /** Ends a batch and returns ln E. */
  protected close(): number {
    this.batchCount += 1;
    const { logE } = this;
    this.sup = Math.max(this.sup, logE);
    return logE;
  }

  /** Takes over what `other` kept, after its evidence was taken. */
  protected mergeRecord(other: EProcess): void {
    this.sup = mergedSup(this, other, this.logE);
    this.batchCount += other.batchCount;
  }

  /** The part of the saved state that all have. */
  protected get record(): { readonly batches: number; readonly supLogE: number } {
    return { batches: this.batchCount, supLogE: this.sup };
  }

  protected restoreRecord(state: StateReader): void {
    this.batchCount = whole(`${this.name}.batches`, state.number("batches"));
    this.sup = finite(`${this.name}.supLogE`, state.number("supLogE"));
  }
}

/** An e-process that divides its stake evenly among bets, each on one alternative; E is the mean of what they have. */
export abstract class MixtureEProcess<A> extends EProcess {
  private readonly logs: number[];

  protected constructor(
    private readonly kind: string,
    protected readonly alternatives: readonly A[],
  ) {
    super(kind);
    this.logs = alternatives.map(() => 0);
  }

  get logE(): number {
    return logMeanExp(this.logs);
  }

  /** Multiplies what each bet has by a factor of the batch, given by its logarithm. */
  protected bet(logFactor: (alternative: A) => number): void {
    this.alternatives.forEach((alternative, k) => (this.logs[k] = at(this.logs, k) + logFactor(alternative)));
  }

  /** Takes the evidence of an independent stream of the same alternatives. */
  protected mergeBets(other: MixtureEProcess<A>): void {
    other.logs.forEach((log, k) => (this.logs[k] = at(this.logs, k) + log));
    this.mergeRecord(other);
  }

  protected override get record(): {
    readonly batches: number;
    readonly logs: readonly number[];
    readonly supLogE: number;
  } {
    const { batches, supLogE } = super.record;
    return { batches, logs: [...this.logs], supLogE };
  }

  protected override restoreRecord(state: StateReader): void {
    super.restoreRecord(state);
    const logs = state.numbers("logs");
    if (logs.length !== this.logs.length)
      throw new StatsError(`${this.kind}.logs`, logs, `${this.logs.length} numbers, one per alternative`);
    this.logs.splice(0, logs.length, ...logs);
  }
}
