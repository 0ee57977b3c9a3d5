import type { Json, JsonObject } from "../../src/base/json.js";
import { canonicalJson, isArray, isObject } from "../../src/base/json.js";
import type { PatchOperation } from "../../src/kube/api.js";

/** A JSON merge patch (RFC 7386): null removes, objects merge, everything else replaces. */
export function mergeJson(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged: Record<string, Json | undefined> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === undefined) Reflect.deleteProperty(merged, name);
    else merged[name] = mergeJson(merged[name], value);
  }
  return merged;
}

/** A JSON patch (RFC 6902: test, add, remove, replace), or what is wrong with it. */
export function patchJson(
  target: JsonObject,
  operations: readonly PatchOperation[],
): { readonly value: Json } | { readonly problem: string } {
  let value: Json = target;
  for (const operation of operations) {
    const steps = operation.path
      .split("/")
      .slice(1)
      .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    const next = change(value, steps, operation);
    if (next === undefined) return { problem: `${operation.op} of ${operation.path} failed` };
    value = next;
  }
  return { value };
}

function change(target: Json, steps: readonly string[], operation: PatchOperation): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return changeHere(target, operation);
  if (isArray(target)) return changeElement(target, step, rest, operation);
  if (!isObject(target)) return undefined;
  const inner = target[step];
  if (rest.length > 0) {
    const next = inner === undefined ? undefined : change(inner, rest, operation);
    return next === undefined ? undefined : { ...target, [step]: next };
  }
  // As in the API server, a missing member passes a test for null.
  if (inner === undefined && operation.op === "test") return (operation.value ?? null) === null ? target : undefined;
  if (inner === undefined && operation.op !== "add") return undefined;
  if (operation.op === "remove") return Object.fromEntries(Object.entries(target).filter(([name]) => name !== step));
  const next = changeHere(inner ?? null, operation);
  return next === undefined ? undefined : { ...target, [step]: next };
}

function changeElement(
  target: readonly Json[],
  step: string,
  rest: readonly string[],
  operation: PatchOperation,
): Json | undefined {
  const index = step === "-" ? target.length : Number(step);
  const inner = target[index];
  if (rest.length === 0 && operation.op === "add") return target.toSpliced(index, 0, operation.value ?? null);
  if (inner === undefined) return undefined;
  if (rest.length === 0 && operation.op === "remove") return target.toSpliced(index, 1);
  const next = change(inner, rest, operation);
  return next === undefined ? undefined : target.with(index, next);
}

function changeHere(target: Json, operation: PatchOperation): Json | undefined {
  const value = operation.value ?? null;
  if (operation.op !== "test") return value;
  return canonicalJson(target) === canonicalJson(value) ? target : undefined;
}
