import type { JsonObject } from "../../../base/json.js";
import { arrayAt, numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Cluster } from "../cluster.js";
import { timestamp } from "../cluster.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { subjectOf } from "../kinds/servedKind.js";
import type { Failure } from "../status/failure.js";
import { conflict, forbidden } from "../status/failure.js";
import { namespaceFinalizer } from "../strategies/namespaceStrategy.js";
import type { Stored } from "../store/stored.js";
import { objectOf } from "../store/stored.js";
import { sameJson } from "../sameJson.js";
import type { DeleteOptions, Propagation } from "./deleteOptions.js";

/** What a deletion came to. */
export interface Removed {
  /** The object as it is now, or as it was last, in the version it is stored in. */
  readonly object: KubeObject;
  /** Whether it is gone; else something still holds it. */
  readonly isGone: boolean;
}

/** The finalizers by which the garbage collector holds an owner. */
export const collectorFinalizers = { Foreground: "foregroundDeletion", Orphan: "orphan" } as const;

/** Namespaces that stay (the NamespaceLifecycle admission plugin). */
const undying: ReadonlySet<string> = new Set(["default", "kube-public", "kube-system"]);

/** Kinds whose dependents stay when a deletion says nothing about them. */
const orphaning: ReadonlySet<string> = new Set(["jobs.batch"]);

/**
 * Deletes an object: at once if nothing holds it; else it is marked, and goes with its last finalizer (or, a Pod, when
 * its grace period ends by a second deletion; a Namespace when it is empty).
 */
export function remove(
  cluster: Cluster,
  kind: ServedKind,
  stored: Stored,
  options: DeleteOptions,
): Result<Removed, Failure> {
  const live = objectOf(stored);
  const refused = preconditionProblem(kind, live, options);
  if (refused !== undefined) return fail(refused);
  const finalizers = finalizersFor(kind, live, options.propagation);
  const grace = graceFor(kind, live, options.graceSeconds);
  const holders = [
    ...finalizers,
    ...arrayAt(live, "spec", "finalizers").filter(() => kind.collection === "namespaces"),
  ];
  if (holders.length === 0 && grace === 0) {
    if (!options.dryRun) cluster.store.remove(kind.collection, live);
    return ok({ object: live, isGone: true });
  }
  const next = marked(cluster, kind, live, finalizers, grace);
  if (sameJson(next, live) || options.dryRun) return ok({ object: next, isGone: false });
  return ok({ object: objectOf(cluster.store.put(kind.collection, next)), isGone: false });
}

function preconditionProblem(kind: ServedKind, live: KubeObject, options: DeleteOptions): Failure | undefined {
  const { uid, resourceVersion, name } = live.metadata;
  const subject = subjectOf(kind, name);
  if (kind.collection === "namespaces" && undying.has(name))
    return forbidden(subject, "this namespace may not be deleted");
  if (options.uid !== undefined && options.uid !== uid)
    return conflict(
      subject,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion)
    return conflict(
      subject,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  return undefined;
}

/** The object's finalizers with the garbage collector's as the policy has them (apiserver's deletionFinalizersForGarbageCollection). */
function finalizersFor(kind: ServedKind, live: KubeObject, propagation: Propagation | undefined): readonly string[] {
  const before = live.metadata.finalizers ?? [];
  const { Foreground, Orphan } = collectorFinalizers;
  const others = before.filter((name) => name !== Foreground && name !== Orphan);
  switch (propagation) {
    case "Foreground":
      return [...others, Foreground];
    case "Orphan":
      return [...others, Orphan];
    case "Background":
      return others;
    case undefined:
      return orphaning.has(kind.collection) && others.length === before.length ? [...before, Orphan] : before;
  }
}

/** Seconds that the object is given to end: only Pods that run somewhere are. */
function graceFor(kind: ServedKind, live: KubeObject, asked: number | undefined): number {
  if (kind.collection !== "pods") return 0;
  const isIdle = (stringAt(live, "spec", "nodeName") ?? "") === "" || isOver(live);
  const own = numberAt(live, "spec", "terminationGracePeriodSeconds") ?? 30;
  const wanted = isIdle ? 0 : (asked ?? own);
  const given = numberAt(live, "metadata", "deletionGracePeriodSeconds");
  return live.metadata.deletionTimestamp === undefined || given === undefined
    ? wanted
    : Math.min(given, asked ?? given);
}

function isOver(pod: KubeObject): boolean {
  const phase = stringAt(pod, "status", "phase");
  return phase === "Failed" || phase === "Succeeded";
}

function marked(
  cluster: Cluster,
  kind: ServedKind,
  live: KubeObject,
  finalizers: readonly string[],
  grace: number,
): KubeObject {
  const isFirst = live.metadata.deletionTimestamp === undefined;
  const { generation } = live.metadata;
  const isShorter = (numberAt(live, "metadata", "deletionGracePeriodSeconds") ?? 0) > grace;
  const { finalizers: _before, ...metadata } = live.metadata;
  const mark = {
    deletionTimestamp: timestamp(cluster.clock, grace),
    deletionGracePeriodSeconds: grace,
    ...(isFirst && generation !== undefined && generation > 0 ? { generation: generation + 1 } : {}),
  };
  return {
    ...live,
    metadata: {
      ...metadata,
      ...(finalizers.length === 0 ? {} : { finalizers }),
      ...(isFirst || isShorter ? mark : {}),
    },
    ...(isFirst && kind.collection === "namespaces" ? terminating(live) : {}),
  };
}

function terminating(namespace: KubeObject): JsonObject {
  const held = arrayAt(namespace, "spec", "finalizers").includes(namespaceFinalizer);
  return held ? { status: { ...objectAt(namespace, "status"), phase: "Terminating" } } : {};
}
