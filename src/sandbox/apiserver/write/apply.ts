import type { Json, JsonObject } from "../../../base/json.js";
import { isObject, objectAt, stringAt } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Cluster } from "../cluster.js";
import { timestamp } from "../cluster.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { servedAs, subjectOf } from "../kinds/servedKind.js";
import type { ApplyRequest } from "../apply/applyServerSide.js";
import { applyServerSide } from "../apply/applyServerSide.js";
import { reportConflicts } from "../apply/conflict.js";
import type { Failure } from "../status/failure.js";
import { badRequest, conflict, detailsOf, internalError, invalid, notFound } from "../status/failure.js";
import { staleness } from "./checks.js";
import { changedDraft, freshDraft } from "./draft.js";
import { identified } from "./identity.js";
import { resetFields } from "./resetFields.js";
import { saveChange, saveNew } from "./save.js";
import type { NamedPlace } from "./update.js";
import { liveObject } from "./update.js";
import type { WriteOptions } from "./writeOptions.js";
import type { Written } from "./written.js";

/** Server-side apply (KEP-555): creates what is not there; 409 where another manager owns a field, unless forced. */
export function apply(
  cluster: Cluster,
  place: NamedPlace,
  body: Json,
  options: WriteOptions,
): Result<Written, Failure> {
  const problem = bodyProblem(body, place.kind, options);
  if (problem !== undefined || !isObject(body)) return fail(problem ?? badRequest("the body is no object"));
  const named = identified(body, place, cluster.random);
  if (!named.ok) return named;
  const live = liveObject(cluster, place);
  const saved = live.ok
    ? applyTo(cluster, place, named.value, live.value, options)
    : applyNew(cluster, place, named.value, options);
  if (!saved.ok) return saved;
  return ok({ object: saved.value, created: !live.ok, warnings: [] });
}

function bodyProblem(body: Json, kind: ServedKind, options: WriteOptions): Failure | undefined {
  if (!isObject(body)) return badRequest("the body of an apply is an object with apiVersion, kind and metadata");
  if (!options.hasManager)
    return invalid({ group: "meta.k8s.io", resource: "PatchOptions", name: "" }, [
      {
        reason: "FieldValueRequired",
        message: "Required value: is required for apply patch",
        field: "fieldManager",
      },
    ]);
  const [apiVersion, kindName] = [stringAt(body, "apiVersion") ?? "", stringAt(body, "kind") ?? ""];
  if (apiVersion !== servedAs(kind) || kindName !== kind.kind)
    return badRequest(`invalid object type: ${apiVersion.includes("/") ? "" : "/"}${apiVersion}, Kind=${kindName}`);
  const managedFields = objectAt(body, "metadata")["managedFields"];
  return managedFields === undefined || managedFields === null
    ? undefined
    : badRequest("metadata.managedFields must be nil");
}

function applyNew(
  cluster: Cluster,
  place: NamedPlace,
  body: JsonObject,
  options: WriteOptions,
): Result<KubeObject, Failure> {
  const { kind, name, subresource } = place;
  const subject = subjectOf(kind, name);
  if (subresource !== undefined) return fail(notFound(subject));
  const uid = stringAt(body, "metadata", "uid");
  if (uid !== undefined)
    return fail(
      conflict(subject, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`),
    );
  const merged = merge(cluster, place, { applied: withoutState(body) }, options);
  if (!merged.ok) return merged;
  return saveNew(cluster, kind, freshDraft(merged.value, kind, cluster), options.dryRun);
}

function applyTo(
  cluster: Cluster,
  place: NamedPlace,
  body: JsonObject,
  live: KubeObject,
  options: WriteOptions,
): Result<KubeObject, Failure> {
  const { kind, subresource } = place;
  const stale = staleness(body, live, kind, false);
  if (stale !== undefined) return fail(stale);
  const merged = merge(cluster, place, { applied: withoutState(body), live }, options);
  if (!merged.ok) return merged;
  const draft = changedDraft(merged.value, live, kind, subresource);
  return saveChange(cluster, kind, draft, live, { dryRun: options.dryRun, subresource });
}

/** Identity and state of the object were compared; nobody owns them. */
function withoutState(body: JsonObject): JsonObject {
  const { uid: _uid, resourceVersion: _version, ...metadata } = objectAt(body, "metadata");
  return { ...body, metadata };
}

function merge(
  cluster: Cluster,
  place: NamedPlace,
  objects: Pick<ApplyRequest, "applied" | "live">,
  { manager, force }: WriteOptions,
): Result<JsonObject, Failure> {
  const { kind, name, subresource } = place;
  const outcome = applyServerSide({
    ...objects,
    manager,
    force,
    time: timestamp(cluster.clock),
    reset: resetFields(kind, subresource),
    schema: kind.schema,
    ...(subresource === undefined ? {} : { subresource }),
  });
  switch (outcome.kind) {
    case "applied":
      return ok(outcome.object);
    case "conflict": {
      const { message, causes } = reportConflicts(outcome.conflicts);
      const details = detailsOf(subjectOf(kind, name), causes);
      return fail({ code: 409, reason: "Conflict", message, details });
    }
    case "invalid":
      return fail(outcome.code === 400 ? badRequest(outcome.message) : internalError(outcome.message));
  }
}
