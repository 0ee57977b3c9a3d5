import type { JsonObject } from "../../../../base/json.js";
import { arrayAt, objectAt, stringAt } from "../../../../base/json.js";
import { change, changeItems, withMissing } from "./members.js";

/** A Namespace carries its name as a label, so that selectors can name it (core/v1 defaults). */
export function completeNamespace(namespace: JsonObject): JsonObject {
  const name = stringAt(namespace, "metadata", "name");
  if (name === undefined) return namespace;
  return change(namespace, ["metadata"], (metadata) => ({
    ...metadata,
    labels: { ...objectAt(metadata, "labels"), "kubernetes.io/metadata.name": name },
  }));
}

/** The keys of `stringData` are written into `data`, and it is never read back (core/v1 strategy of Secrets). */
export function completeSecret(secret: JsonObject): JsonObject {
  const { stringData, ...rest } = secret;
  if (stringData === undefined) return secret;
  const written = Object.entries(objectAt(secret, "stringData")).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, Buffer.from(value, "utf8").toString("base64")] as const] : [],
  );
  return { ...rest, data: { ...objectAt(secret, "data"), ...Object.fromEntries(written) } };
}

/** A NetworkPolicy is about what it has rules for, and always about ingress (networking/v1 defaults). */
export function completeNetworkPolicy(policy: JsonObject): JsonObject {
  return change(policy, ["spec"], (spec) => {
    const egress = arrayAt(spec, "egress").length > 0 ? ["Egress"] : [];
    return withMissing(spec, { policyTypes: ["Ingress", ...egress] });
  });
}

/** A HorizontalPodAutoscaler without metrics follows the CPU, 80 % of what was requested (autoscaling/v2 defaults). */
export function completeAutoscaler(autoscaler: JsonObject): JsonObject {
  const target = { type: "Utilization", averageUtilization: 80 };
  const metrics = [{ type: "Resource", resource: { name: "cpu", target } }];
  return change(autoscaler, ["spec"], (spec) => withMissing(spec, { metrics }));
}

/** An EndpointSlice names its ports, if only by the empty name (discovery/v1 defaults). */
export function completeEndpointSlice(slice: JsonObject): JsonObject {
  return changeItems(slice, "ports", (port) => withMissing(port, { name: "", protocol: "TCP" }));
}

/** A ValidatingAdmissionPolicy is about every object unless it selects (admissionregistration/v1 defaults). */
export function completeAdmissionPolicy(policy: JsonObject): JsonObject {
  return change(policy, ["spec", "matchConstraints"], (constraints) =>
    withMissing(constraints, { namespaceSelector: {}, objectSelector: {} }),
  );
}
