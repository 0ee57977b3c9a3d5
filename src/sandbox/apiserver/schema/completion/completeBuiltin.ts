import type { JsonObject } from "../../../../base/json.js";
import { stringAt } from "../../../../base/json.js";
import { completeDefinition } from "./customResources.js";
import {
  completeAdmissionPolicy,
  completeAutoscaler,
  completeEndpointSlice,
  completeNamespace,
  completeNetworkPolicy,
  completeSecret,
} from "./others.js";
import { completePod } from "./pods.js";
import { completeBinding } from "./rbac.js";
import { completeService } from "./services.js";
import {
  completeDaemonSet,
  completeDeployment,
  completeJob,
  completeReplicaSet,
  completeStatefulSet,
} from "./workloads.js";

const completions: ReadonlyMap<string, (object: JsonObject) => JsonObject> = new Map([
  ["v1 Namespace", completeNamespace],
  ["v1 Pod", completePod],
  ["v1 Secret", completeSecret],
  ["v1 Service", completeService],
  ["admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy", completeAdmissionPolicy],
  ["apiextensions.k8s.io/v1 CustomResourceDefinition", completeDefinition],
  ["apps/v1 DaemonSet", completeDaemonSet],
  ["apps/v1 Deployment", completeDeployment],
  ["apps/v1 ReplicaSet", completeReplicaSet],
  ["apps/v1 StatefulSet", completeStatefulSet],
  ["autoscaling/v2 HorizontalPodAutoscaler", completeAutoscaler],
  ["batch/v1 Job", completeJob],
  ["discovery.k8s.io/v1 EndpointSlice", completeEndpointSlice],
  ["networking.k8s.io/v1 NetworkPolicy", completeNetworkPolicy],
  ["rbac.authorization.k8s.io/v1 ClusterRoleBinding", completeBinding],
  ["rbac.authorization.k8s.io/v1 RoleBinding", completeBinding],
]);

/** A built-in object with the defaults that depend on its other fields; any other object as it is. */
export function completeBuiltin(object: JsonObject): JsonObject {
  const complete = completions.get(`${stringAt(object, "apiVersion") ?? ""} ${stringAt(object, "kind") ?? ""}`);
  return complete === undefined ? object : complete(object);
}
