import type { JsonObject } from "../../../../base/json.js";
import { objectAt } from "../../../../base/json.js";
import type { FieldError } from "./fieldError.js";
import { invalid } from "./fieldError.js";
import { configKeyProblem } from "./names.js";

/** What is wrong with the keys of a ConfigMap or Secret (core/v1 validation). */
export function configurationErrors(object: JsonObject): readonly FieldError[] {
  const binary = objectAt(object, "binaryData");
  const keys = Object.keys(objectAt(object, "data"));
  return [
    ...keys.flatMap((key) => keyErrors("data", key)),
    ...keys
      .filter((key) => Object.hasOwn(binary, key))
      .map((key) => invalid(`data[${key}]`, key, "duplicate of key present in binaryData")),
    ...Object.keys(binary).flatMap((key) => keyErrors("binaryData", key)),
  ];
}

function keyErrors(member: string, key: string): readonly FieldError[] {
  const problem = configKeyProblem(key);
  return problem === undefined ? [] : [invalid(`${member}[${key}]`, key, problem)];
}
