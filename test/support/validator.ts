import type { ValidateFunction } from "ajv";
import { Ajv } from "ajv";

import type { Json, JsonObject } from "../../src/base/json.js";

/** What a JSON schema says of a value. */
export interface SchemaCheck {
  valid(value: Json): boolean;
  /** Every objection as one line; empty for a valid value. */
  problems(value: Json): readonly string[];
}

/** Compiles a schema, strictly: a keyword that no editor and no validator knows is an error. */
export function validator(schema: JsonObject): SchemaCheck {
  const ajv = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
  for (const keyword of editorKeywords) ajv.addKeyword(keyword);
  const validate: ValidateFunction = ajv.compile(schema);
  const problems = (value: Json): readonly string[] =>
    validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message ?? ""}`);
  return { valid: (value) => validate(value), problems };
}

/** Keywords of editors' language servers: what they say instead of their own message. */
const editorKeywords = ["errorMessage", "patternErrorMessage"] as const;
