import type { JsonObject } from "../../../base/json.js";
import { canonicalJson, objectAt } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { ApiError } from "../../../kube/apiError.js";
import { isNotFound } from "../../../kube/apiError.js";
import type { KubeObject } from "../../../kube/object.js";
import type { GroupVersionResource, ObjectRef } from "../../../kube/resource.js";
import type { Mirror } from "./mirror.js";
import type { WorkloadApi } from "./reconciler.js";

/** Where an object is. */
export function refOf({ metadata }: KubeObject): ObjectRef {
  const { namespace, name } = metadata;
  return { ...(namespace === undefined ? {} : { namespace }), name };
}

/** Replaces the status of the revision that was seen, if it differs; the mirror learns the answer. */
export async function writeStatus(
  api: Pick<WorkloadApi, "jsonPatch">,
  resource: GroupVersionResource,
  { object, status, mirror }: { readonly object: KubeObject; readonly status: JsonObject; readonly mirror: Mirror },
  signal: AbortSignal,
): Promise<Result<undefined, ApiError>> {
  if (canonicalJson(status) === canonicalJson(objectAt(object, "status"))) return ok(undefined);
  const operations = [
    { op: "test", path: "/metadata/resourceVersion", value: object.metadata.resourceVersion },
    { op: "add", path: "/status", value: status },
  ] as const;
  return learnt(mirror, await api.jsonPatch(resource, refOf(object), operations, signal, "status"));
}

/** Takes the answer to a write over into the mirror. An object that is not there any more is no failure. */
export function learnt(mirror: Mirror, answer: Result<KubeObject, ApiError>): Result<undefined, ApiError> {
  if (answer.ok) mirror.onObject(answer.value);
  else if (!isNotFound(answer.error)) return fail(answer.error);
  return ok(undefined);
}
