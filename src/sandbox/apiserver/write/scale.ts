import type { Json, JsonObject } from "../../../base/json.js";
import { at, isObject, numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { KubeObject } from "../../../kube/object.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { kindSubjectOf } from "../kinds/servedKind.js";
import { labelText } from "../tables/columns.js";
import type { Failure } from "../status/failure.js";
import { invalid } from "../status/failure.js";

/** The autoscaling/v1 Scale of a scalable object: what `kubectl scale` reads and writes. */
export function scaleOf(object: KubeObject, kind: ServedKind): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion };
  const selector = selectorText(kind.scale?.selector === undefined ? undefined : at(object, ...kind.scale.selector));
  const replicas = numberAt(object, ...(kind.scale?.specReplicas ?? []));
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { ...metadata, creationTimestamp: creationTimestamp ?? null },
    spec: replicas === undefined ? {} : { replicas },
    status: {
      replicas: numberAt(object, ...(kind.scale?.statusReplicas ?? [])) ?? 0,
      ...(selector === undefined ? {} : { selector }),
    },
  };
}

function selectorText(selector: Json | undefined): string | undefined {
  if (typeof selector === "string" || !isObject(selector)) return typeof selector === "string" ? selector : undefined;
  return Object.entries(objectAt(selector, "matchLabels"))
    .map(([name, value]) => `${name}=${labelText(value)}`)
    .sort()
    .join(",");
}

/** The object with the replicas of a Scale; its identity and state, where the Scale names them, are kept to be compared. */
export function rescaled(object: KubeObject, scale: JsonObject, kind: ServedKind): Result<JsonObject, Failure> {
  const replicas = numberAt(scale, "spec", "replicas") ?? 0;
  if (replicas < 0 || !Number.isInteger(replicas)) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    return fail(
      invalid({ group: "autoscaling", resource: "Scale", name: kindSubjectOf(kind, object.metadata.name).name }, [
        { reason: "FieldValueInvalid", message, field: "spec.replicas" },
      ]),
    );
  }
  const uid = stringAt(scale, "metadata", "uid") ?? object.metadata.uid;
  const resourceVersion = stringAt(scale, "metadata", "resourceVersion") ?? object.metadata.resourceVersion;
  const metadata = { ...object.metadata, uid, resourceVersion };
  return ok({ ...withAt(object, kind.scale?.specReplicas ?? [], replicas), metadata });
}

function withAt(value: JsonObject, [step, ...rest]: readonly string[], leaf: Json): JsonObject {
  if (step === undefined) return value;
  const member = value[step];
  return { ...value, [step]: rest.length === 0 ? leaf : withAt(isObject(member) ? member : {}, rest, leaf) };
}
