import { cpus } from "node:os";

import type { IdleFigures } from "./idle.js";
import { figure, percentile, summarise } from "./percentiles.js";
import type { Sample, Samples } from "./trials.js";

/** One contest: both floor scripts and the controller with so many routemaps. */
export interface Contest {
  readonly routemaps: number;
  readonly bare: Samples;
  readonly same: Samples;
  readonly controller: Samples;
}

/** Everything one run measured. */
export interface LatencyRun {
  readonly contests: readonly Contest[];
  readonly idle: IdleFigures | undefined;
  readonly idleRoutemaps: number;
  /** 1-minute load average at start and end. */
  readonly load: readonly [number, number];
}

/** The ratio of controller to floor that is aimed at. */
const ratioTarget = 1.25;

/** The section of docs/benchmarks.md about this run, as Markdown. */
export function latencySection({ contests, idle, idleRoutemaps, load }: LatencyRun): string {
  const from = { since: "reply", read: (sample: Sample): number => sample.reply } as const;
  const parts = [
    `## Latency of the controller

\`npm run bench:latency\`, against a real kube-apiserver and etcd without a controller manager. ${machine()}; load
average ${load.map((value) => value.toFixed(1)).join(" at the start, ")} at the end. The figures are of one run on a
shared 2-core machine: only ratios taken in the same run say something, and single milliseconds do not carry over.

The floor is a script that watches the one app and makes the same calls without any thought, over kept \`node:https\`
connections. It runs twice: once it writes a route of nothing but its spec (bare), once the object that the controller
writes, with label, annotation and owner reference (same object), which costs the API server more. The three take turns
on apps of their own. Times are milliseconds from the reply to the write of the Deployment's status to the moment an
independent watch shows the route; watchers may be told before that reply comes. Target: a ratio to the same object of at
most ${ratioTarget}.`,
    `### Readiness lost, route stored

One server-side apply with weight 0.`,
    table(contests, "loss", from.read),
    verdict(contests, "loss", from.read),
    `### Readiness gained, route raised

\`minStable: 0s\`. Finalizers on Deployment and Service, a live read of both, one apply.`,
    table(contests, "raise", from.read),
    verdict(contests, "raise", from.read),
    `### The same, from the sending of the status write

This includes the time the API server takes for the status write itself, as a user sees it.`,
    table(contests, "loss", (sample) => sample.send, "lost"),
    table(contests, "raise", (sample) => sample.send, "gained"),
    idle === undefined ? "" : idleTable(idle, idleRoutemaps),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  return `Machine: ${cpus().length} cores (${model}), Node ${process.versions.node}, ${process.platform}/${process.arch}`;
}

function table(
  contests: readonly Contest[],
  kind: "loss" | "raise",
  read: (sample: Sample) => number,
  title = "",
): string {
  const head = [
    `| ${title === "" ? "" : `${title}, `}routemaps | samples each | bare p50 / p99 | same object p50 / p99 | controller p50 / p99 | ratio to bare p50 / p99 | ratio to same object p50 / p99 |`,
    `|---:|---:|---:|---:|---:|---:|---:|`,
  ];
  const rows = contests.map(({ routemaps, ...contest }) => {
    const [bare, same, own] = [contest.bare, contest.same, contest.controller].map((samples) =>
      summarise(samples[kind].map(read)),
    );
    if (bare === undefined || same === undefined || own === undefined) throw new RangeError("a contestant is missing");
    const times = [bare, same, own].map(({ p50, p99 }) => `${figure(p50)} / ${figure(p99)}`);
    const ratios = [bare, same].map(
      (floor) => `${(own.p50 / floor.p50).toFixed(2)} / ${(own.p99 / floor.p99).toFixed(2)}`,
    );
    return `| ${[routemaps, own.samples, ...times, ...ratios].join(" | ")} |`;
  });
  return [...head, ...rows].join("\n");
}

function verdict(contests: readonly Contest[], kind: "loss" | "raise", read: (sample: Sample) => number): string {
  if (contests.length === 0) return "";
  const worst = (share: number): string => {
    const at = (samples: Samples): number => percentile(samples[kind].map(read), share);
    const ratio = Math.max(...contests.map(({ same, controller }) => at(controller) / at(same)));
    return `${ratio.toFixed(2)} (${ratio <= ratioTarget ? "met" : "missed"})`;
  };
  return `The largest ratio to the same object is ${worst(0.5)} at p50 and ${worst(0.99)} at p99.`;
}

function idleTable(idle: IdleFigures, routemaps: number): string {
  const [early, late] = [idle.residentBytes, idle.residentBytesLater].map((bytes) => (bytes / 1e6).toFixed(1));
  const startMs = [percentile(idle.startMs, 0.5), Math.max(...idle.startMs)].map((ms) => ms.toFixed(0));
  const startCpu = percentile(idle.startCpuMs, 0.5).toFixed(0);
  const seconds = (idle.windowMs / 1000).toFixed(0);
  return `### At rest

${routemaps} routemaps, every version ready, every route confirmed.

| figure | value | target |
|---|---:|---:|
| process start to \`/readyz\` 200, median of ${idle.startMs.length} starts | ${startMs[0] ?? ""} ms | 600 ms |
| the slowest of them | ${startMs[1] ?? ""} ms | |
| processor time until then, median | ${startCpu} ms | |
| resident memory after 10 s | ${early ?? ""} MB | 80 MB |
| resident memory ${seconds} s later | ${late ?? ""} MB | |
| writes besides the lease in ${seconds} s, own count | ${idle.writes} | 0 |
| objects changed in the namespace in ${seconds} s | ${idle.changed} | 0 |
| processor time in ${seconds} s | ${idle.cpuMs} ms | |`;
}
