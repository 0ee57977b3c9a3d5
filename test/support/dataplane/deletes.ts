import { systemClock } from "../../../src/base/clock.js";
import { arrayAt, numberAt, stringAt } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { Recorder, Revision } from "../plane/recorder.js";
import { recordRevisions } from "../plane/recorder.js";
import { deployments, httpRoutes, pods, services } from "../scene.js";
import type { CanaryApp } from "./canaryApp.js";
import { grpcRoutes } from "./canaryApp.js";
import type { AdminClient } from "../plane/adminClient.js";
import type { Traffic } from "./traffic.js";

/** What one delete of a candidate took; milliseconds. Its last request is the last one sent that it answered. */
export interface Delete {
  /** From the request to delete until Service and Deployment were gone. */
  readonly hold: number;
  /** From weight 0 being stored until the candidate's last request; 0 if that came before. */
  readonly lag: number;
  /** From the gateway's confirmation until the candidate's last request; 0 if that came before. */
  readonly lagAfterConfirmation: number;
  /** Whether the stored route still named the candidate when its Service went. */
  readonly namedAtEnd: boolean;
  /** From the candidate's last request until the first of its Pods was told to end. */
  readonly margin: number;
}

/**
 * How many requests a candidate answers before it is deleted. At 200 requests a second and a share of 20 % a second's
 * worth: Envoy has connections to every Pod.
 */
export const steady = 40;

/** A record of all that a delete is measured by. */
export function recordDeletes(admin: AdminClient, namespace: string): Promise<Recorder> {
  return recordRevisions(admin, namespace, httpRoutes, grpcRoutes, deployments, services, pods);
}

/** Adds the candidate, lets it serve under load and deletes it, `count` times. */
export async function deleteUnderLoad(
  app: CanaryApp,
  traffic: Traffic,
  record: Recorder,
  count: number,
  served = steady,
): Promise<readonly Delete[]> {
  const deletes: Delete[] = [];
  while (deletes.length < count) deletes.push(await deleteOnce(app, traffic, record, served));
  return deletes;
}

async function deleteOnce(app: CanaryApp, traffic: Traffic, record: Recorder, served: number): Promise<Delete> {
  await app.addCandidate();
  await traffic.untilMore(served, app.candidate);
  const startedAt = systemClock.monotonic();
  await app.deleteCandidate();
  await app.untilPodsGone();
  await traffic.untilMore(served);
  await record.caughtUp();
  const revisions = record.revisions.filter(({ at }) => at > startedAt);
  return measure(app, revisions, startedAt, traffic.startedAt + traffic.lastOf(app.candidate));
}

function measure(app: CanaryApp, revisions: readonly Revision[], startedAt: number, last: number): Delete {
  const ofRoute = revisions.filter(({ object }) => object.metadata.name === app.options.name);
  const zero = ofRoute.find(({ object }) => !app.leadsToCandidate(object));
  const generation = zero?.object.metadata.generation ?? 0;
  const confirmed = ofRoute.find(({ object }) => confirmedGeneration(object) >= generation);
  const doomed = revisions.find((revision) => isEnd(app, revision));
  const gone = revisions.filter(({ type, object }) => type === "DELETED" && object.metadata.name === app.candidate);
  const ended = Math.max(...gone.map(({ stored }) => stored));
  const final = ofRoute.findLast(({ stored }) => stored < ended);
  if (zero === undefined || confirmed === undefined || doomed === undefined)
    throw new Error(`${app.candidate} went without a weight of 0 that the gateway confirmed`);
  const since = (at: number): number => Math.max(0, last - at);
  return {
    hold: Math.max(...gone.map(({ at }) => at)) - startedAt,
    lag: since(zero.at),
    lagAfterConfirmation: since(confirmed.at),
    namedAtEnd: JSON.stringify(final?.object["spec"]).includes(app.candidate),
    margin: doomed.at - last,
  };
}

/** The generation of a route that its only parent's controller has accepted. */
function confirmedGeneration(route: KubeObject): number {
  const accepted = arrayAt(route, "status", "parents", 0, "conditions").find(
    (condition) => stringAt(condition, "type") === "Accepted",
  );
  return numberAt(accepted, "observedGeneration") ?? -1;
}

function isEnd(app: CanaryApp, { type, object }: Revision): boolean {
  const { labels, deletionTimestamp } = object.metadata;
  return labels?.["app"] === app.candidate && (type === "DELETED" || deletionTimestamp !== undefined);
}
