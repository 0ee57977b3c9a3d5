import type { WeightSample } from "../../../routing/controller/weightHistory.js";
import { shares } from "./format.js";

/** Which weights a chart shows. */
export type WeightKind = "wanted" | "stored" | "confirmed";

/** Times in seconds since the epoch and, per version, shares in percent at them; null where nothing is known. */
export interface ChartData {
  readonly versions: readonly string[];
  readonly times: readonly number[];
  readonly shares: readonly (readonly (number | null)[])[];
}

/** A history as lines of a chart, which hold each value until the next; the last one lasts until `now`, milliseconds. */
export function chartData(history: readonly WeightSample[], kind: WeightKind, now: number): ChartData {
  const versions = [...new Set(history.flatMap((sample) => sample.versions))];
  const points = history.map((sample) => ({ at: sample.at / 1000, percent: percents(sample, kind) }));
  const last = points.at(-1);
  if (last !== undefined && now / 1000 > last.at) points.push({ at: now / 1000, percent: last.percent });
  return {
    versions,
    times: points.map(({ at }) => at),
    shares: versions.map((name) =>
      points.map(({ percent }) => percent?.get(name) ?? (percent === undefined ? null : 0)),
    ),
  };
}

function percents(sample: WeightSample, kind: WeightKind): ReadonlyMap<string, number> | undefined {
  const weights = sample[kind];
  if (weights === undefined) return undefined;
  const parts = shares(weights);
  return new Map(sample.versions.map((name, index) => [name, parts[index] ?? 0]));
}
