import type { JsonObject } from "../../../base/json.js";
import { objectAt, stringAt } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { KubeObject } from "../../../kube/object.js";
import { isKubeObject } from "../../../kube/object.js";
import type { Cluster } from "../cluster.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { subjectOf } from "../kinds/servedKind.js";
import { servedObject } from "../read/representation.js";
import type { Failure } from "../status/failure.js";
import { alreadyExists, detailsOf, forbidden, internalError, notFound } from "../status/failure.js";
import { strategyOf } from "../strategies/strategies.js";
import { invalidity, isReleased } from "./checks.js";
import { tidied } from "./tidy.js";
import { sameJson } from "../sameJson.js";

/** Prepares and validates a new object and stores it, unless it is a dry run. */
export function saveNew(
  cluster: Cluster,
  kind: ServedKind,
  draft: JsonObject,
  dryRun: boolean,
): Result<KubeObject, Failure> {
  const name = stringAt(draft, "metadata", "name") ?? "";
  const namespace = stringAt(draft, "metadata", "namespace") ?? "";
  const homeless = definitionProblem(cluster, kind) ?? namespaceProblem(cluster, kind, namespace, name);
  if (homeless !== undefined) return fail(homeless);
  const prepared = strategyOf(kind).prepareCreate?.(draft, cluster) ?? ok(draft);
  if (!prepared.ok) return prepared;
  const object = tidied(prepared.value);
  const problem = invalidity(object, undefined, kind);
  if (problem !== undefined) return fail(problem);
  if (cluster.store.get(kind.collection, namespace, name) !== undefined)
    return fail(alreadyExists(subjectOf(kind, name)));
  return store(cluster, kind, object, dryRun);
}

/**
 * Prepares and validates a changed object and stores it, unless nothing changed or it is a dry run. An object that was
 * deleted and is held by nothing any more goes.
 */
export function saveChange(
  cluster: Cluster,
  kind: ServedKind,
  draft: JsonObject,
  live: KubeObject,
  options: { readonly dryRun: boolean; readonly subresource?: string | undefined },
): Result<KubeObject, Failure> {
  const { dryRun, subresource } = options;
  const prepared =
    (subresource === undefined ? strategyOf(kind).prepareUpdate?.(draft, live, cluster) : undefined) ?? ok(draft);
  if (!prepared.ok) return prepared;
  const next = tidied(prepared.value);
  if (sameJson(next, live)) return ok(live);
  const problem = invalidity(next, live, kind);
  if (problem !== undefined) return fail(problem);
  if (!isReleased(next, live)) return store(cluster, kind, next, dryRun);
  if (!dryRun) cluster.store.remove(kind.collection, stored(kind, live));
  return isKubeObject(next) ? ok(next) : fail(internalError("the object has lost its metadata"));
}

function store(cluster: Cluster, kind: ServedKind, object: JsonObject, dryRun: boolean): Result<KubeObject, Failure> {
  const whole = withVersion(object);
  if (whole === undefined) return fail(internalError("the object has lost its metadata"));
  if (dryRun) return ok(whole);
  return ok(servedObject(cluster.store.put(kind.collection, stored(kind, whole)), kind));
}

/** The object as it is kept: in the version in which its kind is stored. */
export function stored(kind: ServedKind, object: KubeObject): KubeObject {
  return kind.conversion?.toStored(object) ?? { ...object, apiVersion: kind.storedAs };
}

/** A dry run's new object has no resourceVersion; an empty one makes it an object all the same. */
function withVersion(object: JsonObject): KubeObject | undefined {
  if (isKubeObject(object)) return object;
  const versioned = { ...object, metadata: { resourceVersion: "", ...objectAt(object, "metadata") } };
  return isKubeObject(versioned) ? versioned : undefined;
}

function definitionProblem(cluster: Cluster, kind: ServedKind): Failure | undefined {
  const definition = cluster.store.get("customresourcedefinitions.apiextensions.k8s.io", "", kind.collection);
  if (!kind.isCustom || definition?.isDeleting !== true) return undefined;
  const message = "create not allowed while custom resource definition is terminating";
  return { code: 405, reason: "MethodNotAllowed", message, details: detailsOf(subjectOf(kind, "")) };
}

function namespaceProblem(cluster: Cluster, kind: ServedKind, namespace: string, name: string): Failure | undefined {
  if (!kind.namespaced) return undefined;
  const found = cluster.store.get("namespaces", "", namespace);
  if (found === undefined) return notFound({ group: "", resource: "namespaces", name: namespace });
  if (!found.isDeleting) return undefined;
  const problem = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const message = `namespace ${namespace} is being terminated`;
  return forbidden(subjectOf(kind, name), problem, [
    { reason: "NamespaceTerminating", message, field: "metadata.namespace" },
  ]);
}
