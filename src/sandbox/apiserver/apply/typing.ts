import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import { goText } from "../goText.js";
import type { Schema, SchemaType } from "../schema/schema.js";
import { isNamed, memberSchema } from "../schema/schema.js";
import { itemStep, structureOf } from "../schema/structure.js";
import { formatFieldPath } from "./fieldsV1.js";
import type { FieldPath } from "./fieldTree.js";

/** Why an applied object does not fit its schema, as `.spec.replica: field not declared in schema`; empty if it does. */
export function typingProblems(applied: JsonObject, schema: Schema): readonly string[] {
  const problems: string[] = [];
  new Walk((path, problem) => problems.push(`${formatFieldPath(path)}: ${problem}`)).check(applied, schema, []);
  return problems;
}

type Tell = (path: FieldPath, problem: string) => void;

class Walk {
  constructor(private readonly tell: Tell) {}

  check(value: Json, schema: Schema | undefined, path: FieldPath): void {
    if (schema === undefined || value === null) return;
    const problem = wrongType(value, schema);
    if (problem !== undefined) this.tell(path, problem);
    else if (isObject(value)) this.members(value, schema, path);
    else if (isArray(value)) this.items(value, schema, path);
  }

  private members(value: JsonObject, schema: Schema, path: FieldPath): void {
    const stranger = isClosed(schema) ? Object.keys(value).find((name) => !isNamed(schema, name)) : undefined;
    if (stranger !== undefined) {
      this.tell([...path, `f:${stranger}`], "field not declared in schema");
      return;
    }
    for (const [name, member] of Object.entries(value))
      if (member !== undefined) this.check(member, memberSchema(schema, name), [...path, `f:${name}`]);
  }

  private items(value: readonly Json[], schema: Schema, path: FieldPath): void {
    const structure = structureOf(schema, value);
    const seen = new Set<string>();
    for (const [index, item] of value.entries()) {
      const step = itemStep(structure, item);
      if (structure.kind === "leaf") {
        this.check(item, schema.items, [...path, `i:${index}`]);
      } else if (step === undefined) {
        this.tell(path, `element ${index}: ${unaddressable(item, schema)}`);
      } else if (seen.has(step)) {
        this.tell(path, `duplicate entries for key ${formatFieldPath([step])}`);
      } else {
        seen.add(step);
        this.check(item, schema.items, [...path, step]);
      }
    }
  }
}

/** Whether members that the schema does not name are unknown fields. */
function isClosed(schema: Schema): boolean {
  return (
    schema.properties !== undefined &&
    (schema.additionalProperties ?? false) === false &&
    schema["x-kubernetes-preserve-unknown-fields"] !== true
  );
}

function unaddressable(item: Json, schema: Schema): string {
  const keys = schema["x-kubernetes-list-map-keys"];
  if (keys === undefined) {
    if (isObject(item)) return "associative list without keys has an element that's a map type";
    if (isArray(item)) return "not supported: associative list with lists as elements";
    return "associative list without keys has an element that's an explicit null";
  }
  if (item === null) return "associative list with keys may not have a null element";
  if (!isObject(item)) return "associative list with keys may not have non-map elements";
  const names = keys.map((key) => JSON.stringify(key)).join(" ");
  return `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`;
}

function wrongType(value: Json, schema: Schema): string | undefined {
  if (schema["x-kubernetes-int-or-string"] === true || fits(value, schema.type)) return undefined;
  const isNested = schema.type === "object" || schema.type === "array";
  return `expected ${expectedWord(schema.type)}, got ${isNested ? `&{${goText(value)}}` : goType(value)}`;
}

function fits(value: Json, type: SchemaType | undefined): boolean {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return isArray(value);
    case "integer":
    case "number":
      return typeof value === "number";
    case "string":
    case "boolean":
      return typeof value === type;
    case undefined:
      return true;
  }
}

function expectedWord(type: SchemaType | undefined): string {
  switch (type) {
    case "object":
      return "map";
    case "array":
      return "list";
    case "integer":
    case "number":
      return "numeric (int or float)";
    case "string":
    case "boolean":
      return type;
    case undefined:
      return "scalar";
  }
}

function goType(value: Json): string {
  if (isArray(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : typeof value;
}
