import { setMaxListeners } from "node:events";
import { hostname, totalmem } from "node:os";

import { Registry } from "prom-client";
import type { Observable, Subscription } from "rxjs";
import { filter, map, NEVER, Subject } from "rxjs";

import { systemClock } from "./base/clock.js";
import type { PointsmanError } from "./base/errors.js";
import { formatProblem } from "./base/problem.js";
import { systemRandom } from "./base/random.js";
import type { Result } from "./base/result.js";
import { fail, ok } from "./base/result.js";
import { version } from "./base/version.js";
import type { ControllerRun } from "./cli/controller.js";
import type { ControllerConfig } from "./config/config.js";
import { watchConfig } from "./config/load.js";
import type { Api } from "./kube/api.js";
import { createApi } from "./kube/client.js";
import type { ClusterCredentials } from "./kube/credentials.js";
import { Discovery } from "./kube/discovery.js";
import { EventRecorder } from "./kube/events.js";
import { loadCredentials } from "./kube/kubeconfig.js";
import { createLeaseStore } from "./kube/leases.js";
import { groupResourceOf } from "./kube/resource.js";
import { Transport } from "./kube/transport.js";
import { checkConfig } from "./routing/checkConfig.js";
import { RouteController } from "./routing/controller/controller.js";
import { Happenings, keeping } from "./routing/controller/happenings.js";
import type { JournalSink } from "./routing/controller/journal.js";
import type { PermissionNews } from "./routing/controller/permissions.js";
import { Health, loopWatchdog } from "./runtime/health.js";
import { LeaderElection } from "./runtime/leaderElection.js";
import type { Leadership } from "./runtime/leadership.js";
import type { Logger } from "./runtime/log.js";
import { createLogger, runLogger } from "./runtime/log.js";
import { CalmCompaction } from "./runtime/calmCompaction.js";
import { Rush } from "./runtime/rush.js";
import { installShutdown } from "./runtime/shutdown.js";
import { soleLeader } from "./runtime/soleLeader.js";
import { v8Heap } from "./runtime/v8Heap.js";
import { formatAddress } from "./server/address.js";
import { serveDashboard } from "./server/dashboard/serve.js";
import type { RunningServer } from "./server/http.js";
import { listen } from "./server/http.js";
import type { Metrics } from "./server/metrics.js";
import { createMetrics } from "./server/metrics.js";
import { operationsRoutes } from "./server/operations.js";

const leaseName = "pointsman";

/** Below this difference our wall clock and the API server's count as equal, milliseconds: `Date` has whole seconds. */
const clockTolerance = 2000;

/**
 * Builds the controller out of its parts and runs it until it is told to stop or loses its lease; returns the exit code.
 * `dashboardFolder` is where the build has put the dashboard's page.
 */
export async function runController(run: ControllerRun, dashboardFolder: string): Promise<number> {
  const log = createLogger(run.logLevel);
  const shutdown = installShutdown(process, systemClock, {
    stopping: (signal) => log.info({ signal }, "stopping"),
    forced: (reason, error) => log.fatal({ reason, error }, "forced end"),
  });
  try {
    const problems = checkConfig(run.config);
    for (const problem of problems) log.fatal({ file: run.configFile }, formatProblem(problem));
    if (problems.length > 0) return 1;
    const credentials = await findCredentials(run);
    if (credentials.ok) return await serve(run, credentials.value, log, dashboardFolder, shutdown.signal);
    log.fatal({ code: credentials.error.code }, credentials.error.message);
    return 1;
  } finally {
    shutdown.release();
  }
}

function findCredentials(run: ControllerRun): Promise<Result<ClusterCredentials, PointsmanError>> {
  const explicit = run.kubeconfig === undefined ? {} : { kubeconfig: run.kubeconfig };
  return loadCredentials({ ...explicit, env: run.env, allowDefault: false, clock: systemClock });
}

/** Everything that lives as long as the process. */
interface Process {
  readonly run: ControllerRun;
  readonly credentials: ClusterCredentials;
  readonly log: Logger;
  readonly registry: Registry;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly dashboardFolder: string;
}

async function serve(
  run: ControllerRun,
  credentials: ClusterCredentials,
  log: Logger,
  dashboardFolder: string,
  signal: AbortSignal,
): Promise<number> {
  const registry = new Registry();
  const host: Process = {
    run,
    credentials,
    log,
    registry,
    metrics: createMetrics(registry, version, { perRoutemap: run.routemapMetrics, ...memoryLimit() }),
    health: new Health(),
    dashboardFolder,
  };
  const watched = new AbortController();
  host.health.set("live", "event loop", loopWatchdog(systemClock, watched.signal));
  try {
    return await operate(host, signal);
  } finally {
    // Its timer would keep the process alive after a lost lease.
    watched.abort();
  }
}

