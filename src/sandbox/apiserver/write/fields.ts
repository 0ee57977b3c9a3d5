import type { JsonObject } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { ServedKind } from "../kinds/servedKind.js";
import { decodeProblem } from "../schema/decode.js";
import { defaulted } from "../schema/defaulted.js";
import { prune } from "../schema/prune.js";
import type { Failure } from "../status/failure.js";
import { badRequest } from "../status/failure.js";
import type { FieldValidation } from "./writeOptions.js";

/** An object with nothing its kind does not know. */
export interface Shaped {
  readonly object: JsonObject;
  readonly warnings: readonly string[];
}

/** Drops unknown fields: silently, with a warning, or refusing them, as the request wishes. */
export function known(body: JsonObject, kind: ServedKind, validation: FieldValidation): Result<Shaped, Failure> {
  const misfit = decodeProblem(body, kind.schema);
  if (misfit !== undefined) return fail(badRequest(misfit));
  const { value, unknown } = prune(body, kind.schema);
  const problems = unknown.map((path) => `unknown field "${path}"`);
  if (validation === "Strict" && problems.length > 0)
    return fail(unhandled(kind, `strict decoding error: ${problems.join(", ")}`));
  return ok({ object: value, warnings: validation === "Warn" ? problems : [] });
}

/** The same, with what the server fills in. */
export function shaped(body: JsonObject, kind: ServedKind, validation: FieldValidation): Result<Shaped, Failure> {
  const fields = known(body, kind, validation);
  if (!fields.ok) return fields;
  return ok({ ...fields.value, object: defaulted(fields.value.object, kind.schema) });
}

/** 400: a body that is of no use as an object of its kind. */
export function unhandled(kind: ServedKind, problem: string): Failure {
  return badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${problem}`);
}
