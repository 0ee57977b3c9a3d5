import type { Json, JsonObject } from "../../../base/json.js";
import { arrayAt, at, objectAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { kindSubjectOf, subjectOf } from "../kinds/servedKind.js";
import { validate } from "../schema/validate.js";
import type { Failure, FailureCause } from "../status/failure.js";
import { conflict, invalid, modified } from "../status/failure.js";
import { strategyOf } from "../strategies/strategies.js";

/** Everything that makes an object invalid, as one 422; undefined if it is valid. `live`: what is there, in a change. */
export function invalidity(next: JsonObject, live: KubeObject | undefined, kind: ServedKind): Failure | undefined {
  const causes = [
    ...validate(next, kind.schema),
    ...(strategyOf(kind).validate?.(next, live) ?? []),
    ...(live === undefined ? [] : newFinalizers(next, live)),
  ];
  if (causes.length === 0) return undefined;
  return invalid(kindSubjectOf(kind, stringAt(next, "metadata", "name") ?? ""), causes);
}

function newFinalizers(next: JsonObject, live: KubeObject): readonly FailureCause[] {
  if (live.metadata.deletionTimestamp === undefined) return [];
  const held: ReadonlySet<Json> = new Set(live.metadata.finalizers);
  const added = arrayAt(next, "metadata", "finalizers").filter((name) => !held.has(name));
  if (added.length === 0) return [];
  const list = added.map((name) => JSON.stringify(name)).join(", ");
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [{ reason: "FieldValueForbidden", message, field: "metadata.finalizers" }];
}

/**
 * Whether a body was made from another object or an older state than what is there: 409, or 422 where a custom resource's
 * PUT names no state at all.
 */
export function staleness(body: JsonObject, live: KubeObject, kind: ServedKind, isPut: boolean): Failure | undefined {
  const metadata = objectAt(body, "metadata");
  const [uid, version] = [stringAt(metadata, "uid") ?? "", stringAt(metadata, "resourceVersion") ?? ""];
  const subject = subjectOf(kind, live.metadata.name);
  if (uid !== "" && uid !== live.metadata.uid) {
    if (!isPut) return immutableUid(kind, live.metadata.name, uid);
    return conflict(
      subject,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
    );
  }
  if (version === live.metadata.resourceVersion) return undefined;
  if (version !== "" && version !== "0") return conflict(subject, modified);
  return kind.isCustom && (isPut || version === "0") ? versionNeeded(kind, live.metadata.name, version) : undefined;
}

function immutableUid(kind: ServedKind, name: string, uid: string): Failure {
  return invalid(kindSubjectOf(kind, name), [
    {
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(uid)}: field is immutable`,
      field: "metadata.uid",
    },
  ]);
}

function versionNeeded(kind: ServedKind, name: string, version: string): Failure {
  return invalid(kindSubjectOf(kind, name), [
    {
      reason: "FieldValueInvalid",
      message: `Invalid value: ${version === "" ? "0" : `"${version}"`}: must be specified for an update`,
      field: "metadata.resourceVersion",
    },
  ]);
}

/** Whether a deleted object may go now: nothing holds it and its grace period is over. */
export function isReleased(next: JsonObject, live: KubeObject): boolean {
  if (live.metadata.deletionTimestamp === undefined) return false;
  const grace = live.metadata["deletionGracePeriodSeconds"];
  const holders = [...arrayAt(next, "metadata", "finalizers"), ...namespaceHolders(next)];
  return holders.length === 0 && (grace === undefined || grace === 0);
}

function namespaceHolders(object: JsonObject): readonly Json[] {
  return object["kind"] === "Namespace" && at(object, "apiVersion") === "v1"
    ? arrayAt(object, "spec", "finalizers")
    : [];
}
