import type { Gauge } from "prom-client";

import type { RoutemapSeries } from "../routing/series.js";
import type { Instruments } from "./instruments.js";

/** Which routemap series are about. Another uid under the same name is another routemap. */
export interface RoutemapIdentity {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/** Shows a routemap as it is now; undefined once it is gone. */
export type ShowRoutemap = (routemap: RoutemapIdentity, series: RoutemapSeries | undefined) => void;

/** One series with its value. */
interface Sample {
  readonly value: number;
  set(): void;
  remove(): void;
}

/**
 * Gauges of each routemap: some ten series for one of two versions, so they are made only where they are asked for.
 * Series of what is no longer so are removed, never left at 0.
 */
export function routemapMetrics(make: Instruments): ShowRoutemap {
  const sample = sampler(make);
  const shown = new Map<string, { readonly uid: string; readonly samples: ReadonlyMap<string, Sample> }>();
  return ({ uid, namespace, name }, series) => {
    const key = `${namespace}/${name}`;
    const before = shown.get(key);
    // The end of a routemap may be told after the begin of the next one of its name.
    if (series === undefined && before?.uid !== uid) return;
    const samples = series === undefined ? new Map<string, Sample>() : sample(namespace, name, series);
    for (const [id, old] of before?.samples ?? []) if (!samples.has(id)) old.remove();
    for (const [id, now] of samples) if (before?.samples.get(id)?.value !== now.value) now.set();
    if (series === undefined) shown.delete(key);
    else shown.set(key, { uid, samples });
  };
}

function sampler(make: Instruments) {
  const common = ["namespace", "routemap"] as const;
  const ready = make.gauge("pointsman_routemap_ready", "1 for the present Ready status of a routemap", [
    ...common,
    "status",
  ]);
  const condition = make.gauge("pointsman_routemap_condition", "1 for each condition that holds, Ready left out", [
    ...common,
    "type",
  ]);
  const phase = make.gauge("pointsman_routemap_phase", "1 for the present phase of a version", [
    ...common,
    "version",
    "phase",
  ]);
  const weight = make.gauge(
    "pointsman_routemap_weight",
    "Relative weight of a version: wanted, stored in the routes, and confirmed by all their parents",
    [...common, "version", "state"],
  );
  return (namespace: string, routemap: string, series: RoutemapSeries): ReadonlyMap<string, Sample> => {
    const of = { namespace, routemap };
    const samples = new Map<string, Sample>();
    const add = (id: readonly string[], one: Sample): void => void samples.set(JSON.stringify(id), one);
    add(["ready", series.ready], sampleOf(ready, { ...of, status: series.ready }));
    for (const type of series.conditions) add(["condition", type], sampleOf(condition, { ...of, type }));
    for (const { name: version, ...facts } of series.versions) {
      add(["phase", version, facts.phase], sampleOf(phase, { ...of, version, phase: facts.phase }));
      for (const state of ["wanted", "stored", "confirmed"] as const) {
        const value = facts[state];
        if (value !== undefined) add(["weight", version, state], sampleOf(weight, { ...of, version, state }, value));
      }
    }
    return samples;
  };
}

function sampleOf<L extends string>(gauge: Gauge<L>, labels: Record<L, string>, value = 1): Sample {
  return { value, set: () => gauge.set(labels, value), remove: () => gauge.remove(labels) };
}
