import type { Json, JsonObject } from "../../../base/json.js";
import { arrayAt, numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Cluster } from "../cluster.js";
import type { Failure } from "../status/failure.js";
import { internalError } from "../status/failure.js";
import type { Strategy } from "./strategy.js";

/** Services get an address, and ports of the nodes where their type asks for them; a change keeps what they have. */
export const serviceStrategy: Strategy = {
  prepareCreate: (object, cluster) => allocated({ ...object, status: { loadBalancer: {} } }, {}, cluster),
  prepareUpdate: (next, live, cluster) => allocated(next, objectAt(live, "spec"), cluster),
};

function allocated(object: JsonObject, before: JsonObject, cluster: Cluster): Result<JsonObject, Failure> {
  const spec = objectAt(object, "spec");
  const type = stringAt(spec, "type") ?? "ClusterIP";
  if (type === "ExternalName") {
    const { clusterIP: _ip, clusterIPs: _ips, ...rest } = spec;
    return ok({ ...object, spec: rest });
  }
  const address = stringAt(spec, "clusterIP") || stringAt(before, "clusterIP") || cluster.services.address();
  if (address === undefined) return fail(internalError("no Service address is free"));
  const ports =
    type === "ClusterIP"
      ? withoutNodePorts(spec)
      : withNodePorts(arrayAt(spec, "ports"), arrayAt(before, "ports"), cluster);
  const families = {
    ipFamilies: spec["ipFamilies"] ?? ["IPv4"],
    ipFamilyPolicy: spec["ipFamilyPolicy"] ?? "SingleStack",
  };
  return ok({ ...object, spec: { ...spec, ...ports, clusterIP: address, clusterIPs: [address], ...families } });
}

function withoutNodePorts(spec: JsonObject): JsonObject {
  if (spec["ports"] === undefined) return {};
  return {
    ports: arrayAt(spec, "ports").map((port) => {
      const { nodePort: _nodePort, ...rest } = objectAt(port);
      return rest;
    }),
  };
}

function withNodePorts(ports: readonly Json[], before: readonly Json[], cluster: Cluster): JsonObject {
  const given = new Set(ports.map((port) => numberAt(port, "nodePort") ?? 0));
  return {
    ports: ports.map((port) => {
      const was = before.find((old) => numberAt(old, "port") === numberAt(port, "port"));
      const nodePort = numberAt(port, "nodePort") ?? numberAt(was, "nodePort") ?? cluster.services.nodePort(given);
      if (nodePort !== undefined) given.add(nodePort);
      return { ...objectAt(port), ...(nodePort === undefined ? {} : { nodePort }) };
    }),
  };
}
