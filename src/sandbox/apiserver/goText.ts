import type { Json } from "../../base/json.js";
import { isArray, isObject } from "../../base/json.js";

/** A value as Go prints it, for messages that must be the server's own: `map[image:x]`, `[a b]`. */
export function goText(value: Json): string {
  if (isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isObject(value)) return value === null ? "<nil>" : String(value);
  const names = Object.keys(value).sort();
  return `map[${names.map((name) => `${name}:${goText(value[name] ?? null)}`).join(" ")}]`;
}
