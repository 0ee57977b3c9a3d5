import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt, isObject, objectAt } from "../../base/json.js";
import type { YamlDocument } from "../../base/yaml.js";

/**
 * Iter8's release chart writes `mirror` and `mirrorPercentage` of a VirtualService's rule once for each candidate. YAML
 * keeps the last pair alone; here all of them become `mirrors`, which is what Istio has for several. A rule that names
 * them once, or not as often as their percentages, stays as it is.
 */
export function withRepeatedMirrors(body: JsonObject, { repeated }: Pick<YamlDocument, "repeated">): JsonObject {
  if (body["kind"] !== "VirtualService" || repeated.size === 0) return body;
  const http = arrayAt(body, "spec", "http").map((rule, index) => {
    const hosts = repeated.get(`spec.http[${index}].mirror`) ?? [];
    const percentages = repeated.get(`spec.http[${index}].mirrorPercentage`) ?? [];
    return isObject(rule) && hosts.length > 1 && hosts.length === percentages.length
      ? withMirrors(rule, hosts, percentages)
      : rule;
  });
  return { ...body, spec: { ...objectAt(body, "spec"), http } };
}

function withMirrors(rule: JsonObject, hosts: readonly Json[], percentages: readonly Json[]): JsonObject {
  const { mirror: _mirror, mirrorPercentage: _percentage, ...rest } = rule;
  const mirrors = hosts.map((destination, index): Json => {
    const percentage = percentages[index];
    return percentage === undefined ? { destination } : { destination, percentage };
  });
  return { ...rest, mirrors };
}
