import { join } from "node:path";
import { writeFile } from "node:fs/promises";

import { sleep, systemClock } from "../../../src/base/clock.js";
import { stringAt } from "../../../src/base/json.js";
import { seededRandom } from "../../../src/base/random.js";
import { FaultProxy } from "../../faults/proxy/faultProxy.js";
import { kubeconfigThrough } from "../../faults/proxy/kubeconfig.js";
import { stir } from "../../faults/randomFaults.js";
import { kubeconfigText } from "../../support/plane/credentialFiles.js";
import { candidateOf, deployments, services } from "../app.js";
import { say } from "../run.js";
import { appAt, pathIn, seedsOf, usualWeight } from "./fleet.js";
import type { FleetApp } from "./fleet.js";
import type { FleetRun } from "./fleetRun.js";
import { inParallel } from "./parallel.js";
import type { Replica } from "./replica.js";
import { mega } from "./start.js";

/** One look at a process. */
export interface SoakSample {
  /** Milliseconds since the start of the soak. */
  readonly at: number;
  readonly residentBytes: number;
  readonly openFiles: number;
}

/** A controller that works for long behind faults. */
export interface SoakFigures {
  readonly ms: number;
  readonly routemaps: number;
  readonly changes: number;
  readonly requests: number;
  readonly failed: number;
  readonly samples: readonly SoakSample[];
  /** Lines of its log that tell of a promise nobody waited for, or of a forced end. */
  readonly unhandled: number;
  /** From the end of the faults until all routes were as they should be. */
  readonly healedMs: number;
  /** What a fresh process wrote that found this end state. */
  readonly writesOfFresh: number;
}

/** What an app is meant to be. */
interface Wanted {
  readonly app: FleetApp;
  exists: boolean;
  ready: boolean;
  weight: number;
  /** Not to be touched before this time. */
  busyUntil: number;
}

const namespace = "soak";
const pause = 200;
const sampleEvery = 2000;
/** Longer than settle and drain, so that what was deleted has gone before it comes again. */
const absence = 8000;

/** Lets a controller of one namespace work behind random faults, and looks whether it ends where it should. */
export async function measureSoak(run: FleetRun): Promise<SoakFigures> {
  const { soakMs, soakRoutemaps, seed } = run.options;
  await run.createNamespace(namespace);
  const all = Array.from({ length: soakRoutemaps }, (_, index) => ({ ...appAt(index, 0), namespace }));
  await inParallel(all, 8, run.signal, (app) => run.createApp(app));
  const proxy = await FaultProxy.start(run.arena.plane.info, seed);
  try {
    const kubeconfig = await kubeconfigThrough(proxy, await account(run), run.arena.plane.info.folder);
    const replica = await run.replica("soak", { namespace, kubeconfig });
    const wanted = all.map((app): Wanted => ({ app, exists: true, ready: true, weight: usualWeight, busyUntil: 0 }));
    await untilAsWanted(run, wanted, 60_000);
    stir(proxy);
    const { samples, changes } = await disturb(run, replica, wanted, soakMs);
    const requests = proxy.seen.length;
    proxy.heal();
    const healed = systemClock.monotonic();
    await untilAsWanted(run, wanted, 120_000);
    const healedMs = systemClock.monotonic() - healed;
    await run.untilQuiet(replica, 10_000, 120_000);
    const metrics = await replica.metrics();
    const failed = metrics.sum("rest_client_requests_total") - metrics.sum("rest_client_requests_total", 'code="2');
    await replica.end();
    const writesOfFresh = await freshWrites(run);
    const unhandled = replica
      .log()
      .split("\n")
      .filter((line) => /unhandled|uncaught|forced end/i.test(line)).length;
    const ms = samples.at(-1)?.at ?? 0;
    return { ms, routemaps: soakRoutemaps, changes, requests, failed, samples, unhandled, healedMs, writesOfFresh };
  } finally {
    await proxy.close();
  }
}

