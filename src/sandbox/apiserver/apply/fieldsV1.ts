import type { Json, JsonObject } from "../../../base/json.js";
import { canonicalJson, isObject } from "../../../base/json.js";
import { parseJson } from "../../../kube/status.js";
import type { FieldPath, FieldTree } from "./fieldTree.js";
import { compareText } from "./fieldTree.js";

/** A field set of FieldsV1 notation; undefined if it is none. Keys of items may be written in any order. */
export function decodeFieldsV1(fields: Json): FieldTree | undefined {
  return isObject(fields) ? decodeNode(fields, false) : undefined;
}

/**
 * A field set in FieldsV1 notation, members in the server's order: `.` first, then the steps in ascending order.
 * A field with nothing below it is `{}`; one with fields below it has a member `.` if it is in the set itself.
 */
export function encodeFieldsV1(tree: FieldTree): JsonObject {
  const members: [string, JsonObject][] = [];
  if (tree.member && tree.children.size > 0) members.push([".", {}]);
  for (const [step, child] of [...tree.children].sort(([a], [b]) => compareText(a, b)))
    members.push([step, encodeFieldsV1(child)]);
  return Object.fromEntries(members);
}

/** A path as the server writes it in conflicts: `.spec.ports[port=80,protocol="TCP"].name`, `.metadata.finalizers[="a"]`. */
export function formatFieldPath(path: FieldPath): string {
  return path.map(formatStep).join("");
}

function decodeNode(fields: JsonObject, isField: boolean): FieldTree | undefined {
  const children = new Map<string, FieldTree>();
  let self = false;
  for (const [key, value] of Object.entries(fields)) {
    if (key === ".") {
      self = true;
      continue;
    }
    const step = normalStep(key);
    const child = isObject(value) ? decodeNode(value, true) : undefined;
    if (step === undefined || child === undefined) return undefined;
    children.set(step, child);
  }
  return { member: self || (isField && children.size === 0), children };
}

function normalStep(key: string): string | undefined {
  if (key.startsWith("f:")) return key;
  if (!/^[kvi]:/.test(key)) return undefined;
  const value = parseJson(key.slice(2));
  return value === undefined ? undefined : key.slice(0, 2) + canonicalJson(value);
}

function formatStep(step: string): string {
  const rest = step.slice(2);
  if (step.startsWith("f:")) return `.${rest}`;
  if (step.startsWith("v:")) return `[=${rest}]`;
  const keys = step.startsWith("k:") ? parseJson(rest) : undefined;
  if (!isObject(keys)) return `[${rest}]`;
  const pairs = Object.entries(keys).map(([name, value]) => `${name}=${canonicalJson(value ?? null)}`);
  return `[${pairs.join(",")}]`;
}
