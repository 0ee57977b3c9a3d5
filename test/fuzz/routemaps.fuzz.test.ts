import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../src/base/json.js";
import { arrayAt, stringAt } from "../../src/base/json.js";
import type { Problem } from "../../src/base/problem.js";
import { defaultConfig } from "../../src/config/defaults.js";
import type { DecodeContext } from "../../src/routing/decode/context.js";
import { decodeRoutemap } from "../../src/routing/decode/decodeRoutemap.js";
import { decodeRouteTemplates } from "../../src/routing/decode/decodeRouteTemplates.js";
import { PlanWorld } from "../support/planWorld.js";
import { cost } from "./cost.js";
import { routemapText } from "./generate/routemapText.js";
import { templateText } from "./generate/templateText.js";
import { prototypes } from "./prototypes.js";
import { patience, runs } from "./runs.js";

const config = defaultConfig();
const kinds = new Map(config.kinds.map((kind) => [kind.shorthand, kind]));
const { limits, outputs, templateNamespaces } = config;
const context: DecodeContext = { namespace: "default", kinds, outputs, limits, templateNamespaces, scope: "cluster" };
const before = prototypes();

function expectTold(problems: readonly Problem[]): void {
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.length).toBeLessThanOrEqual(50);
  for (const { path, line, message } of problems) {
    expect(message).not.toBe("");
    // A problem of the whole text has no path, and what is not there has no line.
    if (path === "" && line === undefined) expect(message).toMatch(/empty|larger than|mapping/);
  }
}

/** Hosts that a route asks for: in a mesh also those of two words, which mean a Service there. */
function hostsOf(route: JsonObject): readonly string[] {
  const hosts = [...arrayAt(route, "spec", "hostnames"), ...arrayAt(route, "spec", "hosts")].map(String);
  const gateways = arrayAt(route, "spec", "gateways");
  const inMesh = stringAt(route, "kind") === "VirtualService" && (gateways.length === 0 || gateways.includes("mesh"));
  return inMesh ? hosts.map((host) => (/^[^.]+\.[^.]+$/.test(host) ? `${host}.svc` : host)) : hosts;
}

/** Whether a host is a Service of the namespace that the generator uses as somebody else's. */
function isForeign(host: string): boolean {
  return /\.payments\.svc(\.cluster\.local)?\.?$/i.test(host);
}

describe("any text of a routemap", () => {
  it(
    "is decoded or told with places; the same each time, and nobody else sees anything of it",
    () => {
      fc.assert(
        fc.property(routemapText, (text) => {
          const decoded = decodeRoutemap(text, context);
          if (!decoded.ok) expectTold(decoded.error);
          const again = decodeRoutemap(text, context);
          expect(again.ok).toBe(decoded.ok);
          if (!again.ok) expect(again).toEqual(decoded);
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
          const world = new PlanWorld(text);
          for (const name of ["app", "v1", "v2", "httpbin-0", "httpbin-1"]) world.up(name);
          world.pass(20_000);
          for (const route of world.outputs.values()) {
            expect(["HTTPRoute", "GRPCRoute", "VirtualService", "DestinationRule"]).toContain(route.kind);
            expect(stringAt(route, "metadata", "namespace")).toBe("default");
            expect(hostsOf(route).filter(isForeign)).toEqual([]);
          }
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
    const routes = decoded.map((text) => {
      const world = new PlanWorld(text);
      for (const name of ["app", "v1", "v2", "httpbin-0", "httpbin-1"]) world.up(name);
      world.pass(20_000);
      return world.outputs.size;
    });
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
          const decoded = decodeRouteTemplates(written);
          if (!decoded.ok)
            for (const { path, message, fix } of decoded.error) {
              expect(path).toMatch(/^data/);
              expect(message).not.toBe("");
              expect(fix ?? "").not.toBe("");
            }
          expect(prototypes()).toBe(before);
        }),
        runs(200),
      );
    },
    patience,
  );
});
