import type { Schema } from "../schema.js";
import { about, listOf, or, struct, text } from "./notation.js";
import { labelSelector } from "./selectors.js";

const policyRule: Schema = struct(
  {
    apiGroups: about(listOf(text), 'API groups; "" is the core group.'),
    nonResourceURLs: about(listOf(text), "Paths that are no resources."),
    resourceNames: about(listOf(text), "Names of the objects; empty means all."),
    resources: about(listOf(text), "Resources, such as pods or deployments/status."),
    verbs: about(listOf(text), "get, list, watch, create, update, patch, delete, deletecollection, or * for all."),
  },
  { required: ["verbs"] },
);

/** Rights inside a namespace. */
export const role: Schema = struct(
  { rules: about(listOf(policyRule), "What may be done.") },
  { description: "Rights inside a namespace." },
);

const roleRef: Schema = struct(
  { apiGroup: text, kind: text, name: text },
  { required: ["kind", "name"], atomic: true },
);

const subject: Schema = struct(
  { apiGroup: text, kind: text, name: text, namespace: text },
  { required: ["kind", "name"], atomic: true },
);

/** Gives somebody a role inside a namespace. */
export const roleBinding: Schema = struct(
  {
    roleRef: about(or(roleRef, {}), "The role. It cannot be changed."),
    subjects: about(listOf(subject), "Who gets it."),
  },
  { required: ["roleRef"], description: "Gives somebody a role inside a namespace." },
);

const aggregationRule: Schema = struct({ clusterRoleSelectors: listOf(labelSelector) });

/** Rights in the whole cluster. */
export const clusterRole: Schema = struct(
  {
    aggregationRule: about(aggregationRule, "Which ClusterRoles this one is made of."),
    rules: about(listOf(policyRule), "What may be done."),
  },
  { description: "Rights in the whole cluster." },
);

/** Gives somebody a role in the whole cluster. */
export const clusterRoleBinding: Schema = struct(
  {
    roleRef: about(or(roleRef, {}), "The role. It cannot be changed."),
    subjects: about(listOf(subject), "Who gets it."),
  },
  { required: ["roleRef"], description: "Gives somebody a role in the whole cluster." },
);