/** The control group's limit; what the kernel calls unlimited is more than any machine has. */
function memoryLimit(): { readonly memoryLimit?: number } {
  const limit = process.constrainedMemory();
  return limit > 0 && limit <= totalmem() ? { memoryLimit: limit } : {};
}

async function operate(host: Process, signal: AbortSignal): Promise<number> {
  const { run, credentials, log } = host;
  const server = await listenForOperations(host);
  if (!server.ok) {
    log.fatal({ code: server.error.code }, server.error.message);
    return 1;
  }
  log.info(
    { version, scope: run.scope, address: server.value.address, server: credentials.server },
    "pointsman controller",
  );
  const code = await control(host, signal);
  await server.value.close();
  return code;
}

async function listenForOperations(host: Process): Promise<Result<RunningServer, PointsmanError>> {
  const server = await listen(host.run.httpAddress, {
    routes: operationsRoutes(host.health, host.registry),
    clock: systemClock,
    onError: (error, path) => host.log.error({ error, path }, "request failed"),
  });
  return server.ok ? ok(server.value) : fail(server.error);
}

async function control(host: Process, signal: AbortSignal): Promise<number> {
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  signal.addEventListener("abort", () => ending.abort(), { once: true });
  const election = elect(host);
  const refusals = new Subject<undefined>();
  const transport = new Transport({
    ...common(host),
    gate: election.writeGate,
    onRequest(record) {
      host.metrics.request(record);
      if (record.code === 403) refusals.next(undefined);
    },
  });
  let lost: string | undefined;
  const watching = election.leadership$.subscribe((state) => {
    host.metrics.leadership("pointsman", state);
    host.log.info({ ...state }, "leadership");
    if (state.state !== "lost") return;
    lost = state.reason;
    transport.abortWrites(state.reason);
    ending.abort();
  });
  const failure = await work(host, transport, election, refusals, ending.signal);
  await election.end();
  watching.unsubscribe();
  transport.close();
  if (lost !== undefined) host.log.fatal({ reason: lost }, "leadership was lost");
  if (failure !== undefined) host.log.fatal({ code: failure.code }, failure.message);
  return lost === undefined && failure === undefined ? 0 : 1;
}

/** Runs the route controller and the event recorder until `signal` aborts; the failure is why they could not be run. */
async function work(
  host: Process,
  transport: Transport,
  election: Election,
  refusals$: Observable<unknown>,
  signal: AbortSignal,
): Promise<PointsmanError | undefined> {
  const { run, log, metrics } = host;
  const api = createApi(transport);
  const happenings = new Happenings();
  const serverTimeOffset = (): number => significant(transport.serverTimeOffset());
  const sink = journalSink(log, metrics);
  const reporter = { controller: "pointsman", instance: run.podName ?? hostname() };
  const rush = new Rush(systemClock);
  const events = new EventRecorder({ api, clock: systemClock, reporter, isBusy: () => rush.on });
  const controller = new RouteController({
    api,
    discovery: new Discovery(api, systemClock),
    clock: systemClock,
    random: systemRandom,
    config: run.config,
    ...(run.scope.kind === "namespace" ? { namespace: run.scope.namespace } : {}),
    ...(run.leaderElection.enabled ? { lease: { namespace: run.leaderElection.namespace, name: leaseName } } : {}),
    refusals$,
    rush,
    events,
    sink: run.dashboard === undefined ? sink : keeping(sink, happenings, () => systemClock.now() + serverTimeOffset()),
    observer: metrics.queues.observer("routemap"),
    serverTimeOffset,
  });
  const dashboard = await openDashboard(host, controller, happenings, api, signal);
  if (!dashboard.ok) return dashboard.error;
  host.health.set("ready", "caches", () =>
    controller.watches.started() ? undefined : "the first lists are not complete",
  );
  metrics.queues.track("routemap", controller.queue);
  metrics.configRead(true);
  const told = tellWatches(host, controller);
  const working = controller.run(election.leadership$, configChanges(host, signal), signal);
  await Promise.all([working, events.run(signal), compactWhenCalm(signal)]);
  told.unsubscribe();
  await dashboard.value?.close();
  return undefined;
}

async function compactWhenCalm(signal: AbortSignal): Promise<void> {
  const heap = v8Heap();
  if (heap !== undefined) await new CalmCompaction(systemClock, heap).run(signal);
}

/** Tells how the watches and our rights are. */
function tellWatches(host: Process, { watches, permissions }: RouteController): Subscription {
  const told = watches.states$.subscribe(({ role, groupResource, state }) => {
    host.metrics.watch(`${role}/${groupResource}`, state.state);
    if (state.state === "forbidden") host.log.warn({ resource: groupResource }, state.message);
  });
  told.add(permissions.news$.subscribe((news) => tellRights(host, news)));
  return told;
}

