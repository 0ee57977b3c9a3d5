import type { Json, JsonObject } from "../../../../base/json.js";
import { arrayAt, objectAt, stringAt } from "../../../../base/json.js";
import type { FieldError } from "./fieldError.js";
import { invalid, required } from "./fieldError.js";
import { labelErrors } from "./metadata.js";
import { labelProblem } from "./names.js";
import { duplicates, oneOf, portErrors, protocols } from "./podSpec.js";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

/** What is wrong with a Service (core/v1 validation). */
export function serviceErrors(service: JsonObject): readonly FieldError[] {
  const spec = objectAt(service, "spec");
  const ports = arrayAt(spec, "ports").map((port) => objectAt(port));
  const { type, clusterIP } = spec;
  const needsPorts = type !== "ExternalName" && clusterIP !== "None" && ports.length === 0;
  const needsName = type === "ExternalName" && (stringAt(spec, "externalName") ?? "") === "";
  return [
    ...(needsPorts ? [required("spec.ports")] : []),
    ...ports.flatMap((port, index) => servicePortErrors(port, `spec.ports[${index}]`, ports.length > 1)),
    ...duplicates(
      ports.map((port) => stringAt(port, "name") ?? ""),
      "spec.ports",
    ),
    ...labelErrors(objectAt(spec, "selector"), "spec.selector"),
    ...oneOf(spec["sessionAffinity"], ["ClientIP", "None"], "spec.sessionAffinity"),
    ...oneOf(type, types, "spec.type"),
    ...(needsName ? [required("spec.externalName")] : []),
  ];
}

function servicePortErrors(port: JsonObject, field: string, needsName: boolean): readonly FieldError[] {
  const name = stringAt(port, "name") ?? "";
  const problem = name === "" ? undefined : labelProblem(name);
  return [
    ...(needsName && name === "" ? [required(`${field}.name`)] : []),
    ...(problem === undefined ? [] : [invalid(`${field}.name`, name, problem)]),
    ...portErrors(port["port"] ?? 0, `${field}.port`),
    ...oneOf(port["protocol"], protocols, `${field}.protocol`),
    ...targetErrors(port["targetPort"], `${field}.targetPort`),
  ];
}

/** A target is a port's number, or its name: up to 15 letters, digits and dashes (RFC 6335). */
function targetErrors(target: Json | undefined, field: string): readonly FieldError[] {
  if (typeof target === "number") return portErrors(target, field);
  if (typeof target !== "string") return [];
  const problems = [
    ...(target.length > 15 ? ["must be no more than 15 characters"] : []),
    ...(/^[-a-z0-9]+$/.test(target) ? [] : ["must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"]),
    ...(/[a-z]/.test(target) ? [] : ["must contain at least one letter (a-z)"]),
    ...(target.includes("--") ? ["must not contain consecutive hyphens"] : []),
    ...(/^-|-$/.test(target) ? ["must not begin or end with a hyphen"] : []),
  ];
  return problems.map((problem) => invalid(field, target, problem));
}
