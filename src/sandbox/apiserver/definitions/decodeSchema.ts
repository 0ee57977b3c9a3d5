import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import type { Schema } from "../schema/schema.js";

/** What the members of a schema hold that are not taken as they are. */
const shapes: Readonly<Record<string, "schema" | "schemas" | "schemaMap" | "list" | "value">> = {
  items: "schema",
  not: "schema",
  additionalProperties: "schema",
  properties: "schemaMap",
  oneOf: "schemas",
  anyOf: "schemas",
  allOf: "schemas",
  enum: "list",
  required: "list",
  default: "value",
};

/**
 * The schema of a custom resource as a definition holds it. Null stands for absence, as it does in every optional field
 * of the API, but for the default; and so does a part that is no schema where one belongs.
 */
export function decodeSchema(value: JsonObject): Schema {
  const members = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const decoded = member === undefined ? undefined : decodeMember(shapes[name], member);
    return decoded === undefined ? [] : [[name, decoded]];
  });
  return Object.fromEntries(members);
}

function decodeMember(shape: (typeof shapes)[string] | undefined, member: Json): Json | undefined {
  switch (shape) {
    case "value":
      return member;
    case "schema":
      return typeof member === "boolean" ? member : isObject(member) ? decodeSchema(member) : undefined;
    case "schemas":
      return isArray(member) ? member.filter(isObject).map(decodeSchema) : undefined;
    case "schemaMap":
      return isObject(member) ? decodeMap(member) : undefined;
    case "list":
      return isArray(member) ? member : undefined;
    case undefined:
      return member === null ? undefined : member;
  }
}

function decodeMap(map: JsonObject): JsonObject {
  const entries = Object.entries(map).flatMap(([name, member]): [string, Json][] =>
    isObject(member) ? [[name, decodeSchema(member)]] : [],
  );
  return Object.fromEntries(entries);
}