/** Where nobody asked for the address and it is taken, the controller works without a dashboard. */
async function openDashboard(
  { run, log, dashboardFolder: folder }: Process,
  controller: RouteController,
  happenings: Happenings,
  api: Api,
  signal: AbortSignal,
): Promise<Result<RunningServer | undefined, PointsmanError>> {
  if (run.dashboard === undefined) return ok(undefined);
  const { address, auth, usual } = run.dashboard;
  const onError = (error: unknown, where: string): void => log.error({ error, where }, "dashboard");
  const common = { controller, happenings, api, clock: systemClock, version, onError };
  const server = await serveDashboard({ ...common, address, auth, folder }, signal);
  if (server.ok)
    log.info({ url: `http://${formatAddress({ host: "localhost", ...server.value.address })}/`, auth }, "dashboard");
  else if (usual) log.warn({ code: server.error.code }, `no dashboard: ${server.error.message}`);
  else return server;
  return ok(server.ok ? server.value : undefined);
}

/** A right that is missing is a line and a series, until it is there. */
function tellRights({ log, metrics }: Process, news: PermissionNews): void {
  if (news.type === "unanswered") {
    log.warn({ error: news.error.message }, "cannot ask what this account may do (SelfSubjectAccessReview)");
    return;
  }
  for (const { permission, deniedIn } of news.appeared) {
    const { verb, why, role, namespace = [...(deniedIn ?? [])].join(", ") } = permission;
    const resource = groupResourceOf(permission);
    const where = namespace === "" ? "in all namespaces" : `in ${namespace}`;
    const fix = `bind the role ${role} to this account, or add the verb to it (docs/install.md)`;
    log.warn({ verb, resource, namespace, why, fix }, `missing permission: may not ${verb} ${resource} ${where}`);
    metrics.missingPermission(permission, true);
  }
  for (const permission of news.over) {
    const { verb } = permission;
    const resource = groupResourceOf(permission);
    log.info({ verb, resource }, `permission no longer missing: ${verb} ${resource}`);
    metrics.missingPermission(permission, false);
  }
}

function common(
  host: Process,
): Pick<ConstructorParameters<typeof Transport>[0], "credentials" | "clock" | "random" | "userAgent"> {
  return { credentials: host.credentials, clock: systemClock, random: systemRandom, userAgent: `pointsman/${version}` };
}

function significant(offset: number | undefined): number {
  return offset === undefined || Math.abs(offset) < clockTolerance ? 0 : offset;
}

interface Election {
  readonly leadership$: Observable<Leadership>;
  readonly writeGate: () => string | undefined;
  /** Gives the lease back, where there is one; all writing has stopped. */
  end(): Promise<void>;
}

/** Takes part in the election, over connections of its own so that renewals never queue behind other writes. */
function elect(host: Process): Election {
  const { enabled, namespace } = host.run.leaderElection;
  if (!enabled) return { ...soleLeader(systemClock), end: () => Promise.resolve() };
  const transport = new Transport(common(host));
  const election = new LeaderElection({
    store: createLeaseStore(createApi(transport), { namespace, name: leaseName }),
    identity: `${host.run.podName ?? hostname()}_${process.pid}_${Math.trunc(systemRandom.next() * 1e9).toString(36)}`,
    clock: systemClock,
    random: systemRandom,
    onError: (error) => host.log.warn({ error }, "lease"),
  });
  const ending = new AbortController();
  const done = election.run(ending.signal);
  return {
    leadership$: election.leadership$,
    writeGate: election.writeGate,
    async end() {
      ending.abort();
      await done;
      transport.close();
    },
  };
}

/** Good configurations as the file changes; a wrong one is told and the last good one stays in force. */
function configChanges({ run, log, metrics }: Process, signal: AbortSignal): Observable<ControllerConfig> {
  if (run.configFile === undefined) return NEVER;
  let first = true;
  return watchConfig(run.configFile, systemClock, signal).pipe(
    filter((result) => {
      const problems = result.ok ? checkConfig(result.value) : result.error;
      for (const problem of problems) log.error({ file: run.configFile }, formatProblem(problem));
      metrics.configRead(problems.length === 0);
      const initial = first;
      first = false;
      return problems.length === 0 && !initial;
    }),
    map((result) => {
      log.info({ file: run.configFile }, "configuration changed");
      return result.ok ? result.value : run.config;
    }),
  );
}

function journalSink(log: Logger, metrics: Metrics): JournalSink {
  const { routemap } = metrics;
  return {
    ...(routemap === undefined ? {} : { routemap }),
    log(level, entry, message, fields) {
      const { namespace, name, runs } = entry;
      runLogger(log, { controller: "routemap", namespace, name, run: String(runs) })[level](fields, message);
    },
    wrote: (kind, reason) => metrics.wrote(kind, reason),
    released: (ground) => metrics.released(ground),
    deletedInForeground: () => metrics.deletedInForeground(),
    ready: (counts) => metrics.routemaps(counts),
  };
}
