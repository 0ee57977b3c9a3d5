import type { Json, JsonObject } from "../../../base/json.js";
import { arrayAt, at, numberAt, objectAt, stringAt } from "../../../base/json.js";
import { ok } from "../../../base/result.js";
import type { Cluster } from "../cluster.js";
import { timestamp } from "../cluster.js";
import { cleanupFinalizer, namesOf } from "../definitions/definition.js";
import type { FailureCause } from "../status/failure.js";
import type { Strategy } from "./strategy.js";

/** A CustomResourceDefinition is established as soon as it is stored, and held until its objects are gone. */
export const definitionStrategy: Strategy = {
  prepareCreate: (object, cluster) => ok(established(held(named(object)), {}, cluster)),
  prepareUpdate: (next, live, cluster) => ok(established(named(next), live, cluster)),
  validate: (next, live) => [
    ...nameCauses(next),
    ...scopeCauses(next),
    ...versionCauses(next),
    ...(live === undefined ? [] : fixedCauses(next, live)),
  ],
};

function named(object: JsonObject): JsonObject {
  const { singular, listKind } = namesOf(object);
  const spec = objectAt(object, "spec");
  const names = { ...objectAt(spec, "names"), singular, listKind };
  return { ...object, spec: { ...spec, names, conversion: spec["conversion"] ?? { strategy: "None" } } };
}

function held(object: JsonObject): JsonObject {
  const metadata = objectAt(object, "metadata");
  return { ...object, metadata: { ...metadata, finalizers: [...arrayAt(metadata, "finalizers"), cleanupFinalizer] } };
}

function established(next: JsonObject, live: JsonObject, cluster: Cluster): JsonObject {
  const before = objectAt(live, "status");
  const storage = arrayAt(next, "spec", "versions").filter((version) => at(version, "storage") === true);
  const stored = [...arrayAt(before, "storedVersions"), ...storage.map((version) => stringAt(version, "name") ?? "")];
  const observed = numberAt(next, "metadata", "generation") ?? 1;
  const condition = (type: string, reason: string, message: string): Json =>
    arrayAt(before, "conditions").find(
      (known) => stringAt(known, "type") === type && stringAt(known, "status") === "True",
    ) ?? {
      type,
      status: "True",
      lastTransitionTime: timestamp(cluster.clock),
      reason,
      message,
      observedGeneration: observed,
    };
  const others = arrayAt(before, "conditions").filter(
    (known) => !["NamesAccepted", "Established"].includes(stringAt(known, "type") ?? ""),
  );
  return {
    ...next,
    status: {
      ...before,
      conditions: [
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ...others,
      ],
      acceptedNames: objectAt(next, "spec", "names"),
      storedVersions: [...new Set(stored)],
    },
  };
}

function nameCauses(object: JsonObject): readonly FailureCause[] {
  const { group, plural } = namesOf(object);
  const wanted = `${plural}.${group}`;
  const name = stringAt(object, "metadata", "name") ?? "";
  if (name === wanted) return [];
  const message = `Invalid value: ${JSON.stringify(name)}: must be spec.names.plural+"."+spec.group`;
  return [{ reason: "FieldValueInvalid", message, field: "metadata.name" }];
}

function scopeCauses(object: JsonObject): readonly FailureCause[] {
  const scope = stringAt(object, "spec", "scope") ?? "";
  if (scope === "Cluster" || scope === "Namespaced") return [];
  const message = `Unsupported value: ${JSON.stringify(scope)}: supported values: "Cluster", "Namespaced"`;
  return [{ reason: "FieldValueNotSupported", message, field: "spec.scope" }];
}

function versionCauses(object: JsonObject): readonly FailureCause[] {
  const versions = arrayAt(object, "spec", "versions");
  const stored = versions.filter((version) => at(version, "storage") === true);
  const causes = versions.flatMap((version, index): FailureCause[] =>
    at(version, "schema", "openAPIV3Schema") === undefined
      ? [
          {
            reason: "FieldValueRequired",
            message: "Required value: schemas are required",
            field: `spec.versions[${index}].schema.openAPIV3Schema`,
          },
        ]
      : [],
  );
  if (stored.length === 1) return causes;
  const message = "Invalid value: must have exactly one version marked as storage version";
  return [...causes, { reason: "FieldValueInvalid", message, field: "spec.versions" }];
}

function fixedCauses(next: JsonObject, live: JsonObject): readonly FailureCause[] {
  return ["scope", "group"].flatMap((field): FailureCause[] => {
    const value = at(next, "spec", field);
    if (value === at(live, "spec", field)) return [];
    const message = `Invalid value: ${JSON.stringify(value ?? null)}: field is immutable`;
    return [{ reason: "FieldValueInvalid", message, field: `spec.${field}` }];
  });
}
