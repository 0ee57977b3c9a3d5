import type { Schema } from "../schema.js";
import { int64, keyed, listOf, or, setOf, struct, text } from "./notation.js";
import { condition, labelSelector } from "./selectors.js";

const auditAnnotation: Schema = struct({ key: text, valueExpression: text }, { required: ["key", "valueExpression"] });

const matchCondition: Schema = struct({ expression: text, name: text }, { required: ["name", "expression"] });

const namedRuleWithOperations: Schema = struct(
  {
    apiGroups: listOf(text),
    apiVersions: listOf(text),
    operations: listOf(text),
    resourceNames: listOf(text),
    resources: listOf(text),
    scope: or(text, "*"),
  },
  { atomic: true },
);

const matchResources: Schema = struct(
  {
    excludeResourceRules: listOf(namedRuleWithOperations),
    matchPolicy: or(text, "Equivalent"),
    namespaceSelector: labelSelector,
    objectSelector: labelSelector,
    resourceRules: listOf(namedRuleWithOperations),
  },
  { atomic: true },
);

const paramKind: Schema = struct({ apiVersion: text, kind: text }, { atomic: true });

const validation: Schema = struct(
  { expression: text, message: text, messageExpression: text, reason: text },
  { required: ["expression"] },
);

const variable: Schema = struct({ expression: text, name: text }, { required: ["name", "expression"], atomic: true });

const validatingAdmissionPolicySpec: Schema = struct({
  auditAnnotations: listOf(auditAnnotation),
  failurePolicy: or(text, "Fail"),
  matchConditions: keyed(matchCondition, "name"),
  matchConstraints: matchResources,
  paramKind,
  validations: listOf(validation),
  variables: keyed(variable, "name"),
});

const expressionWarning: Schema = struct({ fieldRef: text, warning: text }, { required: ["fieldRef", "warning"] });

const typeChecking: Schema = struct({ expressionWarnings: listOf(expressionWarning) });

const validatingAdmissionPolicyStatus: Schema = struct({
  conditions: listOf(condition, { keys: ["type"] }),
  observedGeneration: int64,
  typeChecking,
});

/** Refuses requests by CEL expressions. */
export const validatingAdmissionPolicy: Schema = struct(
  { spec: or(validatingAdmissionPolicySpec, {}), status: or(validatingAdmissionPolicyStatus, {}) },
  { description: "Refuses requests by CEL expressions." },
);

const paramRef: Schema = struct(
  { name: text, namespace: text, parameterNotFoundAction: text, selector: labelSelector },
  { atomic: true },
);

const validatingAdmissionPolicyBindingSpec: Schema = struct(
  { matchResources, paramRef, policyName: text, validationActions: setOf(text) },
  { required: ["policyName", "validationActions"] },
);

/** Puts a ValidatingAdmissionPolicy into force. */
export const validatingAdmissionPolicyBinding: Schema = struct(
  { spec: or(validatingAdmissionPolicyBindingSpec, {}) },
  { required: ["spec"], description: "Puts a ValidatingAdmissionPolicy into force." },
);
