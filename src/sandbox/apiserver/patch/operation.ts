import type { Json } from "../../../base/json.js";
import { isArray, isObject } from "../../../base/json.js";
import { PatchFailure, refused } from "./patchProblem.js";

/** One operation of a JSON patch; `path` and `from` are JSON pointers. */
export type Operation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly path: string; readonly from: string };

/** Most operations in one patch, as on a real server. */
const mostOperations = 10_000;

/** The operations of a JSON patch. Throws `PatchFailure` where it is none. */
export function decodeOperations(patch: Json): readonly Operation[] {
  if (!isArray(patch)) {
    const sent = isObject(patch) ? "object" : typeof patch;
    const problem = `error decoding patch: json: cannot unmarshal ${sent} into Go value of type []handlers.jsonPatchOp`;
    throw new PatchFailure("badRequest", problem);
  }
  if (patch.length > mostOperations)
    throw new PatchFailure(
      "badRequest",
      `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${patch.length}`,
    );
  return patch.map(decodeOperation);
}

function decodeOperation(body: Json, index: number): Operation {
  const wrong = (problem: string): PatchFailure => refused("invalid", `operation ${index}: ${problem}`);
  if (!isObject(body)) throw wrong("an operation is an object with op and path");
  const { op, path, from } = body;
  if (typeof path !== "string") throw wrong("path is missing: give a JSON pointer");
  switch (op) {
    case "add":
    case "replace":
    case "test":
      return { op, path, value: body["value"] ?? null };
    case "remove":
      return { op, path };
    case "move":
    case "copy":
      if (typeof from !== "string") throw wrong("from is missing: give a JSON pointer");
      return { op, path, from };
    default:
      throw wrong(`unknown op ${JSON.stringify(op ?? null)}: use add, remove, replace, move, copy or test`);
  }
}
