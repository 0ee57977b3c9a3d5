import type { Json, JsonObject } from "../../../base/json.js";
import { at, objectAt } from "../../../base/json.js";
import { ok } from "../../../base/result.js";
import type { FailureCause } from "../status/failure.js";
import { labelText } from "../tables/columns.js";
import { sameJson } from "../sameJson.js";
import type { Strategy } from "./strategy.js";

/** What a workload selects is fixed when it is created. */
export const workloadStrategy: Strategy = {
  validate(next, live) {
    const selector = at(next, "spec", "selector");
    if (live === undefined || sameJson(selector, at(live, "spec", "selector"))) return [];
    return [immutable("spec.selector", selector ?? null)];
  },
};

/** ConfigMaps and Secrets may declare themselves immutable; that cannot be taken back. */
export const configMapStrategy: Strategy = {
  validate(next, live) {
    if (live?.["immutable"] !== true) return [];
    const parts = ["immutable", "data", "binaryData", "stringData"] as const;
    return parts
      .filter((part) => !sameJson(next[part], live[part]))
      .map((field) => ({
        reason: "FieldValueForbidden",
        message: "Forbidden: field is immutable when `immutable` is set",
        field,
      }));
  },
};

/** Secrets take text in `stringData` and keep it, encoded, in `data`. */
export const secretStrategy: Strategy = {
  prepareCreate: (object) => ok(encoded(object)),
  prepareUpdate: (next) => ok(encoded(next)),
  ...configMapStrategy,
};

function encoded(secret: JsonObject): JsonObject {
  const { stringData, ...rest } = secret;
  const type = secret["type"] ?? "Opaque";
  if (stringData === undefined) return { ...rest, type };
  const texts = Object.entries(objectAt(stringData)).map(([name, value]): [string, string] => [
    name,
    Buffer.from(labelText(value)).toString("base64"),
  ]);
  return { ...rest, type, data: { ...objectAt(secret, "data"), ...Object.fromEntries(texts) } };
}

function immutable(field: string, value: Json | JsonObject): FailureCause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(value)}: field is immutable`, field };
}
