import { cpus } from "node:os";

import { figure, percentile, summarise } from "./percentiles.js";

/** What one contest measured: both floor scripts and the controller with so many routemaps. */
export interface Contest<S> {
  readonly routemaps: number;
  readonly bare: S;
  readonly same: S;
  readonly controller: S;
}

/** 1-minute load average at start and end. */
export type Load = readonly [number, number];

/** Finds the times of a contestant, milliseconds. */
export type Times<S> = (samples: S) => readonly number[];

/** Where and under what load a run took place, and what its figures are good for. */
export function circumstances(load: Load): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const { versions, platform, arch } = process;
  return `Machine: ${cpus().length} cores (${model}), Node ${versions.node}, ${platform}/${arch}; load
average ${load.map((value) => value.toFixed(1)).join(" at the start, ")} at the end. The figures are of one run on a
shared 2-core machine: only ratios taken in the same run say something, and single milliseconds do not carry over.`;
}

/** A table of contests: the times of all three, and the controller's ratio to both floors. */
export function table<S>(contests: readonly Contest<S>[], times: Times<S>, title = ""): string {
  const head = [
    `| ${title === "" ? "" : `${title}, `}routemaps | samples each | bare p50 / p99 | same object p50 / p99 | controller p50 / p99 | ratio to bare p50 / p99 | ratio to same object p50 / p99 |`,
    `|---:|---:|---:|---:|---:|---:|---:|`,
  ];
  const rows = contests.map(({ routemaps, ...contest }) => {
    const bare = summarise(times(contest.bare));
    const same = summarise(times(contest.same));
    const own = summarise(times(contest.controller));
    const cells = [bare, same, own].map(({ p50, p99 }) => `${figure(p50)} / ${figure(p99)}`);
    const ratios = [bare, same].map(
      (floor) => `${(own.p50 / floor.p50).toFixed(2)} / ${(own.p99 / floor.p99).toFixed(2)}`,
    );
    return `| ${[routemaps, own.samples, ...cells, ...ratios].join(" | ")} |`;
  });
  return [...head, ...rows].join("\n");
}

/** The largest ratio to the same object as a sentence; with a `target` also whether it was met. */
export function verdict<S>(contests: readonly Contest<S>[], times: Times<S>, target?: number): string {
  if (contests.length === 0) return "";
  const worst = (share: number): string => {
    const at = (samples: S): number => percentile(times(samples), share);
    const ratio = Math.max(...contests.map(({ same, controller }) => at(controller) / at(same)));
    return ratio.toFixed(2) + (target === undefined ? "" : ratio <= target ? " (met)" : " (missed)");
  };
  return `The largest ratio to the same object is ${worst(0.5)} at p50 and ${worst(0.99)} at p99.`;
}
