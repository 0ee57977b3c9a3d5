import type { Json, JsonObject } from "../../../base/json.js";

/** The types a value may have. */
export type SchemaType = "object" | "array" | "string" | "integer" | "number" | "boolean";

/**
 * An OpenAPI v3 schema object with the extensions of Kubernetes, written out in full: no `$ref`. It describes a value,
 * says how the server merges it (list types, map types, merge keys), what it fills in and what it drops.
 */
export interface Schema extends JsonObject {
  readonly type?: SchemaType;
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly enum?: readonly Json[];
  readonly default?: Json;
  readonly nullable?: boolean;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-embedded-resource"?: boolean;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
  readonly "x-kubernetes-patch-merge-key"?: string;
  /** `merge`, `replace`, `retainKeys`, or two of them joined by a comma. */
  readonly "x-kubernetes-patch-strategy"?: string;
  /** CEL rules: carried, not run. */
  readonly "x-kubernetes-validations"?: readonly JsonObject[];
}

/** The schema of a member of an object; undefined where the schema knows nothing of it. */
export function memberSchema(schema: Schema | undefined, name: string): Schema | undefined {
  const declared = schema?.properties;
  if (declared !== undefined && Object.hasOwn(declared, name)) return declared[name];
  const others = schema?.additionalProperties;
  return typeof others === "object" ? others : undefined;
}

/** Whether the schema names this member among its properties (a field of a struct, not a key of a map). */
export function isNamed(schema: Schema | undefined, name: string): boolean {
  return schema?.properties !== undefined && Object.hasOwn(schema.properties, name);
}
