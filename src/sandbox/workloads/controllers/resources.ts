import type { GroupVersionResource } from "../../../kube/resource.js";

/** The kinds that the workload controllers follow and write. */
export const workloadResources = {
  deployments: { group: "apps", version: "v1", resource: "deployments" },
  replicaSets: { group: "apps", version: "v1", resource: "replicasets" },
  pods: { group: "", version: "v1", resource: "pods" },
  services: { group: "", version: "v1", resource: "services" },
  endpointSlices: { group: "discovery.k8s.io", version: "v1", resource: "endpointslices" },
} as const satisfies Record<string, GroupVersionResource>;
