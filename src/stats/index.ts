// The public names of `pointsman/stats`.
export type { Interval } from "./estimate/interval.js";
export type { QuantileOptions, Tails } from "./special/tails.js";
export type { Rng } from "./random.js";
export { betaDraw, binomialDraw, gammaDraw, normalDraw, poissonDraw, seededRng, Xoshiro128 } from "./random.js";
export { StatsError } from "./errors.js";

export { betaCdf, betaQuantile } from "./special/beta.js";
export { chiSquareCdf, gammaCdf, gammaQuantile } from "./special/gamma.js";
export { normalCdf, normalQuantile } from "./special/normal.js";
export { studentTCdf, studentTQuantile } from "./special/studentT.js";

export type { QuantileSource } from "./cells.js";
export { CoMoments } from "./coMoments.js";
export { counterIncrease } from "./counter.js";
export type { ClassicBucket, ExponentialHistogram } from "./histogram.js";
export { exceedances, sketchFromClassic, sketchFromExponential } from "./histogram.js";
export type { Summary } from "./moments.js";
export { Moments } from "./moments.js";
export { QuantileSketch } from "./sketch.js";

export { betaPosterior, gammaPosterior, meanPosterior } from "./bayes/observe.js";
export type { DiscountOptions } from "./bayes/discount.js";
export { discounted } from "./bayes/discount.js";
export { probabilityBestFeasible } from "./bayes/feasible.js";
export { expectedLoss, probabilityBest } from "./bayes/best.js";
export { probabilityTop } from "./bayes/rank.js";
export type { Posterior } from "./bayes/posterior.js";
export { posteriorCdf, posteriorMean, posteriorQuantile } from "./bayes/posterior.js";

export { cupedSummary, cupedTheta } from "./estimate/cuped.js";
export { newcombe } from "./estimate/difference.js";
export { clopperPearson, garwood, jeffreys, wilson } from "./estimate/proportion.js";
export { geometricRatio, logMoments, ratioOfLogs } from "./estimate/logScale.js";
export { clusteredQuantileInterval, quantileInterval, quantileSequence } from "./estimate/quantile.js";
export { fieller, ratioSummary } from "./estimate/ratio.js";
export type { WinsorLimits } from "./estimate/winsorise.js";
export { winsorise, winsorLimits } from "./estimate/winsorise.js";

export { brunnerMunzel } from "./tests/brunnerMunzel.js";
export { srmChiSquare } from "./tests/chiSquare.js";
export type { CountPair } from "./tests/eventRates.js";
export { eventRateTest } from "./tests/eventRates.js";
export { fisherExact } from "./tests/fisher.js";
export { levene } from "./tests/levene.js";
export { mannWhitney } from "./tests/mannWhitney.js";
export { eBenjaminiHochberg, holm } from "./tests/multiplicity.js";
export { twoProportionTest } from "./tests/twoProportions.js";
export { welchTest } from "./tests/welch.js";

export { BestArm, bestArm } from "./sequential/bestArm.js";
export { BinaryEProcess, binaryEProcess } from "./sequential/binary.js";
export { CountEProcess, countEProcess } from "./sequential/count.js";
export { Equivalence, equivalence } from "./sequential/equivalence.js";
export type { Evidence } from "./sequential/evidence.js";
export { logMeanExp, posteriorOfEffect } from "./sequential/evidence.js";
export { mixtureTau, normalMixtureBound, normalMixtureRho } from "./sequential/gaussianMixture.js";
export { groupSequentialBounds } from "./sequential/groupSequential.js";
export type { Margin } from "./sequential/margin.js";
export { MarginEProcess, marginEProcess } from "./sequential/margin.js";
export { MeanEProcess, meanEProcess } from "./sequential/mean.js";
export { MeanSloTest, meanSloTest } from "./sequential/meanSlo.js";
export type { ArmBatch, MetricKind, MetricShape } from "./sequential/metric.js";
export { PairTest } from "./sequential/pair.js";
export type { QuantileDifference, QuantilePairEvidence } from "./sequential/quantilePair.js";
export { quantileDifferenceSequence, quantilePairTest } from "./sequential/quantilePair.js";
export { RateEProcess, rateEProcess } from "./sequential/rate.js";
export { ratioSequence } from "./sequential/ratioSequence.js";
export { rateSequence } from "./sequential/rateSequence.js";
export { SloTest, sloTest } from "./sequential/slo.js";
export { SrmEProcess, srmEProcess } from "./sequential/srm.js";
export { SrmDirichlet, srmDirichlet } from "./sequential/srmDirichlet.js";
export { TailEProcess, tailEProcess } from "./sequential/tail.js";

export { minimumDetectableEffect, sampleSize, sequentialInformation, timeLeft } from "./power.js";

export type { Allocation, AllocationRequest } from "./traffic/allocate.js";
export { allocate } from "./traffic/allocate.js";
export { exp3Update } from "./traffic/bandit.js";
export type { Guards } from "./traffic/guards.js";
export { wholeWeights } from "./traffic/guards.js";
export { stratifiedPosteriors } from "./traffic/stratified.js";
export type { Arm, Strategy } from "./traffic/strategy.js";

export { CanaryMetric } from "./decision/canaryMetric.js";
export type { DecideAnswer, DecideRequest } from "./decision/decide.js";
export { decide } from "./decision/decide.js";
export { Experiment } from "./decision/experiment.js";
export type { ExperimentBatch, ExperimentPlan, MetricPlan } from "./decision/plan.js";
export { scoreCanary } from "./decision/score.js";
export { judgeSeries } from "./decision/series.js";
export type { Decision, Why } from "./decision/why.js";
