import type { IdleFigures } from "./idle.js";
import { percentile } from "./percentiles.js";
import type { Contest, Load } from "./table.js";
import { circumstances, table, verdict } from "./table.js";
import type { Sample, Samples } from "./trials.js";

/** Everything one run measured. */
export interface LatencyRun {
  readonly contests: readonly Contest<Samples>[];
  readonly idle: IdleFigures | undefined;
  readonly idleRoutemaps: number;
}

/** The ratio of controller to floor that is aimed at. */
const ratioTarget = 1.25;

/** The section of docs/benchmarks.md about this run, as Markdown. */
export function latencySection({ contests, idle, idleRoutemaps }: LatencyRun, load: Load): string {
  const reply = ({ reply }: Sample): number => reply;
  const send = ({ send }: Sample): number => send;
  const lost = (read: (sample: Sample) => number) => (samples: Samples) => samples.loss.map(read);
  const gained = (read: (sample: Sample) => number) => (samples: Samples) => samples.raise.map(read);
  const parts = [
    `## Latency of the controller

\`npm run bench:latency\`, against a real kube-apiserver and etcd without a controller manager. ${circumstances(load)}

The floor is a script that watches the one app and makes the same calls without any thought, over kept \`node:https\`
connections. It runs twice: once it writes a route of nothing but its spec (bare), once the object that the controller
writes, with label, annotation and owner reference (same object), which costs the API server more. The three take turns
on apps of their own. Times are milliseconds from the reply to the write of the Deployment's status to the moment an
independent watch shows the route; watchers may be told before that reply comes. Target: a ratio to the same object of at
most ${ratioTarget}.`,
    `### Readiness lost, route stored

One server-side apply with weight 0.`,
    table(contests, lost(reply)),
    verdict(contests, lost(reply), ratioTarget),
    `### Readiness gained, route raised

\`minStable: 0s\`. Finalizers on Deployment and Service, a live read of both, one apply.`,
    table(contests, gained(reply)),
    verdict(contests, gained(reply), ratioTarget),
    `### The same, from the sending of the status write

This includes the time the API server takes for the status write itself, as a user sees it.`,
    table(contests, lost(send), "lost"),
    table(contests, gained(send), "gained"),
    idle === undefined ? "" : idleTable(idle, idleRoutemaps),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
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
