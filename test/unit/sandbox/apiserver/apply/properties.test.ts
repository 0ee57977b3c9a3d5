import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../../../src/base/json.js";
import { arrayAt, canonicalJson, isArray, isObject, objectAt, stringAt } from "../../../../../src/base/json.js";
import { applyServerSide } from "../../../../../src/sandbox/apiserver/apply/applyServerSide.js";
import { fieldsOf } from "../../../../../src/sandbox/apiserver/apply/fieldsOf.js";
import type { FieldPath, FieldTree } from "../../../../../src/sandbox/apiserver/apply/fieldTree.js";
import {
  difference,
  has,
  noFields,
  pathsOf,
  treeOf,
  union,
} from "../../../../../src/sandbox/apiserver/apply/fieldTree.js";
import {
  decodeFieldsV1,
  encodeFieldsV1,
  formatFieldPath,
} from "../../../../../src/sandbox/apiserver/apply/fieldsV1.js";
import { mergedOrder } from "../../../../../src/sandbox/apiserver/apply/mergedOrder.js";
import { trackUpdate } from "../../../../../src/sandbox/apiserver/apply/trackUpdate.js";
import { withoutIdentity } from "../../../../../src/sandbox/apiserver/apply/untracked.js";
import { defaulted } from "../../../../../src/sandbox/apiserver/schema/defaulted.js";
import { objectSchema } from "../../../../../src/sandbox/apiserver/schema/objectMeta.js";
import { validate } from "../../../../../src/sandbox/apiserver/schema/validate.js";
import { gaugeSchema } from "../recorded/gauge.js";

const schema = objectSchema(gaugeSchema);
const word = fc.constantFrom("a", "b", "c");
const words = fc.dictionary(word, word, { maxKeys: 2 });
const port = fc.record(
  { port: fc.constantFrom(80, 90), protocol: fc.constantFrom("TCP", "UDP"), name: word, target: word },
  { requiredKeys: ["port"] },
);

