import { at, openUnit, whole } from "../check.js";
import { StatsError } from "../errors.js";
import type { Saved } from "../json.js";
import { StateReader } from "../json.js";
import type { Margin } from "../sequential/margin.js";
import type { ArmBatch, MetricKind, MetricShape } from "../sequential/metric.js";
import { metricKinds } from "../sequential/metric.js";
import { PairTest } from "../sequential/pair.js";
import type { CanaryFigures, CertificateFigures, EdgeFigures } from "./canaryFigures.js";
import { effectFigures, effectProcess, rateAbove } from "./effect.js";
import { EffectWatch } from "./effectWatch.js";
import type { CanaryVerdict } from "./series.js";

/** How one metric of a candidate is watched against a baseline of the same age. */
export type CanaryMetricPlan = MetricShape & CanaryOptions;

interface CanaryOptions {
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
  /** Null without a margin; for a tail a list, as `effect` is, one per edge. */
  readonly certificate: unknown;
  readonly effect: unknown;
}

/**
 * One metric of a canary with counts, judged at every tick without harm: an alarm test of "no worse" and a certificate of
 * "not worse by the margin" run side by side. Worse is High where lower is better, else Low. Pass needs the certificate.
 * A tail alarms on the mean of the evidence at its edges. To pass, the share above each edge must be certified; that above
 * an edge which no value exceeds never is.
 * Two of them do not merge: each bets on effects that are parts of the mean its own baseline began with, and evidence for
 * different bets has no common sum. Add the batches of both streams to one instead.
 * Source: PairTest and, in EffectWatch, MarginEProcess. Event rates (kind count) have alarms only.
 */
export class CanaryMetric {
  private baseline = 0;
  private canary = 0;

  private constructor(
    private readonly plan: FullPlan,
    private readonly alarm: PairTest,
    /** One, or one per edge of a tail. */
    private readonly watches: readonly EffectWatch[],
  ) {
    openUnit("alpha", plan.alpha);
    openUnit("certificateAlpha", plan.certificateAlpha);
    whole("minRequests", plan.minRequests);
    if (plan.margin !== null && alarm.shape.kind === "count")
      throw new StatsError("margin", plan.margin, "no margin for a metric of kind count; use binary or mean");
  }

  /** Throws StatsError on an unknown kind, edges that do not ascend, an alpha outside (0, 1), and a margin of events. */
  static of(plan: CanaryMetricPlan): CanaryMetric {
    const { lowerIsBetter, margin = null, alpha = 0.01, certificateAlpha = 0.05, minRequests = 50 } = plan;
    const alarm = PairTest.of({ ...plan, side: lowerIsBetter ? "greater" : "less" });
    const watches = watchedIn(alarm).map(() => EffectWatch.of({ lowerIsBetter, margin }));
    return new CanaryMetric({ lowerIsBetter, margin, alpha, certificateAlpha, minRequests }, alarm, watches);
  }

  static fromJSON(json: unknown): CanaryMetric {
    const state = new StateReader("canary-metric", json);
    const kind = state.text("metric", metricKinds);
    const alarm = PairTest.fromJSON(state.part("alarm"));
    if (alarm.shape.kind !== kind) throw new StatsError("canary-metric.alarm.metric", alarm.shape.kind, kind);
    const watches = restoredWatches(state, alarm);
    const plan = {
      lowerIsBetter: state.boolean("lowerIsBetter"),
      margin: at(watches, 0).margin,
      alpha: state.number("alpha"),
      certificateAlpha: state.number("certificateAlpha"),
      minRequests: state.number("minRequests"),
    };
    const metric = new CanaryMetric(plan, alarm, watches);
    [metric.baseline = 0, metric.canary = 0] = state.numbers("seen");
    return metric;
  }

