import type { JsonObject } from "../../base/json.js";
import { arrayAt, stringAt } from "../../base/json.js";
import type { KubeObject } from "../../kube/object.js";
import { conditionsAt } from "./condition.js";
import type { StandInOptions } from "./standIn.js";
import { StandIn } from "./standIn.js";

const gatewayApi = { group: "gateway.networking.k8s.io", version: "v1" };

/** The status of GatewayClasses: all are accepted. */
export class GatewayClasses extends StandIn {
  constructor(options: StandInOptions) {
    super(options, {
      resource: { ...gatewayApi, resource: "gatewayclasses" },
      status: (object, { generation, now }) => ({
        conditions: conditionsAt(object, now, [{ type: "Accepted", status: "True" }]).map((condition) => ({
          ...condition,
          reason: "Accepted",
          message: "the class is served by the sandbox",
          observedGeneration: generation,
        })),
      }),
    });
  }
}

/** The status of Gateways: accepted and programmed, with the address where the sandbox's gateway listens. */
export class Gateways extends StandIn {
  constructor(options: StandInOptions, address: string) {
    super(options, {
      resource: { ...gatewayApi, resource: "gateways" },
      status: (object, { generation, now }) => statusOf(object, { generation, now, address }),
    });
  }
}

function statusOf(
  gateway: KubeObject,
  { generation, now, address }: { readonly generation: number; readonly now: number; readonly address: string },
): JsonObject {
  const said = ["Accepted", "Programmed"].map((type) => ({ type, status: "True" as const }));
  const conditions = conditionsAt(gateway, now, said).map((condition) => ({
    ...condition,
    reason: condition["type"] ?? "",
    message: "the sandbox's gateway listens",
    observedGeneration: generation,
  }));
  const supportedKinds = ["HTTPRoute", "GRPCRoute"].map((kind) => ({ group: gatewayApi.group, kind }));
  return {
    addresses: [{ type: "IPAddress", value: address }],
    conditions,
    listeners: arrayAt(gateway, "spec", "listeners").map((listener) => ({
      name: stringAt(listener, "name") ?? "",
      supportedKinds,
      attachedRoutes: 0,
      conditions,
    })),
  };
}
