import type { Json } from "../../../src/base/json.js";
import { arrayAt } from "../../../src/base/json.js";

/** One right as text: "patch deployments.apps", "list configmaps". */
export type Right = string;

/** The rights that RBAC rules give, one by one. Also reads the rules of a SelfSubjectRulesReview. */
export function rightsOf(rules: readonly Json[]): ReadonlySet<Right> {
  return new Set(
    rules.flatMap((rule) =>
      textsAt(rule, "apiGroups").flatMap((group) =>
        textsAt(rule, "resources").flatMap((resource) =>
          textsAt(rule, "verbs").map((verb) => `${verb} ${resource}${group === "" ? "" : `.${group}`}`),
        ),
      ),
    ),
  );
}

/** Whether a right is among those that were given, by itself or because everything is allowed. */
export function isAllowed(right: Right, given: ReadonlySet<Right>): boolean {
  return given.has(right) || given.has("* *.*");
}

function textsAt(value: Json, key: string): readonly string[] {
  return arrayAt(value, key).filter((entry) => typeof entry === "string");
}
