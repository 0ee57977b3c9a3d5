import { figure, percentile } from "../percentiles.js";
import type { Load } from "../table.js";
import { circumstances } from "../table.js";
import type { KindFigures, Work } from "./applies.js";
import { phases, sum } from "./applies.js";
import { applyConcurrency } from "./client.js";
import { gatewayConnections } from "./gatewayRate.js";
import type { MemoryFigures } from "./memory.js";
import type { ReadyFigures } from "./ready.js";

/** Everything one run measured; what was left out is absent. */
export interface SandboxFigures {
  readonly ready?: ReadyFigures | undefined;
  readonly applies?: readonly KindFigures[] | undefined;
  readonly watched?: { readonly watchers: number; readonly applies: readonly KindFigures[] } | undefined;
  readonly memory?: MemoryFigures | undefined;
  readonly gateway?: Work | undefined;
}

const targets = { readyMs: 500, applies: 1_500, bytes: 1.5e9, gateway: 8_000 } as const;

/** The section of docs/benchmarks.md about this run, as Markdown. */
export function sandboxSection({ ready, applies, watched, memory, gateway }: SandboxFigures, load: Load): string {
  const parts = [
    introduction(load),
    ready && readyPart(ready),
    applies && `### Server-side apply\n\n${appliesPart(applies)}`,
    watched &&
      `### The same with ${watched.watchers} watches of the collection

Each watch has a connection of its own and is told of everything that is created or changed; the client counts what each
of them is told.

${appliesPart(watched.applies)}`,
    memory && memoryPart(memory),
    gateway && gatewayPart(gateway),
  ];
  return parts.filter((part) => part !== undefined).join("\n\n");
}

function introduction(load: Load): string {
  return `## The sandbox

\`npm run bench:sandbox\`. ${circumstances(load)}

Server and gateway are processes of their own; the client is another one. Rates come in two: by the clock, in which
whatever else the machine does has its part, and by the processor time that the measured process itself used, all its
threads together: what it does in a second that it has one core to itself.`;
}

function readyPart({ sandboxMs, sandboxCpuMs, serverMs, serverProcessMs }: ReadyFigures): string {
  const row = (what: string, sample: readonly number[], target?: number): string => {
    const median = percentile(sample, 0.5);
    const judged = target === undefined ? "" : `${target} ms (${median <= target ? "met" : "missed"})`;
    return `| ${what} | ${figure(median)} ms | ${figure(Math.max(...sample))} ms | ${judged} |`;
  };
  return `### Ready

Median and slowest of ${sandboxMs.length} starts. A sandbox is ready when all its controllers follow, its kinds are defined and its
gateway listens.

| start | median | slowest | target |
|---|---:|---:|---:|
${row("process start of `pointsman sandbox` to its word that it is ready", sandboxMs, targets.readyMs)}
${row("its processor time until then", sandboxCpuMs)}
${row("`startApiServer` in a process that has loaded it", serverMs, targets.readyMs)}
${row("start of that process to the same", serverProcessMs)}`;
}

function appliesPart(kinds: readonly KindFigures[]): string {
  const all = phases.map((phase) => sum(kinds.map(({ work }) => work[phase])));
  const total = sum(all);
  const isWatched = kinds.some(({ watchersBehindMs }) => watchersBehindMs !== undefined);
  const rows = kinds.map(({ kind, work, watchersBehindMs }) =>
    cells([kind, ...phases.map((phase) => rates(work[phase])), ...(isWatched ? [ms(watchersBehindMs)] : [])]),
  );
  return `${applyConcurrency} requests at a time, ${kinds[0]?.work.create.count ?? 0} objects of each kind: first new ones, then each with a change, then the same again.
Applies per second by the clock / by the server's processor time.

${cells(["kind", ...phases, ...(isWatched ? ["last watch told after the last reply"] : [])])}
|---|${"---:|".repeat(phases.length + (isWatched ? 1 : 0))}
${rows.join("\n")}
${cells(["all", ...all.map(rates), ...(isWatched ? [""] : [])])}

All together: ${judgedRates("applies", total, targets.applies)}.`;
}

function memoryPart({ routemaps, work, emptyBytes, residentBytes }: MemoryFigures): string {
  const isMet = residentBytes <= targets.bytes;
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return `### Many apps

${routemaps} routemaps with two versions each, ConfigMap, two Services and two Deployments, without Pods: ${work.count} objects, all by
server-side apply.

| figure | value | target |
|---|---:|---:|
| resident memory before | ${megabytes(emptyBytes)} MB | |
| resident memory with all of them | ${megabytes(residentBytes)} MB | ${megabytes(targets.bytes)} MB (${isMet ? "met" : "missed"}) |
| a routemap and its versions | ${((residentBytes - emptyBytes) / routemaps / 1e3).toFixed(1)} kB | |
| applies per second, by the clock / by the server's processor time | ${rates(work)} | |`;
}

function gatewayPart(work: Work): string {
  return `### The gateway

GET without a body, 200 bytes back, ${gatewayConnections} connections with one request at a time each, one HTTPRoute that shares out over
two Services; client and app are one process of bare sockets. In ${(work.ms / 1_000).toFixed(0)} s ${work.count} requests were answered:
${judgedRates("requests", work, targets.gateway)}.`;
}

/** By the clock is for reading; the target is one core's. */
function judgedRates(things: string, work: Work, target: number): string {
  const verdict = (rate: number): string => (rate >= target ? "met" : "missed");
  const { clock, core } = ratesOf(work);
  return `${clock.toFixed(0)} ${things} per second by the clock (${verdict(clock)}), ${core.toFixed(0)} by processor time (${verdict(core)}); target ${target}`;
}

function rates(work: Work): string {
  const { clock, core } = ratesOf(work);
  return `${clock.toFixed(0)} / ${core.toFixed(0)}`;
}

function ratesOf({ count, ms, cpuMs }: Work): { readonly clock: number; readonly core: number } {
  return { clock: (count / ms) * 1_000, core: (count / cpuMs) * 1_000 };
}

function ms(value: number | undefined): string {
  return value === undefined ? "" : `${value.toFixed(0)} ms`;
}

function cells(texts: readonly string[]): string {
  return `| ${texts.join(" | ")} |`;
}
