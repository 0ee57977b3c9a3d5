import type { Json, JsonObject } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import type { Result } from "../../../base/result.js";
import { fail, ok } from "../../../base/result.js";
import type { Schema } from "../schema/schema.js";
import { objectSchema } from "../schema/objectMeta.js";
import { jsonPatch } from "./jsonPatch.js";
import { mergePatch } from "./mergePatch.js";
import type { PatchProblem } from "./patchProblem.js";
import { PatchFailure } from "./patchProblem.js";
import { strategicPatch } from "./strategic/strategicPatch.js";

/** A patch that is no server-side apply; `body` is what was sent. */
export interface Patch {
  readonly type: "json" | "merge" | "strategic";
  readonly body: Json;
}

/**
 * The patched object. `schema` says how strategic merge treats lists; a custom resource has none for it (undefined):
 * its strategic patches are `unsupported`.
 */
export function applyPatch(
  live: JsonObject,
  patch: Patch,
  schema: Schema | undefined,
): Result<JsonObject, PatchProblem> {
  try {
    const patched = carryOut(live, patch, schema);
    if (isObject(patched)) return ok(patched);
    return fail({ kind: "invalid", message: "the patch leaves no object" });
  } catch (thrown) {
    if (!(thrown instanceof PatchFailure)) throw thrown;
    const { kind, message, detail } = thrown;
    return fail({ kind, message, ...(detail === undefined ? {} : { detail }) });
  }
}

function carryOut(live: JsonObject, patch: Patch, schema: Schema | undefined): Json {
  switch (patch.type) {
    case "json":
      return jsonPatch(live, patch.body);
    case "merge":
      return mergePatch(live, objectOf(patch.body));
    case "strategic":
      if (schema === undefined)
        throw new PatchFailure(
          "unsupported",
          "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
        );
      return strategicPatch(live, objectOf(patch.body), objectSchema(schema));
  }
}

function objectOf(body: Json): JsonObject {
  if (isObject(body)) return body;
  const sent = isArray(body) ? "array" : typeof body;
  throw new PatchFailure(
    "badRequest",
    `error decoding patch: json: cannot unmarshal ${sent} into Go value of type map[string]interface {}`,
  );
}
