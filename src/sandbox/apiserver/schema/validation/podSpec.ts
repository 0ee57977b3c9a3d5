import type { Json, JsonObject } from "../../../../base/json.js";
import { arrayAt, objectAt, stringAt } from "../../../../base/json.js";
import type { FieldError } from "./fieldError.js";
import { duplicate, invalid, notFound, notSupported, required } from "./fieldError.js";
import { labelProblem } from "./names.js";

/** Layer 4 protocols. */
export const protocols = ["SCTP", "TCP", "UDP"] as const;
const pullPolicies = ["Always", "IfNotPresent", "Never"];

/** What is wrong with the spec of a Pod or a template (core/v1 validation); `restarts` are the policies it may have. */
export function podSpecErrors(spec: JsonObject, field: string, restarts: readonly string[]): readonly FieldError[] {
  const volumes = arrayAt(spec, "volumes").map((volume) => stringAt(volume, "name") ?? "");
  const containers = arrayAt(spec, "containers");
  const none = containers.length === 0 ? [required(`${field}.containers`)] : [];
  const all = ["initContainers", "containers"].flatMap((list) =>
    arrayAt(spec, list).flatMap((container, index) =>
      containerErrors(objectAt(container), `${field}.${list}[${index}]`, new Set(volumes)),
    ),
  );
  return [
    ...duplicates(volumes, `${field}.volumes`),
    ...none,
    ...all,
    ...duplicates(
      containers.map((each) => stringAt(each, "name") ?? ""),
      `${field}.containers`,
    ),
    ...oneOf(spec["restartPolicy"], restarts, `${field}.restartPolicy`),
  ];
}

/** An error where a value is given and none of those supported. */
export function oneOf(value: Json | undefined, supported: readonly string[], field: string): readonly FieldError[] {
  const isFine = value === undefined || (typeof value === "string" && supported.includes(value));
  return isFine ? [] : [notSupported(field, value, supported)];
}

/** An error for each name but the first of the same. */
export function duplicates(names: readonly string[], field: string): readonly FieldError[] {
  return names.flatMap((name, index) =>
    name === "" || names.indexOf(name) === index ? [] : [duplicate(`${field}[${index}].name`, name)],
  );
}

function containerErrors(container: JsonObject, field: string, volumes: ReadonlySet<string>): readonly FieldError[] {
  const image = (stringAt(container, "image") ?? "") === "" ? [required(`${field}.image`)] : [];
  const env = arrayAt(container, "env").flatMap((variable, index) =>
    (stringAt(variable, "name") ?? "") === "" ? [required(`${field}.env[${index}].name`)] : [],
  );
  const mounts = arrayAt(container, "volumeMounts").flatMap((mount, index) => {
    const name = stringAt(mount, "name") ?? "";
    return volumes.has(name) ? [] : [notFound(`${field}.volumeMounts[${index}].name`, name)];
  });
  const ports = arrayAt(container, "ports").flatMap((port, index) =>
    containerPortErrors(objectAt(port), `${field}.ports[${index}]`),
  );
  const pull = oneOf(container["imagePullPolicy"], pullPolicies, `${field}.imagePullPolicy`);
  return [...nameErrors(container, field), ...image, ...ports, ...env, ...mounts, ...pull];
}

function nameErrors(container: JsonObject, field: string): readonly FieldError[] {
  const name = stringAt(container, "name") ?? "";
  if (name === "") return [required(`${field}.name`)];
  const problem = labelProblem(name);
  return problem === undefined ? [] : [invalid(`${field}.name`, name, problem)];
}

function containerPortErrors(port: JsonObject, field: string): readonly FieldError[] {
  const number = port["containerPort"] ?? 0;
  const range = number === 0 ? [required(`${field}.containerPort`)] : portErrors(number, `${field}.containerPort`);
  return [...range, ...oneOf(port["protocol"], protocols, `${field}.protocol`)];
}

/** An error where a number is no port. */
export function portErrors(number: Json, field: string): readonly FieldError[] {
  const isPort = typeof number === "number" && Number.isInteger(number) && number >= 1 && number <= 65_535;
  return isPort ? [] : [invalid(field, number, "must be between 1 and 65535, inclusive")];
}