/** A spec with fields of every list and map type. No item stands twice in a set or map list; an empty one owns nothing. */
const spec: fc.Arbitrary<JsonObject> = fc.record(
  {
    size: fc.constantFrom(1, 2, 3),
    labels: words,
    frozen: words,
    tags: fc.uniqueArray(word, { minLength: 1 }),
    plain: fc.array(word, { minLength: 1, maxLength: 2 }),
    refs: fc.array(fc.record({ name: word }), { maxLength: 2 }),
    ports: fc.uniqueArray(port, {
      minLength: 1,
      maxLength: 3,
      selector: (one) => `${one.port}/${one.protocol ?? "TCP"}`,
    }),
    nested: fc.record(
      { a: word, b: word, c: fc.record({ d: word, e: word }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
    any: fc.dictionary(word, fc.oneof(word, fc.array(word), fc.dictionary(word, word))),
  },
  { requiredKeys: [] },
);

interface Write {
  readonly verb: "apply" | "force" | "replace";
  readonly manager: string;
  readonly spec: JsonObject;
}
const write: fc.Arbitrary<Write> = fc.record({
  verb: fc.constantFrom("apply", "force", "replace"),
  manager: fc.constantFrom("m", "n", "o"),
  spec,
});
const history = fc.array(write, { minLength: 1, maxLength: 6 });
const time = "2026-01-01T00:00:00Z";

function objectOf(own: JsonObject): JsonObject {
  return { apiVersion: "measure.example.com/v1", kind: "Gauge", metadata: { name: "x" }, spec: own };
}

function apply(live: JsonObject | undefined, manager: string, own: JsonObject, force = true, now = time): JsonObject {
  const base = live === undefined ? {} : { live };
  const outcome = applyServerSide({ ...base, applied: objectOf(own), manager, force, time: now, schema });
  if (outcome.kind === "conflict" && live !== undefined) return live;
  if (outcome.kind !== "applied") throw new Error(JSON.stringify(outcome));
  // What was emptied is null, which a server refuses to store.
  const isValid = validate(outcome.object, schema).length === 0;
  return isValid || live === undefined ? outcome.object : live;
}

/** The object after these writes; refused applies change nothing. */
function after(writes: readonly Write[]): JsonObject {
  let live: JsonObject | undefined;
  for (const { verb, manager, spec: own } of writes) {
    if (verb !== "replace") {
      live = apply(live, manager, own, verb === "force");
      continue;
    }
    const metadata = live === undefined ? { name: "x" } : objectAt(live, "metadata");
    const updated = defaulted({ ...objectOf(own), metadata }, schema);
    live = trackUpdate({ ...(live === undefined ? {} : { live }), updated, manager, time, schema });
  }
  if (live === undefined) throw new Error("no write");
  return live;
}

function owners(object: JsonObject): readonly { readonly key: string; readonly fields: FieldTree }[] {
  return arrayAt(object, "metadata", "managedFields").map((entry) => ({
    key: `${stringAt(entry, "operation") ?? ""} ${stringAt(entry, "manager") ?? ""}`,
    fields: decodeFieldsV1(objectAt(entry, "fieldsV1")) ?? noFields,
  }));
}

function owned(object: JsonObject, but = ""): FieldTree {
  return owners(object)
    .filter(({ key }) => key !== but)
    .reduce((all, { fields }) => union(all, fields), noFields);
}

/** The fields of an object but for nulls and empty maps, which stand for what was emptied. */
function fields(object: JsonObject): FieldTree {
  const strip = (value: Json): Json => {
    if (isArray(value)) return value.map(strip);
    if (!isObject(value)) return value;
    const members = Object.entries(value).map(([name, member]) => [name, strip(member ?? null)] as const);
    return Object.fromEntries(members.filter(([, member]) => member !== null && canonicalJson(member) !== "{}"));
  };
  return withoutIdentity(fieldsOf(objectAt({ object: strip(object) }, "object"), schema));
}

const isDefault = (path: FieldPath): boolean => path.join(" ") === "f:spec f:size" || path.at(-1) === "f:protocol";

describe("server-side apply, whatever was written before,", () => {
  it("changes nothing when the same is applied once more", () => {
    fc.assert(
      fc.property(history, spec, (writes, own) => {
        const once = apply(after(writes), "m", own, true, "2026-01-02T00:00:00Z");
        expect(apply(once, "m", own, false, "2026-01-03T00:00:00Z")).toBe(once);
      }),
    );
  });

  it("of nothing removes what its manager alone owned, and nothing else", () => {
    fc.assert(
      fc.property(history, (writes) => {
        const before = after(writes);
        const mine = owners(before).find(({ key }) => key === "Apply m")?.fields ?? noFields;
        const others = owned(before, "Apply m");
        const cleared = apply(before, "m", {});
        fc.pre(cleared !== before);
        const left = fields(cleared);
        // An item, or a key of a map, goes with all that is in it.
        const isMineAlone = (path: FieldPath): boolean => has(mine, path) && !has(others, path);
        const gone = pathsOf(difference(fields(before), left)).filter((path) => !isDefault(path));
        const unexpected = gone.filter((path) => !path.some((_, index) => isMineAlone(path.slice(0, index + 1))));
        expect(unexpected.map(formatFieldPath)).toEqual([]);
        const alone = treeOf(pathsOf(mine).filter((path) => !has(others, path) && !isDefault(path)));
        const stillThere = pathsOf(left).filter((path) => has(alone, path));
        // What remains of them holds something of another manager.
        for (const path of stillThere)
          expect(pathsOf(others).some((other) => path.every((step, index) => other[index] === step))).toBe(true);
      }),
    );
  });

  it("leaves no field without an owner but defaults", () => {
    fc.assert(
      fc.property(history, (writes) => {
        const object = after(writes);
        const orphans = pathsOf(difference(fields(object), owned(object))).filter((path) => !isDefault(path));
        expect(orphans.map(formatFieldPath)).toEqual([]);
      }),
    );
  });

  it("owns all that it sent, and nothing else", () => {
    fc.assert(
      fc.property(history, spec, (writes, own) => {
        const before = after(writes);
        const object = apply(before, "m", own);
        fc.pre(object !== before);
        const mine = owners(object).find(({ key }) => key === "Apply m")?.fields ?? noFields;
        expect(encodeFieldsV1(mine)).toEqual(encodeFieldsV1(withoutIdentity(fieldsOf(objectOf(own), schema))));
      }),
    );
  });
});

describe("field sets", () => {
  const step = fc.oneof(
    word.map((name) => `f:${name}`),
    fc.constantFrom('k:{"name":"a","port":80}', 'v:"a"', "v:1"),
  );
  const tree = fc.array(fc.array(step, { minLength: 1, maxLength: 4 })).map(treeOf);

  it("survive their notation", () => {
    fc.assert(
      fc.property(tree, (set) =>
        expect(pathsOf(decodeFieldsV1(encodeFieldsV1(set)) ?? noFields)).toEqual(pathsOf(set)),
      ),
    );
  });

  it("may name the keys of items in any order", () => {
    const set = decodeFieldsV1({ 'k:{"port":80,"name":"a"}': {} }) ?? noFields;
    expect(encodeFieldsV1(set)).toEqual({ 'k:{"name":"a","port":80}': {} });
  });

  it("obey the laws of sets", () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        const inBoth = pathsOf(a).filter((path) => has(b, path));
        expect(pathsOf(difference(union(a, b), b))).toEqual(pathsOf(a).filter((path) => !has(b, path)));
        expect(pathsOf(difference(a, difference(a, b)))).toEqual(inBoth);
      }),
    );
  });
});

describe("the order of a merged list", () => {
  const items = fc.uniqueArray(fc.constantFrom<string>("a", "b", "c", "d", "e", "f"));

  it("has every item once, the applied ones in their order and the others in theirs", () => {
    fc.assert(
      fc.property(items, items, (live, applied) => {
        const merged = mergedOrder(live, applied);
        expect([...merged].sort()).toEqual([...new Set([...live, ...applied])].sort());
        expect(merged.filter((item) => applied.includes(item))).toEqual(applied);
        const others = live.filter((item) => !applied.includes(item));
        expect(merged.filter((item) => others.includes(item))).toEqual(others);
      }),
    );
  });
});
