import { setMaxListeners } from "node:events";
import { hostname } from "node:os";

import { NEVER } from "rxjs";

import type { Clock } from "../base/clock.js";
import { sleep, systemClock } from "../base/clock.js";
import { systemRandom } from "../base/random.js";
import { version } from "../base/version.js";
import type { ControllerConfig } from "../config/config.js";
import type { Api } from "../kube/api.js";
import type { ApiError } from "../kube/apiError.js";
import { createApi } from "../kube/client.js";
import type { ClusterCredentials } from "../kube/credentials.js";
import { Discovery } from "../kube/discovery.js";
import { Transport } from "../kube/transport.js";
import type { JournalSink } from "../routing/controller/journal.js";
import { giveUpRoute, stripFinalizer } from "../routing/controller/uninstall/handBack.js";
import type { RoutemapReturn } from "../routing/controller/uninstall/returnTraffic.js";
import { TrafficReturn } from "../routing/controller/uninstall/returnTraffic.js";
import type { Searched } from "../routing/controller/uninstall/search.js";
import { Search } from "../routing/controller/uninstall/search.js";
import type { Leftover } from "../routing/uninstall/leftover.js";
import { describeLeftover, inReleaseOrder } from "../routing/uninstall/leftover.js";
import type { Lead } from "./uninstallLead.js";
import { takeLead } from "./uninstallLead.js";
import type { Undone, UninstallReport } from "./uninstallReport.js";

/** What `uninstall` was asked to do. */
export interface UninstallRun {
  readonly credentials: ClusterCredentials;
  readonly config: ControllerConfig;
  /** The only namespace to look at; absent: all. */
  readonly namespace?: string;
  readonly leaseNamespace: string;
  readonly routes: "primary" | "freeze";
  readonly dryRun: boolean;
  /** How long traffic may take to come back, milliseconds. */
  readonly timeout: number;
  /** Told of every step. */
  readonly progress: (line: string) => void;
}

/** Pause between two looks at what is being deleted, milliseconds. */
const deletionPause = 1_000;

/** The parts of a run. */
interface Parts {
  readonly run: UninstallRun;
  readonly api: Api;
  readonly discovery: Discovery;
  readonly search: Search;
  readonly transport: Transport;
  readonly lead: Lead;
  readonly clock: Clock;
}

/**
 * Gives everything back: takes the Lease, so that no controller interferes; brings traffic to the fallback, unless the
 * routes are to stay; makes every route nobody's and takes every finalizer of ours off; and looks whether one is left.
 * Each step can be done again, so a run that was cut short is finished by the next. Throws a PointsmanError where the
 * Lease cannot be had.
 */
export async function runUninstall(run: UninstallRun, signal: AbortSignal): Promise<UninstallReport> {
  setMaxListeners(0, signal);
  const common = { credentials: run.credentials, clock: systemClock, random: systemRandom };
  const options = { ...common, userAgent: `pointsman/${version}` };
  const lead = run.dryRun ? spectator : await takeLead({ ...run, ...options, identity: identity() }, signal);
  const transport = new Transport({ ...options, gate: lead.writeGate });
  const api = createApi(transport);
  const discovery = new Discovery(api, systemClock);
  const search = new Search({ ...run, api, discovery });
  try {
    return await giveBack({ run, api, discovery, search, transport, lead, clock: systemClock }, signal);
  } finally {
    transport.close();
    await lead.end();
  }
}

/** A dry run leads nowhere and writes nothing, come what may. */
const spectator: Lead = {
  leadership$: NEVER,
  writeGate: () => "this is a dry run",
  end: () => Promise.resolve(),
};

async function giveBack(parts: Parts, signal: AbortSignal): Promise<UninstallReport> {
  const { run } = parts;
  const before = await parts.search.look(signal);
  const returned = run.routes === "freeze" ? frozen : await bringBack(parts, before, signal);
  if (run.dryRun) return reportOf(parts, returned, { routes: routesOf(before), released: heldOf(before) }, [], before);
  const found = returned.safe ? await parts.search.look(signal) : before;
  const failures = returned.safe ? await handBack(parts, found, signal) : new Map<string, string>();
  const after = await parts.search.look(signal);
  const fallback = returned.safe ? "it came back, so a controller still runs; end it and try again" : notBack;
  const left = after.leftovers.map((what): Undone => {
    return { what, why: failures.get(what.object.metadata.uid) ?? fallback };
  });
  const remaining = new Set(left.map(({ what }) => what.object.metadata.uid));
  const gone = ({ object }: Leftover): boolean => !remaining.has(object.metadata.uid);
  const done = { routes: routesOf(found).filter(gone), released: heldOf(before).filter(gone) };
  const stopped = signal.aborted ? ["the command was ended; run it again"] : [];
  return reportOf(parts, returned, done, left, { ...after, blind: [...after.blind, ...stopped] });
}

