import type { Json } from "../../../base/json.js";
import { canonicalJson, isArray, isObject } from "../../../base/json.js";
import { arrayIndex, parsePointer } from "./jsonPointer.js";
import { decodeOperations } from "./operation.js";
import type { Operation } from "./operation.js";
import type { PatchFailure } from "./patchProblem.js";
import { refused } from "./patchProblem.js";

/** Carries out a JSON patch (RFC 6902), one operation after the other. Throws `PatchFailure`; the document is not changed. */
export function jsonPatch(document: Json, patch: Json): Json {
  return decodeOperations(patch).reduce(carryOut, document);
}

function carryOut(document: Json, operation: Operation): Json {
  switch (operation.op) {
    case "add":
      return edit(document, operation, (there, value) => there.add(value), operation.value);
    case "replace":
      return edit(document, operation, (there, value) => there.replace(value), operation.value);
    case "remove":
      return edit(document, operation, (there) => there.remove(), null);
    case "move": {
      const value = valueAt(document, operation.op, operation.from);
      const without = edit(document, { op: "move", path: operation.from }, (there) => there.remove(), null);
      return edit(without, operation, (there) => there.add(value), null);
    }
    case "copy": {
      // From nowhere nothing is copied, as on a real server.
      const value = find(document, operation.from);
      return value === undefined ? document : edit(document, operation, (there) => there.add(value), null);
    }
    case "test":
      return test(document, operation.path, operation.value);
  }
}

function test(document: Json, path: string, expected: Json): Json {
  const found = find(document, path);
  // On a real server, null is also the value of what is not there.
  const isSame = canonicalJson(found ?? null) === canonicalJson(expected);
  if (!isSame) throw refused("testFailed", `testing value ${path} failed: test failed`);
  return document;
}

/** The value at a pointer, or undefined. */
function find(document: Json, pointer: string): Json | undefined {
  let here: Json | undefined = document;
  for (const step of parsePointer(pointer)) here = here === undefined ? undefined : child(here, step);
  return here;
}

function valueAt(document: Json, op: string, pointer: string): Json {
  const found = find(document, pointer);
  if (found === undefined) throw missing(op, pointer);
  return found;
}

function child(value: Json, step: string): Json | undefined {
  if (isArray(value)) {
    const index = arrayIndex(step, value.length);
    return index === undefined ? undefined : value[index];
  }
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

/** What can be done at a place; each returns the container as it is afterwards. */
interface Place {
  add(value: Json): Json;
  replace(value: Json): Json;
  remove(): Json;
}

type Located = Pick<Operation, "op" | "path">;

function edit(document: Json, at: Located, change: (there: Place, value: Json) => Json, value: Json): Json {
  const steps = parsePointer(at.path);
  const [last] = steps.slice(-1);
  if (last === undefined) return change(rootPlace(at), value);
  const descend = (here: Json, [step, ...rest]: readonly string[]): Json => {
    if (step === undefined) return change(placeOf(here, last, at), value);
    const below = child(here, step);
    if (below === undefined) throw missing(at.op, at.path);
    return withChild(here, step, descend(below, rest));
  };
  return descend(document, steps.slice(0, -1));
}

function rootPlace(at: Located): Place {
  return {
    add: (value) => value,
    replace: (value) => value,
    remove: () => {
      throw missing(at.op, at.path);
    },
  };
}

function placeOf(container: Json, step: string, at: Located): Place {
  if (isArray(container)) return itemPlace(container, step, at);
  if (!isObject(container)) throw missing(at.op, at.path);
  const exists = Object.hasOwn(container, step) && container[step] !== undefined;
  const needed = (): void => {
    if (!exists) throw missing(at.op, at.path);
  };
  return {
    add: (value) => withChild(container, step, value),
    // A real server replaces what is not there, too.
    replace: (value) => withChild(container, step, value),
    remove: () => {
      needed();
      return Object.fromEntries(Object.entries(container).filter(([name]) => name !== step));
    },
  };
}

function itemPlace(list: readonly Json[], step: string, at: Located): Place {
  const index = (limit: number): number => {
    const found = arrayIndex(step, limit);
    if (found === undefined || found < 0 || found >= limit)
      throw refused("invalid", `${at.op} operation does not apply: ${at.path}: index ${step} is out of bounds`);
    return found;
  };
  return {
    add: (value) => list.toSpliced(step === "-" ? list.length : index(list.length + 1), 0, value),
    replace: (value) => list.with(index(list.length), value),
    remove: () => list.toSpliced(index(list.length), 1),
  };
}

function withChild(container: Json, step: string, value: Json): Json {
  if (isArray(container)) return container.with(arrayIndex(step, container.length) ?? 0, value);
  const kept = isObject(container) ? Object.entries(container).filter(([name]) => name !== step) : [];
  return Object.fromEntries([...kept, [step, value]]);
}

function missing(op: string, path: string): PatchFailure {
  return refused("invalid", `${op} operation does not apply: doc is missing path: ${path}: missing value`);
}
