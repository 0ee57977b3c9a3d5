import type { Json, JsonObject } from "../base/json.js";
import { arrayAt, isObject, stringAt } from "../base/json.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { ListPage } from "./api.js";
import type { ApiError } from "./apiError.js";
import { failureOf } from "./failures.js";
import type { KubeObject } from "./object.js";
import { isKubeObject } from "./object.js";
import type { Asked } from "./status.js";
import { parseJson } from "./status.js";

/** Any JSON. */
export function decodeJson(asked: Asked, text: string): Result<Json, ApiError> {
  const value = parseJson(text);
  return value === undefined ? unreadable(asked, "JSON") : ok(value);
}

/** A JSON object of any shape: a deletion answers with the object or with a Status. */
export function decodeAnyObject(asked: Asked, text: string): Result<JsonObject, ApiError> {
  const value = parseJson(text);
  return isObject(value) ? ok(value) : unreadable(asked, "a JSON object");
}

/** A stored object. */
export function decodeObject(asked: Asked, text: string): Result<KubeObject, ApiError> {
  const value = parseJson(text);
  return isKubeObject(value) ? ok(value) : unreadable(asked, "a Kubernetes object");
}

/** A list. Items of built-in kinds come without apiVersion and kind; they get those of the list. */
export function decodeList(asked: Asked, text: string): Result<ListPage, ApiError> {
  const list = parseJson(text);
  if (!isObject(list) || !isObject(list["metadata"])) return unreadable(asked, "a list");
  const apiVersion = stringAt(list, "apiVersion") ?? "";
  const kind = (stringAt(list, "kind") ?? "").replace(/List$/, "");
  const items: KubeObject[] = [];
  for (const found of arrayAt(list, "items")) {
    const item = isObject(found) && found["kind"] === undefined ? { apiVersion, kind, ...found } : found;
    if (!isKubeObject(item)) return unreadable(asked, "a list of Kubernetes objects");
    items.push(item);
  }
  const next = stringAt(list, "metadata", "continue") ?? "";
  return ok({
    items,
    resourceVersion: stringAt(list, "metadata", "resourceVersion") ?? "",
    ...(next === "" ? {} : { continue: next }),
  });
}

function unreadable(asked: Asked, wanted: string): { readonly ok: false; readonly error: ApiError } {
  return fail(failureOf(asked, "malformed", "Unreadable", `the answer is not ${wanted}`));
}