const notBack =
  "its traffic is not back, so it is not let go; run this again, or with --routes freeze to leave the routes as they are";

function routesOf({ leftovers }: Searched): readonly Leftover[] {
  return leftovers.filter(({ owner }) => owner !== undefined);
}

function heldOf({ leftovers }: Searched): readonly Leftover[] {
  return inReleaseOrder(leftovers);
}

/** What became of the traffic; `safe`: what is held may be let go. */
interface Returned {
  readonly routemaps?: readonly RoutemapReturn[];
  readonly safe: boolean;
}

const frozen: Returned = { safe: true };

async function bringBack(parts: Parts, before: Searched, signal: AbortSignal): Promise<Returned> {
  const { run, api, discovery, transport, lead, clock } = parts;
  const end = clock.monotonic() + run.timeout;
  const traffic = new TrafficReturn(
    {
      api,
      discovery,
      clock,
      random: systemRandom,
      config: run.config,
      ...(run.namespace === undefined ? {} : { namespace: run.namespace }),
      events: { record: () => undefined },
      sink: progressSink(run.progress),
      serverTimeOffset: () => transport.serverTimeOffset() ?? 0,
    },
    new Set(routesOf(before).flatMap(({ owner }) => owner ?? [])),
  );
  try {
    await traffic.start(lead.leadership$, signal);
    if (run.dryRun) return { routemaps: traffic.look(), safe: false };
    const routemaps = await traffic.settle(run.timeout, signal);
    const settled = !signal.aborted && routemaps.every(({ state }) => state !== "waiting");
    return { routemaps, safe: settled && (await noneIsGoing(parts, end, signal)) };
  } finally {
    await traffic.stop();
  }
}

/** Waits until no held object is being deleted: that one would go with its traffic if it were let go now. */
async function noneIsGoing(parts: Parts, end: number, signal: AbortSignal): Promise<boolean> {
  const { run, clock } = parts;
  for (let told = false; ; told = true) {
    const going = heldOf(await parts.search.look(signal)).filter(
      ({ object }) => object.metadata.deletionTimestamp !== undefined,
    );
    if (signal.aborted) return false;
    if (going.length === 0) return true;
    if (!told) run.progress(`waiting for ${going.map(describeLeftover).join(", ")}, which are being deleted`);
    if (clock.monotonic() >= end) return false;
    await sleep(clock, deletionPause, signal);
  }
}

/** Routes first: a controller that ran on would hold nothing for a route that is not its own. */
async function handBack(
  { run, api }: Parts,
  found: Searched,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>();
  const note = (leftover: Leftover, failure: string | undefined, what: string): void => {
    if (failure !== undefined) failures.set(leftover.object.metadata.uid, failure);
    run.progress(`${describeLeftover(leftover)}: ${failure ?? what}`);
  };
  for (const route of routesOf(found)) note(route, await giveUpRoute(api, route, signal), "given up");
  for (const held of heldOf(found)) note(held, await stripFinalizer(api, held, signal), "released");
  return failures;
}

function reportOf(
  { run }: Parts,
  { routemaps }: Returned,
  done: Pick<UninstallReport, "routes" | "released">,
  left: readonly Undone[],
  searched: Pick<Searched, "unsought"> & { readonly blind: readonly (ApiError | string)[] },
): UninstallReport {
  const blind = searched.blind.map((error) => (typeof error === "string" ? error : error.message));
  const { dryRun } = run;
  return {
    dryRun,
    ...(routemaps === undefined ? {} : { routemaps }),
    ...done,
    left,
    blind,
    unsought: searched.unsought,
  };
}

function progressSink(progress: UninstallRun["progress"]): JournalSink {
  const nothing = (): void => undefined;
  return {
    log(level, { namespace, name }, message, fields) {
      const details = Object.entries(fields).map(([key, value]) => `${key} ${value}`);
      if (level !== "debug") progress([`routemap ${namespace}/${name}: ${message}`, ...details].join(", "));
    },
    wrote: nothing,
    released: nothing,
    deletedInForeground: nothing,
    ready: nothing,
  };
}

/** Unique to this process. */
function identity(): string {
  return `uninstall_${hostname()}_${process.pid}_${Math.trunc(systemRandom.next() * 1e9).toString(36)}`;
}
