import { systemClock } from "../../../src/base/clock.js";
import { arrayAt, numberAt, stringAt } from "../../../src/base/json.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { Recorder, Revision } from "../plane/recorder.js";
import { recordRevisions } from "../plane/recorder.js";
import { pods } from "../scene.js";
import type { CanaryApp } from "./canaryApp.js";
import { weightsIn } from "./canaryApp.js";
import type { Traffic } from "./traffic.js";

/** What one delete of a candidate took; milliseconds. Its last request is the last one sent that it answered. */
export interface Delete {
  /** From the request to delete until Service and Deployment were gone. */
  readonly hold: number;
  /** From weight 0 being stored until the candidate's last request; 0 if that came before. */
  readonly lag: number;
  /** From the gateway's confirmation until the candidate's last request; 0 if that came before. */
  readonly lagAfterConfirmation: number;
  /** From the candidate's last request until the first of its Pods was told to end. */
  readonly margin: number;
}

// At 200 requests a second and a share of 20 % a second's worth: Envoy has connections to every Pod.
const steady = 40;

/** Adds the candidate, lets it serve under load and deletes it, `count` times. */
export async function deleteUnderLoad(app: CanaryApp, traffic: Traffic, count: number): Promise<readonly Delete[]> {
  const { admin, namespace } = app.options;
  const record = await recordRevisions(admin, namespace, app.routes, pods);
  const deletes: Delete[] = [];
  while (deletes.length < count) deletes.push(await deleteOnce(app, traffic, record));
  await record.stop();
  return deletes;
}

async function deleteOnce(app: CanaryApp, traffic: Traffic, record: Recorder): Promise<Delete> {
  await app.addCandidate();
  await traffic.untilMore(steady, app.candidate);
  const startedAt = systemClock.monotonic();
  await app.deleteCandidate();
  const hold = systemClock.monotonic() - startedAt;
  await app.untilPodsGone();
  await traffic.untilMore(steady);
  const revisions = record.revisions.filter(({ at }) => at > startedAt);
  const lastSentAt = traffic.summary().versions[app.candidate]?.last.lastSentAt ?? Infinity;
  return { hold, ...lagsOf(app, revisions, traffic.startedAt + lastSentAt) };
}

function lagsOf(app: CanaryApp, revisions: readonly Revision[], last: number): Omit<Delete, "hold"> {
  const ofRoute = revisions.filter(({ object }) => object.metadata.name === app.options.name);
  const zero = ofRoute.find(({ object }) => !weightsIn(object).includes(`${app.candidate}=20`));
  const generation = zero?.object.metadata.generation ?? 0;
  const confirmed = ofRoute.find(({ object }) => confirmedGeneration(object) >= generation);
  const doomed = revisions.find((revision) => isEnd(app, revision));
  if (zero === undefined || confirmed === undefined || doomed === undefined)
    throw new Error(`${app.candidate} went without a weight of 0 that the gateway confirmed`);
  const since = (at: number): number => Math.max(0, last - at);
  return { lag: since(zero.at), lagAfterConfirmation: since(confirmed.at), margin: doomed.at - last };
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
