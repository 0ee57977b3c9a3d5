import type { JsonObject } from "../../../../base/json.js";
import { arrayAt, objectAt, stringAt } from "../../../../base/json.js";
import type { FieldError } from "./fieldError.js";
import { invalid, required } from "./fieldError.js";
import { labelProblem, labelValueProblem, qualifiedNameProblem, subdomainProblem } from "./names.js";

/** Kinds whose names may have no dots. */
const labelNamed: ReadonlySet<string> = new Set(["Namespace", "Service"]);
/** Kinds whose names may be any segment of a path, such as `system:node`. */
const pathNamed: ReadonlySet<string> = new Set(["ClusterRole", "ClusterRoleBinding", "Event", "Role", "RoleBinding"]);
const standardFinalizers: ReadonlySet<string> = new Set([
  "orphan",
  "foregroundDeletion",
  "kubernetes",
  "customresourcecleanup.apiextensions.k8s.io",
]);
const mostAnnotationBytes = 256 * 1024;

/** What is wrong with the metadata of an object (apimachinery's ValidateObjectMeta). */
export function metadataErrors(object: JsonObject, isBuiltin: boolean): readonly FieldError[] {
  const metadata = objectAt(object, "metadata");
  return [
    ...nameErrors(metadata, stringAt(object, "kind") ?? "", isBuiltin),
    ...labelErrors(objectAt(metadata, "labels"), "metadata.labels"),
    ...annotationErrors(objectAt(metadata, "annotations")),
    ...arrayAt(metadata, "ownerReferences").flatMap((owner) => ownerErrors(objectAt(owner))),
    ...finalizerErrors(metadata, isBuiltin),
  ];
}

/** What is wrong with labels, or with a selector that is one. */
export function labelErrors(labels: JsonObject, field: string): readonly FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...errorOf(field, key, qualifiedNameProblem(key)),
    ...(typeof value === "string" ? errorOf(field, value, labelValueProblem(value)) : []),
  ]);
}

function nameErrors(metadata: JsonObject, kind: string, isBuiltin: boolean): readonly FieldError[] {
  const problemOf = isBuiltin ? ruleOf(kind) : subdomainProblem;
  const { generateName } = metadata;
  const name = stringAt(metadata, "name") ?? "";
  // What the server adds to a generated name is lower case, so that a dash at the end is fine.
  const generated = typeof generateName === "string" ? problemOf(generateName.replace(/-$/, "a")) : undefined;
  const errors = errorOf("metadata.generateName", stringAt(metadata, "generateName") ?? "", generated);
  if (name !== "") return [...errors, ...errorOf("metadata.name", name, problemOf(name))];
  if (generateName !== undefined && generateName !== "") return errors;
  return [...errors, required("metadata.name", "name or generateName is required")];
}

function ruleOf(kind: string): (name: string) => string | undefined {
  if (labelNamed.has(kind)) return labelProblem;
  return pathNamed.has(kind) ? pathSegmentProblem : subdomainProblem;
}

function pathSegmentProblem(name: string): string | undefined {
  if (name === "." || name === "..") return `may not be '${name}'`;
  const [bad] = /[/%]/.exec(name) ?? [];
  return bad === undefined ? undefined : `may not contain '${bad}'`;
}

function annotationErrors(annotations: JsonObject): readonly FieldError[] {
  const field = "metadata.annotations";
  const errors = Object.keys(annotations).flatMap((key) =>
    errorOf(field, key, qualifiedNameProblem(key.toLowerCase())),
  );
  const bytes = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(typeof value === "string" ? value : ""),
    0,
  );
  if (bytes <= mostAnnotationBytes) return errors;
  const message = `Too long: may not be more than ${mostAnnotationBytes} bytes`;
  return [...errors, { reason: "FieldValueTooLong", field, message }];
}

function ownerErrors(owner: JsonObject): readonly FieldError[] {
  const field = "metadata.ownerReferences";
  const empty = (name: string, detail: string): readonly FieldError[] =>
    (stringAt(owner, name) ?? "") === "" ? [invalid(`${field}.${name}`, "", detail)] : [];
  return [
    ...empty("apiVersion", "version must not be empty"),
    ...empty("kind", "must not be empty"),
    ...empty("name", "must not be empty"),
    ...empty("uid", "must not be empty"),
  ];
}

function finalizerErrors(metadata: JsonObject, isBuiltin: boolean): readonly FieldError[] {
  return arrayAt(metadata, "finalizers").flatMap((finalizer, index) => {
    if (typeof finalizer !== "string") return [];
    const problem = qualifiedNameProblem(finalizer);
    if (problem !== undefined) return [invalid("metadata.finalizers", finalizer, problem)];
    // A custom resource with such a finalizer is stored with a warning.
    if (!isBuiltin || finalizer.includes("/") || standardFinalizers.has(finalizer)) return [];
    const detail = "name is neither a standard finalizer name nor is it fully qualified";
    return [invalid(`metadata.finalizers[${index}]`, finalizer, detail)];
  });
}

function errorOf(field: string, value: string, problem: string | undefined): readonly FieldError[] {
  return problem === undefined ? [] : [invalid(field, value, problem)];
}
