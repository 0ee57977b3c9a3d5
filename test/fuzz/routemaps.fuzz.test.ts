import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../src/base/json.js";
import { decodeRoutemap } from "../../src/routing/decode/decodeRoutemap.js";
import { PlanWorld } from "../support/planWorld.js";
import { cost } from "./cost.js";
import { routemapText } from "./generate/routemapText.js";
import { templateText } from "./generate/templateText.js";
import { context, judgeRoutemap, judgeRoutes } from "./oracles/routemap.js";
import { judgeRouteTemplates } from "./oracles/template.js";
import { prototypes } from "./prototypes.js";
import { patience, runs } from "./runs.js";

const before = prototypes();

describe("any text of a routemap", () => {
  it(
    "is decoded or told with places; the same each time, and nobody else sees anything of it",
    () => {
      fc.assert(
        fc.property(routemapText, (text) => {
          judgeRoutemap(text);
          expect(prototypes()).toBe(before);
        }),
        runs(120),
      );
    },
    patience,
  );

  it(
    "is decoded in a fraction of a second",
    () => {
      fc.assert(
        fc.property(routemapText, (text) => {
          expect(cost(() => decodeRoutemap(text, context), 300)).toBeLessThan(800);
        }),
        runs(80),
      );
    },
    patience,
  );

  it(
    "writes routes of the kinds that are allowed, into its own namespace and for no host of another, and nothing else",
    () => {
      fc.assert(
        fc.property(routemapText, (text) => {
          judgeRoutes(text);
        }),
        runs(80),
      );
    },
    patience,
  );

  it(
    "is looked at in a fraction of a second, whatever its templates do",
    () => {
      fc.assert(
        fc.property(routemapText, (text) => {
          const world = new PlanWorld(text);
          for (const name of ["app", "v1", "v2"]) world.up(name);
          expect(cost(() => world.look(), 300)).toBeLessThan(1000);
        }),
        runs(60),
      );
    },
    patience,
  );
});

describe("the texts that are tried", () => {
  it("are right often enough to go all the way to a route", () => {
    const decoded = fc
      .sample(routemapText, { numRuns: 80, seed: 1 })
      .filter((text) => decodeRoutemap(text, context).ok);
    const routes = decoded.map(judgeRoutes);
    expect(decoded.length).toBeGreaterThan(10);
    expect(routes.filter((count) => count > 0).length).toBeGreaterThan(3);
  });
});

describe("any ConfigMap of route templates", () => {
  it(
    "is decoded or told by key, line and fix",
    () => {
      const keys = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "a.b", ""));
      const other: fc.Arbitrary<Json> = fc.jsonValue();
      const text: fc.Arbitrary<Json> = fc.oneof({ weight: 5, arbitrary: templateText }, other);
      const data: fc.Arbitrary<JsonObject> = fc.dictionary(keys, text, { maxKeys: 4 });
      fc.assert(
        fc.property(data, (written) => {
          judgeRouteTemplates(written);
          expect(prototypes()).toBe(before);
        }),
        runs(200),
      );
    },
    patience,
  );
});
