import type { Json, JsonObject } from "../../../../base/json.js";
import { at, canonicalJson, isArray, isObject } from "../../../../base/json.js";
import type { Schema } from "../schema.js";
import { memberSchema } from "../schema.js";
import { itemStep, structureOf } from "../structure.js";
import type { FieldError } from "./fieldError.js";
import { duplicate, invalid, notSupported, required } from "./fieldError.js";
import { hasFormat } from "./formats.js";
import { scalarErrors } from "./scalars.js";

/** What is wrong with a value by its schema, in the words of the API server's OpenAPI validation. */
export function valueErrors(value: Json, schema: Schema, field: string): readonly FieldError[] {
  if (value === null && schema.nullable === true) return [];
  const wrong = typeError(value, schema, field);
  if (wrong !== undefined) return [wrong];
  return [
    ...enumErrors(value, schema, field),
    ...scalarErrors(value, schema, field),
    ...(isObject(value) ? objectErrors(value, schema, field) : []),
    ...(isArray(value) ? listErrors(value, schema, field) : []),
    ...combinationErrors(value, schema, field),
  ];
}

function typeError(value: Json, schema: Schema, field: string): FieldError | undefined {
  const actual = typeName(value);
  const wanted = schema["x-kubernetes-int-or-string"] === true ? ["integer", "string"] : [schema.type ?? actual];
  const isFine = wanted.includes(actual) || (actual === "integer" && wanted.includes("number"));
  if (isFine) return formatError(value, schema, field);
  const shown = JSON.stringify(actual);
  const message = `Invalid value: ${shown}: ${field} in body must be of type ${wanted.join(",")}: ${shown}`;
  return { reason: "FieldValueTypeInvalid", field, message };
}

function formatError(value: Json, { format }: Schema, field: string): FieldError | undefined {
  if (typeof value !== "string" || format === undefined || hasFormat(value, format)) return undefined;
  const shown = JSON.stringify(value);
  const message = `Invalid value: ${shown}: ${field} in body must be of type ${format}: ${shown}`;
  return { reason: "FieldValueTypeInvalid", field, message };
}

function typeName(value: Json): string {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function enumErrors(value: Json, { enum: values }: Schema, field: string): readonly FieldError[] {
  if (values === undefined || values.some((one) => canonicalJson(one) === canonicalJson(value))) return [];
  return [notSupported(field, value, values)];
}

function objectErrors(value: JsonObject, schema: Schema, field: string): readonly FieldError[] {
  const below = (name: string): string => (field === "" ? name : `${field}.${name}`);
  const count = Object.keys(value).length;
  const { minProperties = 0, maxProperties = Infinity } = schema;
  const errors = (schema.required ?? [])
    .filter((name) => at(value, name) === undefined)
    .map((name) => required(below(name)));
  for (const [name, member] of Object.entries(value)) {
    const declared = memberSchema(schema, name);
    if (declared !== undefined && member !== undefined) errors.push(...valueErrors(member, declared, below(name)));
  }
  if (count < minProperties)
    errors.push(invalid(field, count, `${field} in body should have at least ${minProperties} properties`));
  if (count > maxProperties) errors.push(tooMany(field, count, maxProperties));
  return errors;
}

function listErrors(value: readonly Json[], schema: Schema, field: string): readonly FieldError[] {
  const { minItems = 0, maxItems = Infinity, items } = schema;
  const errors: FieldError[] = [];
  if (value.length < minItems)
    errors.push(invalid(field, value.length, `${field} in body should have at least ${minItems} items`));
  if (value.length > maxItems) errors.push(tooMany(field, value.length, maxItems));
  for (const [index, item] of value.entries())
    if (items !== undefined) errors.push(...valueErrors(item, items, `${field}[${index}]`));
  return [...errors, ...duplicateErrors(value, schema, field)];
}

/** Items of sets and map lists are unique (list types, KEP-555). */
function duplicateErrors(value: readonly Json[], schema: Schema, field: string): readonly FieldError[] {
  const structure = structureOf(schema, value);
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const key = schema.uniqueItems === true ? canonicalJson(item) : itemStep(structure, item);
    if (key === undefined) return [];
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew ? [] : [duplicate(`${field}[${index}]`, item)];
  });
}

function combinationErrors(value: Json, schema: Schema, field: string): readonly FieldError[] {
  const holds = (one: Schema): boolean => valueErrors(value, one, field).length === 0;
  const problem = (text: string): FieldError => invalid("<nil>", "", `${JSON.stringify(field)} must ${text}`);
  const errors = (schema.allOf ?? []).flatMap((one) => valueErrors(value, one, field));
  if (schema.anyOf !== undefined && !schema.anyOf.some(holds))
    errors.push(problem("validate at least one schema (anyOf)"));
  if (schema.not !== undefined && holds(schema.not)) errors.push(problem("not validate the schema (not)"));
  if (schema.oneOf === undefined) return errors;
  const valid = schema.oneOf.filter(holds).length;
  if (valid === 1) return errors;
  const found = valid === 0 ? "none valid" : `${valid} valid alternatives`;
  errors.push(problem(`validate one and only one schema (oneOf). Found ${found}`));
  const [first] = schema.oneOf;
  return valid === 0 && first !== undefined ? [...errors, ...valueErrors(value, first, field)] : errors;
}

function tooMany(field: string, count: number, most: number): FieldError {
  return { reason: "FieldValueTooMany", field, message: `Too many: ${count}: must have at most ${most} items` };
}
