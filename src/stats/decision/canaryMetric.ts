import { openUnit, whole } from "../check.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { Margin } from "../sequential/margin.js";
import { MarginEProcess } from "../sequential/margin.js";
import type { ArmBatch, MetricKind } from "../sequential/pair.js";
import { metricKinds, PairTest } from "../sequential/pair.js";
import { StatsError } from "../errors.js";
import { MeanEProcess } from "../sequential/mean.js";
import type { EffectFigures } from "./effect.js";
import { effectFigures, effectProcess, summaryOf } from "./effect.js";
import type { CanaryVerdict } from "./series.js";

/** How one metric of a candidate is watched against a baseline of the same age. */
export interface CanaryMetricPlan {
  readonly kind: MetricKind;
  readonly lowerIsBetter: boolean;
  /** How much worse still counts as not worse; without it nothing is ever certified. */
  readonly margin?: Margin;
  /** Chance of a false alarm over all looks; default 0.01. */
  readonly alpha?: number;
  /** Chance of a false certificate over all looks; default 0.05. */
  readonly certificateAlpha?: number;
  /** Fewer values than this on either side are no data; default 50. */
  readonly minRequests?: number;
}

/** A saved CanaryMetric. */
export interface CanaryMetricState extends Saved<"canary-metric"> {
  readonly metric: MetricKind;
  readonly lowerIsBetter: boolean;
  readonly margin: Margin | null;
  readonly alpha: number;
  readonly certificateAlpha: number;
  readonly minRequests: number;
  readonly seen: readonly number[];
  readonly alarm: unknown;
  readonly certificate: unknown;
  readonly effect: unknown;
}

/** The figures behind a verdict. */
export interface CanaryFigures {
  readonly verdict: CanaryVerdict;
  readonly seen: { readonly baseline: number; readonly canary: number };
  readonly alarm: { readonly logE: number; readonly supLogE: number; readonly pValue: number; readonly bound: number };
  readonly effect: EffectFigures;
  readonly certificate?: { readonly logE: number; readonly supLogE: number; readonly bound: number };
}

/**
 * One metric of a canary with counts, judged at every tick without harm: an alarm test of "no worse" and a certificate of
 * "not worse by the margin" run side by side. Worse is High where lower is better, else Low. Pass needs the certificate.
 * Two of them do not merge: each bets on effects that are parts of the mean its own baseline began with, and evidence for
 * different bets has no common sum. Add the batches of both streams to one instead.
 * Source: PairTest and MarginEProcess. Event rates (kind count) have alarms only.
 */
export class CanaryMetric {
  private baseline = 0;
  private canary = 0;
  private effect = effectProcess();

  private constructor(
    private readonly plan: Required<Omit<CanaryMetricPlan, "margin">> & { readonly margin: Margin | null },
    private readonly alarm: PairTest,
    private readonly certificate: MarginEProcess | undefined,
  ) {
    openUnit("alpha", plan.alpha);
    openUnit("certificateAlpha", plan.certificateAlpha);
    whole("minRequests", plan.minRequests);
    if (plan.margin !== null && plan.kind === "count")
      throw new StatsError("margin", plan.margin, "no margin for a metric of kind count; use binary or mean");
  }

  static of(plan: CanaryMetricPlan): CanaryMetric {
    const { kind, lowerIsBetter, margin, alpha = 0.01, certificateAlpha = 0.05, minRequests = 50 } = plan;
    const full = { kind, lowerIsBetter, margin: margin ?? null, alpha, certificateAlpha, minRequests };
    const alarm = PairTest.of({ kind, side: lowerIsBetter ? "greater" : "less" });
    return new CanaryMetric(
      full,
      alarm,
      margin === undefined ? undefined : MarginEProcess.of({ margin, lowerIsBetter }),
    );
  }

  static fromJSON(json: unknown): CanaryMetric {
    const state = new StateReader("canary-metric", json);
    const certificate =
      state.part("certificate") === null ? undefined : MarginEProcess.fromJSON(state.part("certificate"));
    const plan = {
      kind: state.text("metric", metricKinds),
      lowerIsBetter: state.boolean("lowerIsBetter"),
      margin: certificate === undefined ? null : certificate.toJSON().margin,
      alpha: state.number("alpha"),
      certificateAlpha: state.number("certificateAlpha"),
      minRequests: state.number("minRequests"),
    };
    const metric = new CanaryMetric(plan, PairTest.fromJSON(state.part("alarm")), certificate);
    metric.effect = MeanEProcess.fromJSON(state.part("effect"));
    [metric.baseline = 0, metric.canary = 0] = state.numbers("seen");
    return metric;
  }

  /** Takes what baseline and canary did in one batch. Throws StatsError on impossible numbers. */
  add(baseline: ArmBatch, canary: ArmBatch): this {
    this.alarm.add(baseline, canary);
    const summaries = { a: summaryOf(baseline), b: summaryOf(canary) };
    this.certificate?.add(summaries);
    this.effect.add(summaries);
    this.baseline += sizeOf(baseline);
    this.canary += sizeOf(canary);
    return this;
  }

  get verdict(): CanaryVerdict {
    const { alpha, certificateAlpha, lowerIsBetter, minRequests } = this.plan;
    if (this.alarm.supLogE >= -Math.log(alpha)) return lowerIsBetter ? "High" : "Low";
    if (Math.min(this.baseline, this.canary) < Math.max(1, minRequests)) return "NoData";
    const certified = this.certificate !== undefined && this.certificate.supLogE >= -Math.log(certificateAlpha);
    return certified ? "Pass" : "Undecided";
  }

  /** The verdict with the evidence for it. */
  get figures(): CanaryFigures {
    const { logE, supLogE, pValue } = this.alarm;
    return {
      verdict: this.verdict,
      seen: { baseline: this.baseline, canary: this.canary },
      alarm: { logE, supLogE, pValue, bound: -Math.log(this.plan.alpha) },
      effect: effectFigures(this.effect),
      ...(this.certificate === undefined
        ? {}
        : {
            certificate: {
              logE: this.certificate.logE,
              supLogE: this.certificate.supLogE,
              bound: -Math.log(this.plan.certificateAlpha),
            },
          }),
    };
  }

  toJSON(): CanaryMetricState {
    const { kind, ...rest } = this.plan;
    return {
      kind: "canary-metric",
      version: 1,
      metric: kind,
      ...rest,
      seen: [this.baseline, this.canary],
      alarm: this.alarm.toJSON(),
      certificate: this.certificate?.toJSON() ?? null,
      effect: this.effect.toJSON(),
    };
  }
}

function sizeOf(batch: ArmBatch): number {
  return batch.kind === "count" ? batch.x : batch.n;
}
