import type { Json, JsonObject } from "../../../base/json.js";
import { arrayAt, objectAt, stringAt } from "../../../base/json.js";
import { ok } from "../../../base/result.js";
import type { FailureCause } from "../status/failure.js";
import { sameJson } from "../sameJson.js";
import type { Strategy } from "./strategy.js";

/** A Pod begins Pending; of its spec only images and a few numbers change afterwards. */
export const podStrategy: Strategy = {
  prepareCreate: (object) =>
    ok({ ...withServiceAccount(object), status: { phase: "Pending", qosClass: qosClass(object) } }),
  validate: (next, live) => (live === undefined ? [] : immutableSpec(next, live)),
};

function withServiceAccount(object: JsonObject): JsonObject {
  const spec = objectAt(object, "spec");
  const account = stringAt(spec, "serviceAccountName") ?? stringAt(spec, "serviceAccount") ?? "default";
  return { ...object, spec: { ...spec, serviceAccountName: account, serviceAccount: account } };
}

function qosClass(object: JsonObject): string {
  const resources = arrayAt(object, "spec", "containers").map((container) => objectAt(container, "resources"));
  const isGuaranteed = ({ limits, requests }: JsonObject): boolean => {
    const names = Object.keys(objectAt(limits));
    const asked = objectAt(requests);
    return (
      ["cpu", "memory"].every((name) => names.includes(name)) &&
      names.every((name) => asked[name] === undefined || sameJson(asked[name], objectAt(limits)[name]))
    );
  };
  if (resources.every(isGuaranteed)) return "Guaranteed";
  const has = (value: Json | undefined): boolean => Object.keys(objectAt(value)).length > 0;
  return resources.some(({ limits, requests }) => has(limits) || has(requests)) ? "Burstable" : "BestEffort";
}

const changeable =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`," +
  "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations)," +
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

function immutableSpec(next: JsonObject, live: JsonObject): readonly FailureCause[] {
  if (sameJson(fixed(next), fixed(live))) return [];
  return [{ reason: "FieldValueForbidden", message: `Forbidden: ${changeable}`, field: "spec" }];
}

function fixed(pod: JsonObject): JsonObject {
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...spec } = objectAt(pod, "spec");
  const images = (name: string): Json =>
    arrayAt(spec, name).map((container) => ({ ...objectAt(container), image: "" }));
  // Bindings set the node, through their own subresource.
  return { ...spec, nodeName: "", containers: images("containers"), initContainers: images("initContainers") };
}
