import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../src/base/json.js";
import { names } from "../../src/routing/names.js";
import { cost } from "./cost.js";
import { annotate, atRest, judgeRoutesOf, judgeWorkloadsOf, specs } from "./oracles/objects.js";
import { prototypes } from "./prototypes.js";
import { patience, runs } from "./runs.js";

const before = prototypes();
const own: JsonObject = Object.fromEntries<Json>([
  ["__proto__", { polluted: 1 }],
  ["constructor", 1],
]);
const json: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 2 });

/** Any JSON, and what would mean something else in JavaScript. */
const anything: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: json },
  fc.constantFrom<Json>(own, -1, 1e21, 0.5, "", "NaN", "\u0000", "x".repeat(5000), [], {}, [null], [[[[]]]], {
    length: 5,
  }),
);

const changes = fc.array(fc.tuple(fc.nat({ max: 3_000_000 }), anything), { minLength: 1, maxLength: 6 });

describe("any content of an object that somebody else may write", () => {
  it(
    "of a route is looked at without harm: never thrown at, told the same each time",
    () => {
      fc.assert(
        fc.property(fc.constantFrom(...specs), changes, (spec, made) => {
          const world = atRest(spec);
          judgeRoutesOf(world, made);
          expect(prototypes()).toBe(before);
        }),
        runs(30),
      );
    },
    patience,
  );

  it(
    "of a workload or Service is looked at without harm, too",
    () => {
      fc.assert(
        fc.property(fc.constantFrom(...specs), changes, (spec, made) => {
          const world = atRest(spec);
          judgeWorkloadsOf(world, made);
          expect(prototypes()).toBe(before);
        }),
        runs(30),
      );
    },
    patience,
  );

  it(
    "of annotations, ours and theirs, is told or passed over",
    () => {
      const text = fc.oneof(
        fc.string(),
        fc.constantFrom(
          "-1",
          "1e3",
          "0x10",
          "1000001",
          " 5",
          "٣",
          "{",
          '{"hash":"x"}',
          "__proto__",
          "a".repeat(250_000),
        ),
        fc.jsonValue().map((value) => JSON.stringify(value)),
      );
      const key = fc.constantFrom(
        names.applied,
        "iter8.tools/weight",
        "iter8.tools/status",
        "iter8.tools/adopt",
        "__proto__",
      );
      fc.assert(
        fc.property(fc.constantFrom(...specs), fc.array(fc.tuple(key, text), { maxLength: 3 }), (spec, written) => {
          const world = atRest(spec);
          annotate(world, Object.fromEntries(written));
          expect(cost(() => world.look(), 300)).toBeLessThan(800);
          expect(prototypes()).toBe(before);
        }),
        runs(30),
      );
    },
    patience,
  );
});
