import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import type { Schema } from "../schema/schema.js";
import { memberSchema } from "../schema/schema.js";

/**
 * The first value of a built-in object whose JSON type is another than its field's, in the words of Go's decoder;
 * undefined if there is none. (Custom resources are told by validation, with all causes.)
 */
export function wrongType(object: JsonObject, schema: Schema, kind: string): string | undefined {
  return find(object, schema, kind);
}

function find(value: Json, schema: Schema | undefined, path: string): string | undefined {
  if (schema?.type === undefined || value === null || schema["x-kubernetes-int-or-string"] === true) return undefined;
  if (!fits(value, schema.type))
    return `json: cannot unmarshal ${typeName(value)} into Go struct field ${path} of type ${schema.type}`;
  if (isArray(value)) return first(value.map((item) => [item, schema.items, path]));
  if (!isObject(value)) return undefined;
  return first(
    Object.entries(value).map(([name, member]) => [
      member ?? null,
      memberSchema(schema, name),
      // Keys of a map are not named: Go tells the field that the map is in.
      schema.properties?.[name] === undefined ? path : `${path}.${name}`,
    ]),
  );
}

function first(parts: readonly (readonly [Json, Schema | undefined, string])[]): string | undefined {
  for (const [value, schema, path] of parts) {
    const found = find(value, schema, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fits(value: Json, type: NonNullable<Schema["type"]>): boolean {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "number":
    case "string":
    case "boolean":
      return typeof value === type;
  }
}

function typeName(value: Json): string {
  if (isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
