import type { Json, JsonObject } from "../../../base/json.js";
import { canonicalJson, isArray, isObject, stringAt } from "../../../base/json.js";
import { isBuiltin } from "./builtins/builtinSchema.js";
import type { Schema, SchemaType } from "./schema.js";
import { memberSchema } from "./schema.js";

/**
 * Why an object cannot be read as what it says it is, in the words of the 400 that answers it; undefined if it can. The
 * server reads built-in kinds, and the metadata of all others, into types of its own. It names the type that the field
 * is in; where the schema does not know that name, it is made up from the field's.
 */
export function decodeProblem(object: JsonObject, schema: Schema): string | undefined {
  const kind = stringAt(object, "kind") ?? "";
  const version = (stringAt(object, "apiVersion") ?? "").split("/").at(-1) ?? "";
  const metadata = memberSchema(schema, "metadata");
  const problem = isBuiltin(object)
    ? problemOf(object, schema, { path: [], holder: kind })
    : problemOf(object["metadata"] ?? {}, metadata, { path: [], holder: "ObjectMeta" });
  return problem && `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${problem}`;
}

/** Where a value stands: the fields on the way to it, and the type that it is a field of. */
interface Place {
  readonly path: readonly string[];
  readonly holder: string;
}

function problemOf(value: Json, schema: Schema | undefined, place: Place): string | undefined {
  if (schema === undefined || value === null) return undefined;
  const wanted = goType(schema, place);
  const fits = jsonTypes(schema).includes(typeOf(value));
  const isWhole = schema.type !== "integer" || Number.isInteger(value);
  if (!fits || !isWhole) {
    const got = fits ? `number ${canonicalJson(value)}` : typeOf(value);
    return `json: cannot unmarshal ${got} into Go struct field ${place.holder}.${place.path.join(".")} of type ${wanted}`;
  }
  if (schema.format === "quantity" && typeof value === "string" && !quantity.test(value))
    return `quantities must match the regular expression '${quantity.source}'`;
  if (isArray(value)) return first(value, (item) => problemOf(item, schema.items, place));
  if (!isObject(value)) return undefined;
  return first(Object.entries(value), ([name, member]) =>
    problemOf(member ?? null, memberSchema(schema, name), below(schema, name, place)),
  );
}

const quantity = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

/** The keys of a map are no fields. */
function below(schema: Schema, name: string, place: Place): Place {
  if (schema.properties === undefined) return place;
  const path = [...place.path, name];
  return { path, holder: place.path.length === 0 ? place.holder : holderOf(place) };
}

const holders: Readonly<Record<string, string>> = {
  metadata: "ObjectMeta",
  "spec.template": "PodTemplateSpec",
  "spec.template.spec": "PodSpec",
  "spec.selector": "LabelSelector",
  "spec.strategy": "DeploymentStrategy",
};

function holderOf({ path, holder }: Place): string {
  const known = holders[path.join(".")];
  if (known !== undefined) return known;
  const last = path.at(-1) ?? "";
  if (path.length === 1) return holder + capital(last);
  if (last === "ports") return path.includes("containers") ? "ContainerPort" : "ServicePort";
  return last === "metadata" ? "ObjectMeta" : capital(last.replace(/s$/, ""));
}

const jsonNames: Readonly<Record<SchemaType, readonly string[]>> = {
  array: ["array"],
  boolean: ["bool"],
  integer: ["number"],
  number: ["number"],
  object: ["object"],
  string: ["string"],
};

function jsonTypes(schema: Schema): readonly string[] {
  if (schema["x-kubernetes-int-or-string"] === true) return ["number", "string"];
  return schema.type === undefined ? Object.values(jsonNames).flat() : jsonNames[schema.type];
}

function typeOf(value: Json): string {
  if (isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function goType(schema: Schema, place: Place): string {
  const { type, items = {}, additionalProperties: values } = schema;
  if (schema["x-kubernetes-int-or-string"] === true) return "int32";
  if (type === "array") return `[]${goType(items, place)}`;
  if (type === "object")
    return typeof values === "object" ? `map[string]${goType(values, place)}` : `v1.${holderOf(place)}`;
  if (type === "integer") return schema.format ?? "int64";
  if (type === "number") return "float64";
  return type === "boolean" ? "bool" : "string";
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function first<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
