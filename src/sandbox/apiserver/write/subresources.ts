import type { JsonObject } from "../../../base/json.js";
import { arrayAt, numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Users } from "../auth/users.js";
import type { Cluster } from "../cluster.js";
import { timestamp } from "../cluster.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { subjectOf } from "../kinds/servedKind.js";
import { applyPatch } from "../patch/applyPatch.js";
import { deleteOne } from "../remove/requests.js";
import type { Failure } from "../status/failure.js";
import { badRequest, conflict, methodNotAllowed } from "../status/failure.js";
import { bareType } from "../http/mediaType.js";
import { decodeObject, jsonIn } from "./bodyFormat.js";
import { rescaled, scaleOf } from "./scale.js";
import { saveChange } from "./save.js";
import type { NamedPlace } from "./update.js";
import { change, liveObject } from "./update.js";
import type { WriteOptions } from "./writeOptions.js";

/** What subresources that are posted to need. */
export interface SubresourceParts {
  readonly cluster: Cluster;
  readonly users: Users;
}

/** A subresource of a named object. */
export type SubresourcePlace = NamedPlace & { readonly subresource: string };

const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };

/** POST to a subresource: binding and eviction of Pods, tokens of service accounts. */
export function postSubresource(
  parts: SubresourceParts,
  place: SubresourcePlace,
  body: JsonObject,
  options: WriteOptions,
): Result<JsonObject, Failure> {
  const { kind, namespace, name, subresource } = place;
  const live = liveObject(parts.cluster, place);
  if (!live.ok) return live;
  switch (subresource) {
    case "binding":
      return bind(parts.cluster, place, live.value, body, options);
    case "eviction": {
      const deletion = { ...objectAt(body, "deleteOptions"), ...(options.dryRun ? { dryRun: ["All"] } : {}) };
      const gone = deleteOne(parts.cluster, { kind, namespace, name }, deletion, new URLSearchParams());
      return gone.ok ? ok(success) : gone;
    }
    case "token":
      return ok(tokenRequest(parts, live.value, body));
    default:
      return fail(methodNotAllowed());
  }
}

function bind(
  cluster: Cluster,
  { kind, name }: SubresourcePlace,
  pod: KubeObject,
  body: JsonObject,
  options: WriteOptions,
): Result<JsonObject, Failure> {
  const node = stringAt(body, "target", "name") ?? "";
  const bound = stringAt(pod, "spec", "nodeName") ?? "";
  const uid = stringAt(body, "metadata", "uid") ?? pod.metadata.uid;
  const subject = { ...subjectOf(kind, name), resource: "pods/binding" };
  if (node === "") return fail(badRequest("target.name: Required value"));
  if (uid !== pod.metadata.uid)
    return fail(
      conflict(subject, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`),
    );
  if (pod.metadata.deletionTimestamp !== undefined)
    return fail(conflict(subject, `pod ${name} is being deleted, cannot be assigned to a host`));
  if (bound !== "") return fail(conflict(subject, `pod ${name} is already assigned to node "${bound}"`));
  const others = arrayAt(pod, "status", "conditions").filter((known) => stringAt(known, "type") !== "PodScheduled");
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    lastProbeTime: null,
    lastTransitionTime: timestamp(cluster.clock),
  };
  const next = {
    ...pod,
    spec: { ...objectAt(pod, "spec"), nodeName: node },
    status: { ...objectAt(pod, "status"), conditions: [...others, scheduled] },
  };
  const saved = saveChange(cluster, kind, next, pod, { dryRun: options.dryRun, subresource: "binding" });
  return saved.ok ? ok(success) : saved;
}

function tokenRequest({ cluster, users }: SubresourceParts, account: KubeObject, body: JsonObject): JsonObject {
  const { namespace = "", name, uid } = account.metadata;
  const seconds = numberAt(body, "spec", "expirationSeconds") ?? 3_600;
  const audiences = arrayAt(body, "spec", "audiences").filter((audience) => typeof audience === "string");
  const issued = users.issue({ namespace, name, uid }, seconds, audiences.length === 0 ? undefined : audiences);
  return {
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { name, namespace, creationTimestamp: timestamp(cluster.clock) },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: null },
    status: { token: issued.token, expirationTimestamp: new Date(issued.expires).toISOString().replace(".000Z", "Z") },
  };
}

/** The body of a PUT or PATCH to a subresource. */
export interface SubresourceBody {
  readonly text: string;
  readonly contentType: string | undefined;
  readonly isPatch: boolean;
}

/** PUT or PATCH of a subresource that is no view of the whole object: scale, and finalize of Namespaces. */
export function writeSubresource(
  cluster: Cluster,
  place: NamedPlace,
  body: SubresourceBody,
  options: WriteOptions,
): Result<JsonObject, Failure> {
  const live = liveObject(cluster, place);
  if (!live.ok) return live;
  switch (place.subresource) {
    case "scale":
      return rescale(cluster, place, live.value, body, options);
    case "finalize":
      return body.isPatch ? fail(methodNotAllowed()) : finalize(cluster, place, live.value, body, options);
    default:
      return fail(methodNotAllowed());
  }
}

function rescale(
  cluster: Cluster,
  place: NamedPlace,
  live: KubeObject,
  body: SubresourceBody,
  options: WriteOptions,
): Result<JsonObject, Failure> {
  const { kind } = place;
  const scale = scaleIn(body, scaleOf(live, kind));
  if (!scale.ok) return scale;
  const next = rescaled(live, scale.value, kind);
  if (!next.ok) return next;
  const { subresource: _scale, ...main } = place;
  const written = change(cluster, main, { live, body: next.value, isPut: true }, options);
  return written.ok ? ok(scaleOf(written.value.object, kind)) : written;
}

function scaleIn(body: SubresourceBody, live: JsonObject): Result<JsonObject, Failure> {
  if (!body.isPatch) return decodeObject(body.text, body.contentType);
  const decoded = jsonIn(body.text);
  if (!decoded.ok) return decoded;
  const type = bareType(body.contentType) === "application/json-patch+json" ? "json" : "merge";
  const next = applyPatch(live, { type, body: decoded.value }, undefined);
  return next.ok ? next : fail(badRequest(next.error.message));
}

function finalize(
  cluster: Cluster,
  { kind }: { readonly kind: ServedKind },
  live: KubeObject,
  body: SubresourceBody,
  options: WriteOptions,
): Result<JsonObject, Failure> {
  const decoded = decodeObject(body.text, body.contentType);
  if (!decoded.ok) return decoded;
  const next = { ...live, spec: objectAt(decoded.value, "spec") };
  return saveChange(cluster, kind, next, live, { dryRun: options.dryRun, subresource: "finalize" });
}
