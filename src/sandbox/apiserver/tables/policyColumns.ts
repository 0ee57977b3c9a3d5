import type { Json } from "../../../base/json.js";
import { arrayAt, at, numberAt, objectAt, stringAt } from "../../../base/json.js";
import type { KubeObject } from "../../../kube/object.js";
import type { Column } from "../kinds/servedKind.js";
import { ageColumn, count, integer, labelText, nameColumn, text, textOr, wide } from "./columns.js";

const bindings: readonly Column[] = [
  nameColumn,
  text("Role", (binding) => `${textOr(binding, "", "roleRef", "kind")}/${textOr(binding, "", "roleRef", "name")}`),
  ageColumn,
  wide("Users", (binding) => subjects(binding, "User")),
  wide("Groups", (binding) => subjects(binding, "Group")),
  wide("ServiceAccounts", (binding) => subjects(binding, "ServiceAccount")),
];

/** Columns of what says who may do what, and how much. */
export const policyColumns: Readonly<Record<string, readonly Column[]>> = {
  RoleBinding: bindings,
  ClusterRoleBinding: bindings,
  PodDisruptionBudget: [
    nameColumn,
    text("Min Available", (budget) => orNotAvailable(at(budget, "spec", "minAvailable"))),
    text("Max Unavailable", (budget) => orNotAvailable(at(budget, "spec", "maxUnavailable"))),
    integer("Allowed Disruptions", (budget) => count(budget, "status", "disruptionsAllowed")),
    ageColumn,
  ],
  HorizontalPodAutoscaler: [
    nameColumn,
    text("Reference", (scaler) => {
      const target = objectAt(scaler, "spec", "scaleTargetRef");
      return `${labelText(target["kind"])}/${labelText(target["name"])}`;
    }),
    text("Targets", () => "<none>"),
    text("MinPods", (scaler) => String(numberAt(scaler, "spec", "minReplicas") ?? 1)),
    text("MaxPods", (scaler) => String(count(scaler, "spec", "maxReplicas"))),
    text("Replicas", (scaler) => String(count(scaler, "status", "currentReplicas"))),
    ageColumn,
  ],
  ValidatingAdmissionPolicy: [
    nameColumn,
    integer("Validations", (policy) => arrayAt(policy, "spec", "validations").length),
    text("ParamKind", (policy) => kindText(objectAt(policy, "spec", "paramKind"))),
    ageColumn,
  ],
  ValidatingAdmissionPolicyBinding: [
    nameColumn,
    text("PolicyName", (binding) => textOr(binding, "", "spec", "policyName")),
    text("ParamRef", (binding) => textOr(binding, "<unset>", "spec", "paramRef", "name")),
    ageColumn,
  ],
};

function subjects(binding: KubeObject, kind: string): string {
  return arrayAt(binding, "subjects")
    .filter((subject) => stringAt(subject, "kind") === kind)
    .map((subject) => [stringAt(subject, "namespace"), stringAt(subject, "name")].filter(Boolean).join("/"))
    .join(", ");
}

function orNotAvailable(value: Json | undefined): string {
  return value === undefined ? "N/A" : labelText(value);
}

function kindText(paramKind: Json): string {
  const apiVersion = stringAt(paramKind, "apiVersion");
  return apiVersion === undefined ? "<unset>" : `${apiVersion}/${stringAt(paramKind, "kind") ?? ""}`;
}
