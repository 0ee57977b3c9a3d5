import { apiVersionOf, groupResourceOf } from "../../../kube/resource.js";
import { builtinSchema } from "../schema/builtins/builtinSchema.js";
import { objectSchema } from "../schema/objectMeta.js";
import { builtinColumns } from "../tables/builtinColumns.js";
import { eventConversion } from "./eventConversion.js";
import type { ServedKind, Subresource } from "./servedKind.js";
import { allVerbs } from "./servedKind.js";

/** How a built-in kind differs from a namespaced one without status and generation. */
interface Features {
  readonly short?: readonly string[];
  readonly all?: true;
  readonly cluster?: true;
  readonly status?: true;
  readonly scale?: true;
  readonly counts?: true;
  readonly plural?: string;
  readonly categories?: readonly string[];
  readonly more?: readonly Subresource[];
}

const statusVerbs = ["get", "patch", "update"];

function builtin(group: string, version: string, kind: string, features: Features = {}): ServedKind {
  const plural = features.plural ?? `${kind.toLowerCase()}s`;
  const { short = [], all, cluster, status, scale, counts = false, more = [], categories = [] } = features;
  const scaleKind = { name: "scale", kind: "Scale", verbs: statusVerbs, group: "autoscaling", version: "v1" };
  return {
    group,
    version,
    plural,
    singular: kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    namespaced: cluster !== true,
    shortNames: short,
    categories: all === true ? ["all"] : categories,
    verbs: allVerbs,
    subresources: [
      ...(status === true ? [{ name: "status", kind, verbs: statusVerbs }] : []),
      ...(scale === true ? [scaleKind] : []),
      ...more,
    ],
    collection: groupResourceOf({ group, resource: plural }),
    storedAs: apiVersionOf({ group, version }),
    counts,
    isCustom: false,
    hasDefaults: true,
    schema: objectSchema(builtinSchema(apiVersionOf({ group, version }), kind) ?? unknownSchema),
    columns: builtinColumns(kind),
    ...(scale === true ? { scale: deploymentScale } : {}),
  };
}

const unknownSchema = { type: "object", "x-kubernetes-preserve-unknown-fields": true } as const;

const deploymentScale = {
  specReplicas: ["spec", "replicas"],
  statusReplicas: ["status", "replicas"],
  selector: ["spec", "selector"],
};

const podSubresources: readonly Subresource[] = [
  { name: "binding", kind: "Binding", verbs: ["create"] },
  { name: "eviction", kind: "Eviction", verbs: ["create"], group: "policy", version: "v1" },
];

const tokenRequest: Subresource = {
  name: "token",
  kind: "TokenRequest",
  verbs: ["create"],
  group: "authentication.k8s.io",
  version: "v1",
};

const rbac = "rbac.authorization.k8s.io";
const workload = { all: true, status: true, scale: true, counts: true } as const;
const coreEvents = builtin("", "v1", "Event", { short: ["ev"] });

/** Events have two faces and one store. */
const events: readonly ServedKind[] = [
  coreEvents,
  {
    ...builtin("events.k8s.io", "v1", "Event", { short: ["ev"] }),
    collection: coreEvents.collection,
    storedAs: coreEvents.storedAs,
    conversion: eventConversion,
  },
];

/** Every built-in kind of which objects are stored. */
export const builtinKinds: readonly ServedKind[] = [
  builtin("", "v1", "ConfigMap", { short: ["cm"] }),
  builtin("", "v1", "Endpoints", { short: ["ep"], plural: "endpoints" }),
  ...events,
  {
    ...builtin("", "v1", "Namespace", {
      short: ["ns"],
      cluster: true,
      status: true,
      more: [{ name: "finalize", kind: "Namespace", verbs: ["update"] }],
    }),
    verbs: allVerbs.filter((verb) => verb !== "deletecollection"),
  },
  builtin("", "v1", "Node", { short: ["no"], cluster: true, status: true }),
  builtin("", "v1", "Pod", { short: ["po"], all: true, status: true, counts: true, more: podSubresources }),
  builtin("", "v1", "Secret"),
  builtin("", "v1", "ServiceAccount", { short: ["sa"], more: [tokenRequest] }),
  builtin("", "v1", "Service", { short: ["svc"], all: true, status: true }),
  builtin("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy", {
    plural: "validatingadmissionpolicies",
    cluster: true,
    status: true,
    counts: true,
    categories: ["api-extensions"],
  }),
  builtin("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicyBinding", {
    cluster: true,
    counts: true,
    categories: ["api-extensions"],
  }),
  builtin("apiextensions.k8s.io", "v1", "CustomResourceDefinition", {
    short: ["crd", "crds"],
    cluster: true,
    status: true,
    counts: true,
    categories: ["api-extensions"],
  }),
  builtin("apps", "v1", "DaemonSet", { short: ["ds"], all: true, status: true, counts: true }),
  builtin("apps", "v1", "Deployment", { short: ["deploy"], ...workload }),
  builtin("apps", "v1", "ReplicaSet", { short: ["rs"], ...workload }),
  builtin("apps", "v1", "StatefulSet", { short: ["sts"], ...workload }),
  builtin("autoscaling", "v2", "HorizontalPodAutoscaler", { short: ["hpa"], all: true, status: true }),
  builtin("batch", "v1", "Job", { all: true, status: true, counts: true }),
  builtin("coordination.k8s.io", "v1", "Lease"),
  builtin("discovery.k8s.io", "v1", "EndpointSlice", { counts: true }),
  builtin("networking.k8s.io", "v1", "NetworkPolicy", { short: ["netpol"], plural: "networkpolicies", counts: true }),
  builtin("policy", "v1", "PodDisruptionBudget", { short: ["pdb"], status: true, counts: true }),
  builtin(rbac, "v1", "ClusterRole", { cluster: true }),
  builtin(rbac, "v1", "ClusterRoleBinding", { cluster: true }),
  builtin(rbac, "v1", "Role"),
  builtin(rbac, "v1", "RoleBinding"),
];