  /** Takes what baseline and canary did in one batch. Throws StatsError on impossible numbers. */
  add(baseline: ArmBatch, canary: ArmBatch): this {
    this.alarm.add(baseline, canary);
    this.watches.forEach((watch, edge) => {
      if (baseline.kind === "tail" && canary.kind === "tail")
        watch.add(rateAbove(baseline, edge), rateAbove(canary, edge));
      else watch.add(baseline, canary);
    });
    this.baseline += sizeOf(baseline);
    this.canary += sizeOf(canary);
    return this;
  }

  get verdict(): CanaryVerdict {
    const { alpha, lowerIsBetter, minRequests } = this.plan;
    if (this.alarm.supLogE >= -Math.log(alpha)) return lowerIsBetter ? "High" : "Low";
    if (Math.min(this.baseline, this.canary) < Math.max(1, minRequests)) return "NoData";
    const { certificate } = this;
    return certificate !== undefined && certificate.supLogE >= certificate.bound ? "Pass" : "Undecided";
  }

  /** The verdict with the evidence for it. */
  get figures(): CanaryFigures {
    const { certificate, byEdge } = this;
    const { logE, supLogE, pValue } = this.alarm;
    return {
      verdict: this.verdict,
      seen: { baseline: this.baseline, canary: this.canary },
      alarm: { logE, supLogE, pValue, bound: -Math.log(this.plan.alpha) },
      effect: byEdge.length === 0 ? at(this.watches, 0).effect : effectFigures(effectProcess()),
      ...(certificate === undefined ? {} : { certificate }),
      ...(byEdge.length === 0 ? {} : { byEdge }),
    };
  }

  /** The weakest of the certificates: all must be held, so none of them needs a part of the error. */
  private get certificate(): CertificateFigures | undefined {
    const all = this.watches.flatMap(({ certificate }) => certificate ?? []);
    if (all.length === 0) return undefined;
    return {
      logE: Math.min(...all.map(({ logE }) => logE)),
      supLogE: Math.min(...all.map(({ supLogE }) => supLogE)),
      bound: -Math.log(this.plan.certificateAlpha),
    };
  }

  private get byEdge(): EdgeFigures[] {
    return this.alarm.byEdge.map((evidence, edge) => ({ ...evidence, effect: at(this.watches, edge).effect }));
  }

  toJSON(): CanaryMetricState {
    const { kind } = this.alarm.shape;
    const parts = this.watches.map((watch) => watch.toJSON());
    const certificates = parts.map(({ certificate }) => certificate);
    const effects = parts.map(({ effect }) => effect);
    return {
      kind: "canary-metric",
      version: 1,
      metric: kind,
      ...this.plan,
      seen: [this.baseline, this.canary],
      alarm: this.alarm.toJSON(),
      certificate: this.plan.margin === null ? null : kind === "tail" ? certificates : certificates[0],
      effect: kind === "tail" ? effects : effects[0],
    };
  }
}

interface FullPlan extends Required<Omit<CanaryOptions, "margin">> {
  readonly margin: Margin | null;
}

/** What an alarm's metric is compared by: its edges, or the one number that it has. */
function watchedIn({ shape }: PairTest): readonly unknown[] {
  return shape.kind === "tail" ? shape.edges : [shape.kind];
}

function restoredWatches(state: StateReader, alarm: PairTest): EffectWatch[] {
  if (alarm.shape.kind !== "tail") return [EffectWatch.fromJSON(state.part("effect"), state.part("certificate"))];
  const { length } = alarm.shape.edges;
  const listed = (field: string): readonly unknown[] => {
    const parts = state.list(field);
    if (parts.length !== length)
      throw new StatsError(`canary-metric.${field}.length`, parts.length, `${length}, one per edge`);
    return parts;
  };
  const effects = listed("effect");
  const certificates = state.part("certificate") === null ? effects.map(() => null) : listed("certificate");
  return effects.map((effect, edge) => EffectWatch.fromJSON(effect, at(certificates, edge)));
}

function sizeOf(batch: ArmBatch): number {
  return batch.kind === "count" ? batch.x : batch.n;
}
