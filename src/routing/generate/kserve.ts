import type { JsonObject } from "../../base/json.js";

/** The Gateway through which Knative serves inside the cluster, as an Istio resource and as a Service. */
export const localGateway = {
  gateway: "knative-serving/knative-local-gateway",
  destination: { host: "knative-local-gateway.istio-system.svc.cluster.local", port: { number: 80 } },
} as const;

/** The request header that tells a request on its second way through the gateway which model it is for. */
export const branchHeader = "branch";

/** Host under which Knative serves a predictor inside the cluster. */
export function predictorHost(predictor: string, namespace: string): string {
  return `${predictor}.${namespace}.svc.cluster.local`;
}

/**
 * The rule for requests that were given to a model by the rules after it: every model has a Host of its own, and its
 * name in the paths of KServe's protocols V1 and V2, so that no weighted rule can do it. Other paths stay.
 */
export function branchRule(isvc: string, host: string): JsonObject {
  return {
    match: [{ headers: { [branchHeader]: { exact: isvc } } }],
    rewrite: { uriRegexRewrite: { match: "^/(v[12])/models/[^/:]+", rewrite: `/\\1/models/${isvc}` } },
    route: [
      {
        destination: localGateway.destination,
        weight: 1,
        headers: { request: { set: { Host: host }, remove: [branchHeader] } },
      },
    ],
  };
}
