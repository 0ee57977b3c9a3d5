import fc from "fast-check";

import type { Json, JsonObject } from "../../src/base/json.js";
import { isArray, isObject } from "../../src/base/json.js";

type Path = readonly (string | number)[];

/** A value with one structural mistake, and which. */
export interface Mistake {
  readonly value: Json;
  readonly what: string;
}

/** What a kind of document allows, by path. */
export interface Form {
  /** The mapping may have any keys. */
  readonly anyKeys: (path: Path) => boolean;
  /** Whatever stands below is nobody's business. */
  readonly opaque: (path: Path) => boolean;
  /** The keys that the mapping must have. */
  readonly required: (path: Path, value: JsonObject) => readonly string[];
}

/** Documents with one mistake of form: a key that nobody knows, a value of another type, a required key that is missing. */
export function mistaken(documents: fc.Arbitrary<Json>, { anyKeys, opaque, required }: Form): fc.Arbitrary<Mistake> {
  return documents.chain((document) => {
    const nodes = nodesOf(document, [], opaque);
    const mistakes = nodes.flatMap(({ path, value }) => [
      ...(isObject(value) && !anyKeys(path) ? [unknownKey(document, path)] : []),
      ...(isObject(value) ? missing(document, path, required(path, value)) : []),
      wrongType(document, path, value),
    ]);
    return fc.constantFrom(...mistakes);
  });
}

/** Documents in which any one node is replaced by any JSON value. */
export function disturbed(documents: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const words = fc.constantFrom<Json>(null, "", "x", "10s", "v1", -1, 0, 1, 1.5, 101, true, [], {}, [null], [{}]);
  return fc
    .tuple(documents, fc.nat(), fc.oneof(words, words, fc.jsonValue({ maxDepth: 1 }).map(asJson)))
    .map(([document, pick, replacement]) => {
      const nodes = nodesOf(document, [], () => false);
      return replaced(document, nodes[pick % nodes.length]?.path ?? [], () => replacement);
    });
}

function asJson(value: unknown): Json {
  return value as Json;
}

function nodesOf(value: Json, path: Path, opaque: (path: Path) => boolean): { path: Path; value: Json }[] {
  if (opaque(path)) return [{ path, value }];
  const children: readonly (readonly [string | number, Json | undefined])[] = isArray(value)
    ? [...value.entries()]
    : Object.entries(isObject(value) ? value : {});
  const below = children.flatMap(([key, child]) =>
    child === null || child === undefined ? [] : nodesOf(child, [...path, key], opaque),
  );
  return [{ path, value }, ...below];
}

function unknownKey(document: Json, path: Path): Mistake {
  const value = replaced(document, path, (node) => ({ ...(isObject(node) ? node : {}), wholeUnknownKey: 1 }));
  return { value, what: `unknown key at ${path.join(".")}` };
}

function missing(document: Json, path: Path, keys: readonly string[]): readonly Mistake[] {
  return keys.map((key) => ({
    value: replaced(document, path, (node) =>
      Object.fromEntries(Object.entries(isObject(node) ? node : {}).filter(([name]) => name !== key)),
    ),
    what: `no ${key} at ${path.join(".")}`,
  }));
}

function wrongType(document: Json, path: Path, value: Json): Mistake {
  const other: Json = isArray(value) || isObject(value) ? 7 : [true];
  return { value: replaced(document, path, () => other), what: `${JSON.stringify(other)} at ${path.join(".")}` };
}

function replaced(value: Json, [step, ...rest]: Path, change: (node: Json) => Json): Json {
  if (step === undefined) return change(value);
  if (isArray(value)) return value.map((item, index) => (index === step ? replaced(item, rest, change) : item));
  if (!isObject(value)) return value;
  return { ...value, [step]: replaced(value[step] ?? null, rest, change) };
}
