import type { Margin } from "../sequential/margin.js";
import { MarginEProcess } from "../sequential/margin.js";
import { MeanEProcess } from "../sequential/mean.js";
import type { ArmBatch } from "../sequential/metric.js";
import type { EffectFigures } from "./effect.js";
import { effectFigures, effectProcess, summaryOf } from "./effect.js";

/** How a candidate's one number is held against the baseline's. */
export interface EffectWatchPlan {
  readonly lowerIsBetter: boolean;
  /** Without a margin there is no certificate. */
  readonly margin: Margin | null;
}

/** The effect of a candidate on one number of a metric, with the certificate of "not worse by the margin". */
export class EffectWatch {
  private constructor(
    private readonly process: MeanEProcess,
    readonly certificate: MarginEProcess | undefined,
  ) {}

  /** Throws StatsError on a margin below 0, or of all where higher is better. */
  static of({ lowerIsBetter, margin }: EffectWatchPlan): EffectWatch {
    return new EffectWatch(effectProcess(), margin === null ? undefined : MarginEProcess.of({ margin, lowerIsBetter }));
  }

  /** `certificate` is null where there was no margin. */
  static fromJSON(effect: unknown, certificate: unknown): EffectWatch {
    return new EffectWatch(
      MeanEProcess.fromJSON(effect),
      certificate === null ? undefined : MarginEProcess.fromJSON(certificate),
    );
  }

  get effect(): EffectFigures {
    return effectFigures(this.process);
  }

  /** The margin of the certificate. */
  get margin(): Margin | null {
    return this.certificate?.toJSON().margin ?? null;
  }

  /** Takes what baseline and candidate did in one batch. */
  add(baseline: ArmBatch, candidate: ArmBatch): void {
    const batch = { a: summaryOf(baseline), b: summaryOf(candidate) };
    this.certificate?.add(batch);
    this.process.add(batch);
  }

  toJSON(): { readonly effect: unknown; readonly certificate: unknown } {
    return { effect: this.process.toJSON(), certificate: this.certificate?.toJSON() ?? null };
  }
}
