import type { Json, JsonObject } from "../../../../base/json.js";
import { at, isArray, isObject } from "../../../../base/json.js";

/** The object with these members where it lacks them. */
export function withMissing(object: JsonObject, members: JsonObject): JsonObject {
  const missing = Object.entries(members).filter(
    ([name, value]) => value !== undefined && at(object, name) === undefined,
  );
  return missing.length === 0 ? object : { ...object, ...Object.fromEntries(missing) };
}

/** The object with the object at `path` changed; unchanged where there is none. */
export function change(object: JsonObject, path: readonly string[], by: (there: JsonObject) => JsonObject): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return by(object);
  const member = object[name];
  return isObject(member) ? { ...object, [name]: change(member, rest, by) } : object;
}

/** The object with every object in the list `name` changed; unchanged where there is none. */
export function changeItems(object: JsonObject, name: string, by: (item: JsonObject) => JsonObject): JsonObject {
  const list = object[name];
  if (!isArray(list)) return object;
  return { ...object, [name]: list.map((item: Json) => (isObject(item) ? by(item) : item)) };
}
