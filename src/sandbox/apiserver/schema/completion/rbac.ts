import type { JsonObject } from "../../../../base/json.js";
import { change, changeItems, withMissing } from "./members.js";

const group = "rbac.authorization.k8s.io";

/** A RoleBinding or ClusterRoleBinding with the API groups that its names mean (rbac/v1 defaults). */
export function completeBinding(binding: JsonObject): JsonObject {
  const referenced = change(binding, ["roleRef"], (role) => withMissing(role, { apiGroup: group }));
  return changeItems(referenced, "subjects", (subject) =>
    subject["kind"] === "User" || subject["kind"] === "Group" ? withMissing(subject, { apiGroup: group }) : subject,
  );
}
