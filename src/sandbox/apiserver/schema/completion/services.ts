import type { JsonObject } from "../../../../base/json.js";
import { objectAt } from "../../../../base/json.js";
import { change, changeItems, withMissing } from "./members.js";

/**
 * A Service with the defaults that depend on its type (core/v1 defaults). Its addresses and their families are the
 * storage's to allocate, after the owners of its fields were noted: nobody owns them.
 */
export function completeService(service: JsonObject): JsonObject {
  return change(service, ["spec"], (spec) => {
    const { type, sessionAffinity } = spec;
    const ported = changeItems(spec, "ports", (port) => withMissing(port, { targetPort: port["port"] }));
    const affine = sessionAffinity === "ClientIP" ? withMissing(ported, clientIpTimeout(spec)) : ported;
    if (type === "ExternalName") return affine;
    const inside = withMissing(affine, { internalTrafficPolicy: "Cluster" });
    if (type !== "NodePort" && type !== "LoadBalancer") return inside;
    const balanced = type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {};
    return withMissing(inside, { externalTrafficPolicy: "Cluster", ...balanced });
  });
}

function clientIpTimeout(spec: JsonObject): JsonObject {
  const clientIP = withMissing(objectAt(spec, "sessionAffinityConfig", "clientIP"), { timeoutSeconds: 10_800 });
  return { sessionAffinityConfig: { clientIP } };
}
