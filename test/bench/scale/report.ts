import { figure, percentile } from "../percentiles.js";
import type { Load } from "../table.js";
import { circumstances } from "../table.js";
import type { ZeroTime } from "./deletions.js";
import type { ShiftFigures, ShiftTurn } from "./shift.js";
import { slopeOf } from "./slope.js";
import type { SoakFigures } from "./soak.js";
import type { StartFigures } from "./start.js";
import { mega } from "./start.js";
import type { Pressure, StormFigures } from "./storm.js";

/** Everything one run measured. `embedded`: on the project's own API server. */
export interface ScaleFigures {
  readonly embedded: boolean;
  readonly start?: StartFigures | undefined;
  readonly storm?: StormFigures | undefined;
  readonly shift?: ShiftFigures | undefined;
  readonly soak: SoakFigures | undefined;
}

/** The targets, in the units of the tables. */
const targets = {
  memory: 256e6,
  readyMs: 20_000,
  cores: 1,
  queueSeconds: 1,
  zeroMs: 150,
  shiftMs: 4000,
  shiftShare: 0.8,
  slope: 1,
} as const;

/** The section of docs/benchmarks.md about this run, as Markdown. */
export function scaleSection({ embedded, start, storm, shift, soak }: ScaleFigures, load: Load): string {
  const server = embedded
    ? "the project's own API server in a process of its own"
    : "a real kube-apiserver and etcd without a controller manager";
  const head = `## Scale

\`npm run bench:scale\`, against ${server}, all of it and the scripts on
the same machine. ${circumstances(load)}

An app is a routemap, and of each of two versions a Deployment, a headless Service and an EndpointSlice, all ready; with
the route it makes eight objects. A stand-in for a gateway, a process of its own, accepts every generation of every route.
The configuration is the default one. *Bare* is a script without any thought that applies the route that the controller
would write, 32 at a time over kept \`node:https\` connections. MB are millions of bytes.`;
  const parts = [
    head,
    start === undefined ? "" : startPart(start),
    storm === undefined ? "" : stormPart(storm),
    storm === undefined ? "" : deletionPart(storm),
    shift === undefined ? "" : shiftPart(shift),
    soak === undefined ? "" : soakPart(soak),
    history,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** What earlier runs of this benchmark found and what was done about it; figures as they were printed then. */
const history = `### What these measurements changed

| change | before | after |
|---|---:|---:|
| heap of a routemap of two versions, its six objects and its route (500 in one process with an API server in memory): caches are packed, readings and parsed templates are not kept twice | 29.0 kB | 15.7 kB |
| resident memory of a leader with 200 routemaps at rest: the heap grows by a fifth before it is collected | 153 MB | 86 MB |
| processor time of that leader until then | 5.0 s | 6.0 s |
| start with 10000 routemaps on a machine with a load of 15 to 20: no turn of the event loop is as long as all claims take | leadership lost after 21 s | kept |
| heap of a leader with 2000 routemaps at rest, by a snapshot: caches keep of an object what differs from the first of its kind, deflated (a Deployment 839 bytes, then 77); statuses, readings and the routemaps themselves too | 71.7 MB | 57.3 MB |
| the stores among it | 20.4 MB | 10.1 MB |
| raises in a storm that saturates the controller: every eighth turn is that of the key that has waited longest (since then only of one that has waited for 5 s, not measured again) | one not within 60 s | p99 3.5 s |
| a look for each event that changes no plan, storm of 1000 events a second on the project's own API server: runs of routemaps in the calm 24 s | 21297 | 0 |
| processor of the controller in it, calm and busy | 0.92 and 0.95 cores | 0.26 and 0.35 cores |
| deletion in it, from the watch's event, p99 | 169 ms | 17.5 ms |
| the same with 10 000 routemaps on kube-apiserver (275, then 491 events a second) | 1852 ms | 587 ms |
| resident memory at rest, 2000 routemaps: a calm process compacts its heap | 175 MB | 132 MB |
| the same, and with 10 000: keys in one piece, lists without spare room, the journal and the history of weights as text, a ConfigMap once instead of twice | 132 and 262 MB | 119 and 219 MB |
| processor time of a leader that takes up 2000 routemaps: the young generation may take 8 MB instead of 4 (with 16: 35.5 s; one run each, in a row) | 46.6 s | 33.7 s |
| the same runs: its processor time for a route that is shifted by annotation and by template, three turns | 8.8 and 6.8, 8.6 and 4.8, 7.1 and 4.9 ms | 7.6 and 5.2, 5.5 and 3.4, 5.8 and 3.3 ms |`;

/** Where nothing waited there is no percentile. */
function waitRow({ runs, queueP99 }: Pressure): readonly string[] {
  const value = runs === 0 ? 0 : queueP99;
  return [
    "wait in the queue, p99",
    runs === 0 ? "nothing waited" : `at most ${queueP99} s`,
    most(value, targets.queueSeconds, "1 s"),
  ];
}

function startPart({ routemaps, seedMs, bareCreates, bareUpdates, adoption, standby, takeover }: StartFigures): string {
  const bareMs = (routemaps / bareCreates) * 1000;
  const each = (count: number): string => (count / routemaps).toFixed(1);
  const rows = [
    ["objects, routes included", String(8 * routemaps), ""],
    ["creating them by script", seconds(seedMs), ""],
    ["bare applies that create a route, a second", bareCreates.toFixed(0), ""],
    ["bare applies that change one, a second", bareUpdates.toFixed(0), ""],
    [
      "first replica: process start to synced caches",
      seconds(adoption.readyMs),
      most(adoption.readyMs, targets.readyMs, "20 s"),
    ],
    ["every route stored, from leadership on", seconds(adoption.storedMs), ""],
    ["ratio to bare creates of as many", (adoption.storedMs / bareMs).toFixed(2), ""],
    ["at rest, from leadership on", seconds(adoption.restMs), ""],
    ["requests for a routemap until then", each(adoption.requests), ""],
    ["writes among them, new Events left out", each(adoption.writes), ""],
    ["requests a second", ((adoption.requests / adoption.restMs) * 1000).toFixed(0), ""],
    ["its processor time until then", seconds(adoption.cpuMs), ""],
    ["its resident memory at rest", mega(adoption.memory.now), most(adoption.memory.now, targets.memory, "256 MB")],
    ["the most it ever had", mega(adoption.memory.peak), ""],
    ...(standby === undefined
      ? []
      : [
          [
            "standby: process start to synced caches",
            seconds(standby.readyMs),
            most(standby.readyMs, targets.readyMs, "20 s"),
          ],
          ["its processor time until then", seconds(standby.readyCpuMs), ""],
          ["its resident memory at rest", mega(standby.memory.now), most(standby.memory.now, targets.memory, "256 MB")],
          ["the most it ever had", mega(standby.memory.peak), ""],
        ]),
    ...(takeover === undefined
      ? []
      : [
          ["it leads, after SIGTERM to the leader", seconds(takeover.leadMs), ""],
          ["it is at rest", seconds(takeover.restMs), ""],
          ["requests for a routemap", each(takeover.requests), ""],
          ["writes, all together", String(takeover.writes), atMost(takeover.writes, 0, "0")],
          [
            "its resident memory at rest",
            mega(takeover.memory.now),
            most(takeover.memory.now, targets.memory, "256 MB"),
          ],
          ["the most it ever had", mega(takeover.memory.peak), ""],
        ]),
  ];
  return `### ${routemaps} routemaps

One replica finds them without routes, holds each version, and writes every route once. Then a second one starts as a
standby, and takes over: it reads every route and every held object once.

${listing(rows)}`;
}

function stormPart({ ms, load, calm, busy, granted, lost, gained, memory }: StormFigures): string {
  const rows = [
    ["status writes a second that were asked for", String(load.asked), ""],
    ["that the API server took, each an event", load.taken.toFixed(0), ""],
    ["refused", String(load.refused), ""],
    ["reply to such a write, p50 / p99", `${figure(load.p50)} / ${figure(load.p99)} ms`, ""],
    [
      `calm, ${seconds(calm.ms)}: processor of the controller`,
      cores(calm.cores),
      most(calm.cores, targets.cores, "1 core"),
    ],
    ["its writes", String(calm.writes), atMost(calm.writes, 0, "0")],
    ["runs of routemaps", String(calm.runs), ""],
    waitRow(calm),
    [
      `busy, ${seconds(busy.ms)}: processor of the controller`,
      cores(busy.cores),
      most(busy.cores, targets.cores, "1 core"),
    ],
    ["its writes", String(busy.writes), ""],
    ["runs of routemaps", String(busy.runs), ""],
    waitRow(busy),
    ...grantedRows(granted),
    [`readiness lost ${lost.length} times, weight 0 stored, p50 / p99`, times(lost), ""],
    [`readiness gained ${gained.length} times, weight stored (3 s of it \`minStable\`), p50 / p99`, times(gained), ""],
    ["resident memory at the end", mega(memory.now), most(memory.now, targets.memory, "256 MB")],
    ["the most it ever had", mega(memory.peak), ""],
  ];
  return `### A storm of events

For ${(ms / 60_000).toFixed(1)} minutes a script writes the status of Deployments all over the fleet in a way that changes nothing for any
gate. It does nothing else for the first fifth (calm); then (busy) twenty candidates lose and gain readiness over and over,
and candidates are deleted, see below. The times are from the sending of the status write to a watch that shows the route.

${listing(rows)}`;
}

function grantedRows(granted: StormFigures["granted"]): readonly (readonly string[])[] {
  if (granted === undefined) return [];
  const { requests, revisions } = granted;
  return [
    ["writes of routes, routemaps and Services that were granted, by whomever", String(requests), ""],
    ["revisions they came to", String(revisions), ""],
    ["so that changed nothing", String(requests - revisions), atMost(requests - revisions, 0, "0")],
  ];
}

function deletionPart({ deletions, bareDeletions }: StormFigures): string {
  if (deletions.length === 0) return "";
  const row = (name: string, read: (time: ZeroTime) => number, target?: number): readonly string[] => {
    const [ours, bare] = [deletions.map(read), bareDeletions.map(read)];
    const p99 = percentile(ours, 0.99);
    const ratio = [0.5, 0.99]
      .map((share) => (percentile(ours, share) / percentile(bare, share)).toFixed(2))
      .join(" / ");
    return [name, times(bare), times(ours), ratio, target === undefined ? "" : most(p99, target, `${target} ms`)];
  };
  const rows = [
    row("from the watch's event", ({ event }) => event, targets.zeroMs),
    row("from the reply to the DELETE", ({ replied }) => replied),
    row("from the sending of the DELETE", ({ sent }) => sent, targets.zeroMs),
  ];
  return `### Deleted in the storm, weight 0 stored

${deletions.length} candidates, Service first, by turns with ${bareDeletions.length} of a script that applies weight 0 as soon as its watch, of that one
Service, tells of the deletion. Milliseconds until a watch of all routes showed the weight.

| time | bare p50 / p99 | controller p50 / p99 | ratio p50 / p99 | target of p99 |
|---|---:|---:|---:|---:|
${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}`;
}

function shiftPart({ routes, templates, turns, lost }: ShiftFigures): string {
  const row = (name: string, bare: keyof ShiftTurn, ours: keyof ShiftTurn): string => {
    const [floor, own] = [bare, ours].map((key) => turns.map((turn) => turn[key]));
    const share = percentile(floor ?? [], 0.5) / percentile(own ?? [], 0.5);
    const middle = percentile(own ?? [], 0.5);
    const rate = (routes / middle) * 1000;
    const cells = [
      name,
      (floor ?? []).map((ms) => ms.toFixed(0)).join(", "),
      (own ?? []).map((ms) => ms.toFixed(0)).join(", "),
      rate.toFixed(0),
      `${(share * 100).toFixed(0)} % (${share >= targets.shiftShare ? "met" : "missed"})`,
      most(middle, targets.shiftMs, "4 s"),
    ];
    return `| ${cells.join(" | ")} |`;
  };
  return `### ${routes} routes at once

By annotation: a script annotates ${routes} Services with a new weight, 32 at a time; bare, it applies the route after each
annotation. By template: a script edits ${templates} shared templates that ${routes} routemaps refer to; bare, it applies ${routes} routes and
nothing else. The controller also writes the status of each routemap and an Event, which bare does not. Milliseconds from
the first request to the last route that a watch showed, ${turns.length} turns; target: 80 % of bare, 4 s.

| change | bare | controller | routes a second | share of bare | target |
|---|---:|---:|---:|---:|---:|
${row("by annotation", "bareAnnotations", "annotations")}
${row("by template", "bareApplies", "templates")}

Routes that were not as they should be at the end: ${lost}.`;
}

function soakPart(soak: SoakFigures): string {
  const { ms, routemaps, changes, requests, failed, samples, unhandled, healedMs, writesOfFresh } = soak;
  const warm = samples.filter(({ at }) => at >= ms / 3);
  const slope = slopeOf(warm.map(({ at, residentBytes }) => [at / 3_600_000, residentBytes / 1e6]));
  const files = warm.map(({ openFiles }) => openFiles);
  const rows = [
    ["changes by chance: readiness, weight, deletion and return", String(changes), ""],
    ["requests of the controller through the proxy", String(requests), ""],
    ["of its requests not answered with success", String(failed), ""],
    [
      "resident memory after a third / at the end",
      `${mega(warm[0]?.residentBytes ?? NaN)} / ${mega(warm.at(-1)?.residentBytes ?? NaN)}`,
      "",
    ],
    ["slope over the last two thirds", `${slope.toFixed(1)} MB/h`, most(slope, targets.slope, "1 MB/h")],
    ["open file descriptors, least / most", `${Math.min(...files)} / ${Math.max(...files)}`, ""],
    ["unhandled rejections", String(unhandled), atMost(unhandled, 0, "0")],
    ["all routes as planned after the faults ended", seconds(healedMs), most(healedMs, 10_000, "10 s")],
    ["writes of a fresh process that finds this state", String(writesOfFresh), atMost(writesOfFresh, 0, "0")],
  ];
  return `### Soak

${routemaps} routemaps of one namespace for ${(ms / 60_000).toFixed(1)} minutes behind a proxy that resets, delays, refuses, loses and truncates at random,
cuts watches, doubles and swaps events; five changes a second. The slope of a few minutes says little: the target is one of
days.

${listing(rows)}`;
}

function listing(rows: readonly (readonly string[])[]): string {
  return ["| figure | value | target |", "|---|---:|---:|", ...rows.map((cells) => `| ${cells.join(" | ")} |`)].join(
    "\n",
  );
}

function most(value: number, limit: number, words: string): string {
  return atMost(value, limit, `≤ ${words}`);
}

function atMost(value: number, limit: number, words: string): string {
  return `${words} (${value <= limit ? "met" : "missed"})`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function cores(value: number): string {
  return `${value.toFixed(2)} cores`;
}

function times(sample: readonly number[]): string {
  return sample.length === 0 ? "none" : `${figure(percentile(sample, 0.5))} / ${figure(percentile(sample, 0.99))} ms`;
}
