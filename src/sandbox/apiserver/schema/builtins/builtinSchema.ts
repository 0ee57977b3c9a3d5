import type { JsonObject } from "../../../../base/json.js";
import { stringAt } from "../../../../base/json.js";
import { objectSchema } from "../objectMeta.js";
import type { Schema } from "../schema.js";
import { validatingAdmissionPolicy, validatingAdmissionPolicyBinding } from "./admissionPolicies.js";
import { daemonSet, deployment, replicaSet, statefulSet } from "./apps.js";
import { horizontalPodAutoscaler } from "./autoscaling.js";
import { job } from "./batch.js";
import { lease } from "./coordination.js";
import { configMap, event, namespace, secret, serviceAccount } from "./core.js";
import { customResourceDefinition } from "./customResources.js";
import { endpointSlice } from "./endpointSlices.js";
import { event as seriesEvent } from "./events.js";
import { networkPolicy } from "./networkPolicies.js";
import { node } from "./nodes.js";
import { pod } from "./pods.js";
import { podDisruptionBudget } from "./policy.js";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "./rbac.js";
import { endpoints, service } from "./services.js";

const kinds: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  v1: {
    ConfigMap: configMap,
    Endpoints: endpoints,
    Event: event,
    Namespace: namespace,
    Node: node,
    Pod: pod,
    Secret: secret,
    Service: service,
    ServiceAccount: serviceAccount,
  },
  "admissionregistration.k8s.io/v1": {
    ValidatingAdmissionPolicy: validatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding: validatingAdmissionPolicyBinding,
  },
  "apiextensions.k8s.io/v1": { CustomResourceDefinition: customResourceDefinition },
  "apps/v1": { DaemonSet: daemonSet, Deployment: deployment, ReplicaSet: replicaSet, StatefulSet: statefulSet },
  "autoscaling/v2": { HorizontalPodAutoscaler: horizontalPodAutoscaler },
  "batch/v1": { Job: job },
  "coordination.k8s.io/v1": { Lease: lease },
  "discovery.k8s.io/v1": { EndpointSlice: endpointSlice },
  "events.k8s.io/v1": { Event: seriesEvent },
  "networking.k8s.io/v1": { NetworkPolicy: networkPolicy },
  "policy/v1": { PodDisruptionBudget: podDisruptionBudget },
  "rbac.authorization.k8s.io/v1": {
    ClusterRole: clusterRole,
    ClusterRoleBinding: clusterRoleBinding,
    Role: role,
    RoleBinding: roleBinding,
  },
};

/** The schema of a built-in kind, apiVersion, kind and metadata included; undefined for any other kind. */
export function builtinSchema(apiVersion: string, kind: string): Schema | undefined {
  const group = Object.hasOwn(kinds, apiVersion) ? kinds[apiVersion] : undefined;
  const schema = group !== undefined && Object.hasOwn(group, kind) ? group[kind] : undefined;
  return schema === undefined ? undefined : objectSchema(schema);
}

/** Whether an object is of a built-in kind. */
export function isBuiltin(object: JsonObject): boolean {
  const group = kinds[stringAt(object, "apiVersion") ?? ""];
  return group !== undefined && Object.hasOwn(group, stringAt(object, "kind") ?? "");
}

/** Every built-in kind, as `[apiVersion, kind]`. */
export function builtinKinds(): readonly (readonly [string, string])[] {
  return Object.entries(kinds).flatMap(([apiVersion, group]) =>
    Object.keys(group).map((kind) => [apiVersion, kind] as const),
  );
}
