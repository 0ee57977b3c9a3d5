import type { Json, JsonObject } from "../../base/json.js";

/** One JSON schema, draft 7. */
export type Schema = JsonObject;

/** What a person sees of a key. */
export interface Words {
  readonly title: string;
  readonly description: string;
  /** Values that editors offer. */
  readonly examples?: readonly Json[];
}

/** A text; `extra` holds further keywords, such as a pattern. */
export function text(words: Words, extra: Schema = {}): Schema {
  return { ...words, type: "string", ...extra };
}

/** A text that may not be empty. */
export function filledText(words: Words, extra: Schema = {}): Schema {
  return text(words, { minLength: 1, ...extra });
}

/** An integer from `least` to `most`. */
export function integer(words: Words, least: number, most: number): Schema {
  return { ...words, type: "integer", minimum: least, maximum: most };
}

/** A list. */
export function list(words: Words, items: Schema, extra: Schema = {}): Schema {
  return { ...words, type: "array", items, ...extra };
}

/** A mapping with no other keys than those of `properties`. */
export function mapping(words: Words, properties: Readonly<Record<string, Schema>>, extra: Schema = {}): Schema {
  return { ...words, type: "object", properties, additionalProperties: false, ...extra };
}

/** A mapping whose keys the user chooses. */
export function dictionary(words: Words, values: Schema, extra: Schema = {}): Schema {
  return { ...words, type: "object", additionalProperties: values, ...extra };
}

/** A mapping that is passed on as it is. */
export function anything(words: Words, extra: Schema = {}): Schema {
  return { ...words, type: "object", ...extra };
}

/** The same, or null: a key with nothing behind it counts as absent where it is not required. */
export function optional(schema: Schema): Schema {
  const { type, enum: values } = schema;
  const orNull = typeof type === "string" ? [type, "null"] : [...(type as readonly Json[]), "null"];
  return {
    ...schema,
    type: orNull,
    ...(Array.isArray(values) ? { enum: [...(values as readonly Json[]), null] } : {}),
  };
}

/** A key that may not be there at all. `instead` is what editors say. */
export function never(instead: string): Schema {
  return { type: "null", not: { type: "null" }, errorMessage: instead };
}

/** What makes a key's presence depend on others: nothing may be behind it. `instead` is what editors say. */
export function forbidden(instead: string): Schema {
  return { type: "null", errorMessage: instead };
}
