import type { JsonObject } from "../../../base/json.js";
import { numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import { controllerReference } from "./owners.js";
import { hashLabel, isMadeFrom, templateHash, withHash } from "./podTemplate.js";
import type { RollingBounds } from "./rollingUpdate.js";
import { replicasOf } from "./rollingUpdate.js";

/** Of a Deployment and its ReplicaSets: which number of change they are. */
export const revisionAnnotation = "deployment.kubernetes.io/revision";

const desiredAnnotation = "deployment.kubernetes.io/desired-replicas";
const mostAnnotation = "deployment.kubernetes.io/max-replicas";

/** Annotations of a Deployment that say something of it alone. */
const ownAnnotations = new Set([
  revisionAnnotation,
  desiredAnnotation,
  mostAnnotation,
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision-history",
  "deprecated.deployment.rollback.to",
]);

/** The ReplicaSets of a Deployment: the one made from its present template, and the others, oldest first. */
export interface Family {
  readonly newest: KubeObject | undefined;
  readonly older: readonly KubeObject[];
}

/** Sorts out the ReplicaSets that a Deployment controls. Of several made from the present template the oldest counts. */
export function familyOf(deployment: KubeObject, replicaSets: readonly KubeObject[]): Family {
  const sorted = [...replicaSets].sort(byAge);
  const newest = sorted.find((replicaSet) => isMadeFrom(replicaSet, objectAt(deployment, "spec", "template")));
  return { newest, older: sorted.filter((replicaSet) => replicaSet !== newest) };
}

/** Revision of an object, 0 if it has none. */
export function revisionOf({ metadata }: KubeObject): number {
  const revision = Number(metadata.annotations?.[revisionAnnotation] ?? 0);
  return Number.isInteger(revision) ? revision : 0;
}

/** The revision that the newest ReplicaSet has or gets: one more than any other. */
export function nextRevision(older: readonly KubeObject[]): number {
  return 1 + Math.max(0, ...older.map(revisionOf));
}

/** Annotations of a ReplicaSet by which one sees what its Deployment asked for when it was scaled last. */
export function sizeAnnotations(bounds: RollingBounds): Readonly<Record<string, string>> {
  return { [desiredAnnotation]: String(bounds.replicas), [mostAnnotation]: String(bounds.most) };
}

/** The ReplicaSet for a Deployment's present template. */
export function newReplicaSet(
  deployment: KubeObject,
  {
    replicas,
    revision,
    bounds,
  }: { readonly replicas: number; readonly revision: number; readonly bounds: RollingBounds },
): JsonObject {
  const template = objectAt(deployment, "spec", "template");
  const hash = templateHash(template, numberAt(deployment, "status", "collisionCount") ?? 0);
  const { name, namespace, annotations = {} } = deployment.metadata;
  const inherited = Object.entries(annotations).filter(([key]) => !ownAnnotations.has(key));
  const selector = objectAt(deployment, "spec", "selector");
  const minReadySeconds = numberAt(deployment, "spec", "minReadySeconds");
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...objectAt(template, "metadata", "labels"), [hashLabel]: hash },
      annotations: {
        ...Object.fromEntries(inherited),
        ...sizeAnnotations(bounds),
        [revisionAnnotation]: String(revision),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...objectAt(selector, "matchLabels"), [hashLabel]: hash } },
      template: withHash(template, hash),
    },
  };
}

/** The oldest of the ReplicaSets without Pods that are more than `revisionHistoryLimit` (10). */
export function beyondHistory(deployment: KubeObject, older: readonly KubeObject[]): readonly KubeObject[] {
  const limit = numberAt(deployment, "spec", "revisionHistoryLimit") ?? 10;
  const idle = older.filter(
    (replicaSet) =>
      replicasOf(replicaSet) === 0 &&
      (numberAt(replicaSet, "status", "replicas") ?? 0) === 0 &&
      (numberAt(replicaSet, "status", "observedGeneration") ?? 0) >= (replicaSet.metadata.generation ?? 0) &&
      replicaSet.metadata.deletionTimestamp === undefined,
  );
  return idle.sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, older.length - limit));
}

function byAge(a: KubeObject, b: KubeObject): number {
  const born = (object: KubeObject): string => stringAt(object, "metadata", "creationTimestamp") ?? "";
  return born(a).localeCompare(born(b)) || a.metadata.name.localeCompare(b.metadata.name);
}