/** A kubeconfig with a token, which passes through the proxy; a certificate would not. */
async function account(run: FleetRun): Promise<string> {
  const { admin, info } = run.arena.plane;
  const rbac = { group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterrolebindings" };
  const accounts = { group: "", version: "v1", resource: "serviceaccounts" };
  await admin.create(accounts, namespace, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "soak" } });
  await admin.create(rbac, undefined, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "soak" },
    subjects: [{ kind: "ServiceAccount", name: "soak", namespace }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
  });
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 7200 } };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/soak/token`;
  const token = stringAt(await admin.success("POST", path, { body }), "status", "token") ?? "";
  const file = join(info.folder, "soak.kubeconfig");
  await writeFile(file, kubeconfigText({ url: info.url, ca: info.ca, token }), { mode: 0o600 });
  return file;
}

async function disturb(
  run: FleetRun,
  replica: Replica,
  wanted: readonly Wanted[],
  ms: number,
): Promise<{ readonly samples: readonly SoakSample[]; readonly changes: number }> {
  const random = seededRandom(run.options.seed);
  const samples: SoakSample[] = [];
  const started = systemClock.monotonic();
  const elapsed = (): number => systemClock.monotonic() - started;
  let changes = 0;
  let sampled = -Infinity;
  let told = 0;
  while (elapsed() < ms) {
    run.signal.throwIfAborted();
    if (replica.exitCode !== undefined) throw new Error(`the controller ended: ${replica.log().slice(-2000)}`);
    if (elapsed() - sampled >= sampleEvery) {
      sampled = elapsed();
      samples.push({ at: sampled, residentBytes: replica.memory().now, openFiles: replica.openFiles() });
    }
    if (elapsed() - told > 60_000) {
      told = elapsed();
      say(`  ${(told / 60_000).toFixed(0)} min, ${changes} changes, ${mega(samples.at(-1)?.residentBytes ?? 0)}`);
    }
    const one = wanted[Math.floor(random.next() * wanted.length)];
    if (one !== undefined && one.busyUntil < elapsed()) {
      changes += 1;
      await change(run, one, random.next(), elapsed());
    }
    await sleep(systemClock, pause, run.signal);
  }
  await restore(run, wanted);
  return { samples, changes };
}

/** Changes something about an app; what was deleted comes back. */
async function change(run: FleetRun, one: Wanted, chance: number, now: number): Promise<void> {
  if (!one.exists) {
    await recreate(run, one);
  } else if (chance < 0.5) {
    one.ready = !one.ready;
    await run.setReady(one.app, undefined, one.ready);
  } else if (chance < 0.85) {
    one.weight = 1 + Math.floor(chance * 100);
    const annotations = { "iter8.tools/weight": String(one.weight) };
    await run.mergePatch(pathIn(services, one.app), { metadata: { annotations } });
  } else {
    one.exists = false;
    one.busyUntil = now + absence;
    const ref = { namespace, name: candidateOf(one.app.name) };
    for (const gvr of [services, deployments])
      await run.arena.plane.admin.delete(gvr, ref, { propagationPolicy: "Background" });
  }
}

async function recreate(run: FleetRun, one: Wanted): Promise<void> {
  const { admin } = run.arena.plane;
  const name = candidateOf(one.app.name);
  for (const { gvr, body } of seedsOf(one.app)) {
    if (stringAt(body, "metadata", "name") !== name || gvr.resource === "endpointslices") continue;
    while ((await admin.find(gvr, { namespace, name })) !== undefined) {
      run.signal.throwIfAborted();
      await sleep(systemClock, 100, run.signal);
    }
    await run.create(gvr, namespace, body);
  }
  await run.setReady(one.app, undefined, true);
  Object.assign(one, { exists: true, ready: true, weight: usualWeight });
}

async function restore(run: FleetRun, wanted: readonly Wanted[]): Promise<void> {
  for (const one of wanted) if (!one.exists) await recreate(run, one);
}

async function untilAsWanted(run: FleetRun, wanted: readonly Wanted[], ms: number): Promise<void> {
  const end = systemClock.monotonic() + ms;
  for (const { app, ready, weight } of wanted) {
    const left = Math.max(1, end - systemClock.monotonic());
    await run.ledger.untilWeights(`${namespace}/${app.name}`, [80, ready ? weight : 0], left, run.signal);
  }
}

/** Mutating requests of a fresh process, without faults, in its first 20 s. */
async function freshWrites(run: FleetRun): Promise<number> {
  const fresh = await run.replica("fresh", { namespace });
  await fresh.untilLeading(30_000);
  await sleep(systemClock, 20_000, run.signal);
  const writes = (await fresh.metrics()).writes();
  await fresh.end();
  return writes;
}
