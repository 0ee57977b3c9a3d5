import type { Json } from "../base/json.js";
import { at, isArray, isObject } from "../base/json.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import { celLimits } from "./celLimits.js";

/** A JSON value as CEL sees it: whole numbers are int (bigint), objects are Maps, so that no key has a meaning in JS. */
type CelValue = null | boolean | bigint | number | string | readonly CelValue[] | CelMap;
type CelMap = Map<string, CelValue>;
type Path = readonly string[];

const deepest = 32;
/** Conditions that are kept of a status that is too large. */
const cutConditions = 64;

/**
 * The part of `object` that an expression reads, as CEL values; what is absent stays absent.
 * Fails with a text where a list or a text goes beyond `celLimits`: half a list would give a wrong answer.
 */
export function readPaths(object: Json, paths: readonly Path[]): Result<ReadonlyMap<string, unknown>, string> {
  const view: CelMap = new Map();
  for (const path of withoutExtensions(paths)) {
    const problem = cutStatus(object, path) ?? copyPath(object, view, path);
    if (problem !== undefined) return fail(problem);
  }
  return ok(view);
}

/** Paths that extend no other one: `status` covers `status.phase`. */
function withoutExtensions(paths: readonly Path[]): readonly Path[] {
  return paths.filter(
    (path) => !paths.some((other) => other.length < path.length && other.every((step, index) => step === path[index])),
  );
}

/**
 * A status too large to be kept whole is marked `statusTruncated`; of it only conditions, not more than `cutConditions`,
 * and plain members are there. What is not there may have been cut, so nothing can be said of it.
 */
function cutStatus(object: Json, path: Path): string | undefined {
  const [first, member] = path;
  if (first !== "status" || !isObject(object) || object["statusTruncated"] !== true) return undefined;
  const kept = member === undefined ? undefined : at(object, "status", member);
  if (kept !== undefined && !(isArray(kept) && kept.length >= cutConditions)) return undefined;
  return `${path.join(".")} was cut, as the status is too large to be kept`;
}

function copyPath(object: Json, view: CelMap, path: Path): string | undefined {
  let from = object;
  let into = view;
  for (const [index, step] of path.entries()) {
    const next = isObject(from) && Object.hasOwn(from, step) ? from[step] : undefined;
    if (next === undefined) return undefined;
    if (index === path.length - 1 || !isObject(next)) {
      const value = convert(next, path.slice(0, index + 1).join("."), 0);
      if (value.ok) into.set(step, value.value);
      return value.ok ? undefined : value.error;
    }
    const known = into.get(step);
    const branch: CelMap = known instanceof Map ? known : new Map<string, CelValue>();
    into.set(step, branch);
    into = branch;
    from = next;
  }
  return undefined;
}

function convert(value: Json, path: string, depth: number): Result<CelValue, string> {
  if (depth > deepest) return fail(`${path} is nested deeper than ${deepest} levels`);
  if (typeof value === "number") return ok(Number.isSafeInteger(value) ? BigInt(value) : value);
  if (typeof value === "string")
    return value.length <= celLimits.text ? ok(value) : fail(`${path} is longer than ${celLimits.text} characters`);
  if (isArray(value)) return convertList(value, path, depth);
  if (!isObject(value)) return ok(value);
  const members: CelMap = new Map();
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const converted = convert(member, `${path}.${key}`, depth + 1);
    if (!converted.ok) return converted;
    members.set(key, converted.value);
  }
  return ok(members);
}

function convertList(list: readonly Json[], path: string, depth: number): Result<CelValue, string> {
  if (list.length > celLimits.list) return fail(`${path} has more than ${celLimits.list} elements`);
  const elements: CelValue[] = [];
  for (const [index, element] of list.entries()) {
    const converted = convert(element, `${path}[${index}]`, depth + 1);
    if (!converted.ok) return converted;
    elements.push(converted.value);
  }
  return ok(elements);
}
