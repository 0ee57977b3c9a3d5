import type { Registry } from "prom-client";
import { collectDefaultMetrics } from "prom-client";

import type { WatchState } from "../kube/delta.js";
import type { RequestRecord } from "../kube/transport.js";
import type { ReleaseGround } from "../routing/actions.js";
import type { Leadership } from "../runtime/leadership.js";
import { Instruments } from "./instruments.js";
import type { QueueMetrics } from "./queueMetrics.js";
import { queueMetrics } from "./queueMetrics.js";
import type { ShowRoutemap } from "./routemapMetrics.js";
import { routemapMetrics } from "./routemapMetrics.js";

const requestBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];

/** What a right is about, as a ClusterRole says it. */
export interface PermissionLabels {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}

/** Why a finalizer went, and that nobody claimed its object. */
type Ground = ReleaseGround | "orphan";

const grounds: Readonly<Record<Ground, true>> = {
  proof: true,
  "nothing-left": true,
  "namespace-terminating": true,
  deadline: true,
  "single-version": true,
  "never-claimed": true,
  orphan: true,
};

/** What is measured besides what always is. */
export interface MetricsOptions {
  /** Whether each routemap gets series of its own. */
  readonly perRoutemap?: boolean;
  /** Bytes at which the kernel ends the process, where there is such a limit. */
  readonly memoryLimit?: number;
}

/** Where the controller reports what it does. Only `routemap` has labels that name a routemap. */
export interface Metrics {
  readonly queues: QueueMetrics;
  /** One finished request to the API server. */
  request(record: RequestRecord): void;
  leadership(name: string, leadership: Leadership): void;
  /** Routemaps by their Ready condition; replaces the counts before. */
  routemaps(counts: Readonly<Record<"True" | "False" | "Unknown", number>>): void;
  /** One write to the cluster, by kind and reason. */
  wrote(kind: string, reason: string): void;
  /** One finalizer that went, by what allowed it. */
  released(ground: string): void;
  /** A candidate was deleted in the foreground: its Pods go before its traffic can be returned. */
  deletedInForeground(): void;
  /** The state of the watch on a resource, for example "deployments.apps". */
  watch(resource: string, state: WatchState["state"]): void;
  /** A right that is needed is missing, or is no longer. The group of core resources is empty. */
  missingPermission(permission: PermissionLabels, missing: boolean): void;
  /** The configuration was read again. */
  configRead(valid: boolean): void;
  /** One routemap in numbers; there only if it was asked for. */
  readonly routemap?: ShowRoutemap;
}

/** All metrics of the controller in `registry`, with the process' own. Called once per registry. */
export function createMetrics(registry: Registry, version: string, options: MetricsOptions = {}): Metrics {
  const make = new Instruments(registry);
  collectDefaultMetrics({ register: registry });
  make.gauge("pointsman_build_info", "Always 1; the label tells the version", ["version"]).set({ version }, 1);
  const { perRoutemap = false, memoryLimit } = options;
  if (memoryLimit !== undefined)
    make.gauge("pointsman_memory_limit_bytes", "Memory at which the process is ended", []).set(memoryLimit);
  const master = make.gauge("leader_election_master_status", "1 while this process leads", ["name"]);
  return {
    queues: queueMetrics(make),
    request: requestMetrics(make),
    leadership: (name, { state }) => master.set({ name }, state === "leader" ? 1 : 0),
    ...routeMetrics(make),
    watch: watchMetrics(make),
    missingPermission: permissionMetrics(make),
    configRead: configMetrics(make),
    ...(perRoutemap ? { routemap: routemapMetrics(make) } : {}),
  };
}

/** client-go's names for requests. An answer that never came has the code "<error>", as there. */
function requestMetrics(make: Instruments): Metrics["request"] {
  const total = make.counter("rest_client_requests_total", "Requests to the API server", ["code", "method", "host"]);
  const time = make.histogram(
    "rest_client_request_duration_seconds",
    "Time until an answer of the API server began, watches left out",
    ["verb", "host"],
    requestBuckets,
  );
  return ({ code, method, host, verb, durationMs }) => {
    total.inc({ code: code === 0 ? "<error>" : String(code), method, host });
    if (verb !== "watch") time.observe({ verb, host }, durationMs / 1000);
  };
}

function routeMetrics(make: Instruments): Pick<Metrics, "routemaps" | "wrote" | "released" | "deletedInForeground"> {
  const routemaps = make.gauge("pointsman_routemaps", "Routemaps by their Ready condition", ["ready"]);
  const writes = make.counter("pointsman_writes_total", "Writes to the cluster", ["kind", "reason"]);
  const releases = make.counter("pointsman_releases_total", "Finalizers that went, by what allowed it", ["ground"]);
  // A rise from nothing to 1 is none to Prometheus: what an alert waits for has to be there before.
  for (const ground of Object.keys(grounds)) releases.inc({ ground }, 0);
  const foreground = make.counter(
    "pointsman_candidate_deleted_foreground_total",
    "Candidates deleted in the foreground, whose Pods go before their traffic can be returned",
    [],
  );
  return {
    routemaps(counts) {
      for (const [ready, count] of Object.entries(counts)) routemaps.set({ ready }, count);
    },
    wrote: (kind, reason) => writes.inc({ kind, reason }),
    released: (ground) => releases.inc({ ground }),
    deletedInForeground: () => foreground.inc(),
  };
}

function watchMetrics(make: Instruments): Metrics["watch"] {
  const gauge = make.gauge("pointsman_watch_state", "1 for the present state of each watch", ["resource", "state"]);
  const present = new Map<string, WatchState["state"]>();
  return (resource, state) => {
    const before = present.get(resource);
    if (before !== undefined && before !== state) gauge.remove({ resource, state: before });
    present.set(resource, state);
    gauge.set({ resource, state }, 1);
  };
}

/** A series only while the right is missing, so that an alert needs nothing but its presence. */
function permissionMetrics(make: Instruments): Metrics["missingPermission"] {
  const labels = ["verb", "group", "resource"] as const;
  const gauge = make.gauge("pointsman_missing_permission", "1 for each right that is needed and missing", labels);
  return ({ verb, group, resource }, missing) => {
    if (missing) gauge.set({ verb, group, resource }, 1);
    else gauge.remove({ verb, group, resource });
  };
}

function configMetrics(make: Instruments): Metrics["configRead"] {
  const valid = make.gauge("pointsman_config_valid", "1 if the configuration file was right when last read", []);
  const reads = make.counter("pointsman_config_reads_total", "Times a changed configuration was read", ["valid"]);
  return (right) => {
    valid.set(right ? 1 : 0);
    reads.inc({ valid: String(right) });
  };
}
