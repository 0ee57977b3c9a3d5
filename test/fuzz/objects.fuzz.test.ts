import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../src/base/json.js";
import { isArray, isObject } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import { names } from "../../src/routing/names.js";
import { reportStatus } from "../../src/routing/report.js";
import { PlanWorld } from "../support/planWorld.js";
import { cost } from "./cost.js";
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

/** A change somewhere inside a value: a member or item becomes something else. */
type Change = readonly [path: number, value: Json];

function changed(value: Json, [path, fresh]: Change): Json {
  if (path % 5 === 0) return fresh;
  const next = Math.floor(path / 5);
  if (isArray(value) && value.length > 0)
    return value.map((item, index) => (index === next % value.length ? changed(item, [next, fresh]) : item));
  if (!isObject(value)) return fresh;
  const keys = Object.keys(value);
  const key = keys[next % Math.max(keys.length, 1)];
  return key === undefined ? fresh : { ...value, [key]: changed(value[key] ?? null, [next, fresh]) };
}

const changes = fc.array(fc.tuple(fc.nat({ max: 3_000_000 }), anything), { minLength: 1, maxLength: 6 });

/** The object with its identity as it was, which the API server looks after, and anything in the rest. */
function hostile(object: KubeObject, made: readonly Change[]): KubeObject {
  const { metadata, apiVersion, kind, ...rest } = object;
  const spoilt = made.reduce<Json>((value, change) => changed(value, change), rest);
  return { ...(isObject(spoilt) ? spoilt : {}), apiVersion, kind, metadata };
}

const versions = `versions:
- {name: v1, weight: 80, resources: [{gvrShort: deploy, name: v1}, {gvrShort: svc, name: v1}]}
- {name: v2, weight: 20, resources: [{gvrShort: deploy, name: v2, ready: "object.status.availableReplicas > 0"}, {gvrShort: svc, name: v2}]}
`;
const specs = [
  `routes: [{kind: HTTPRoute, name: app, hostnames: [a.example.com], parentRefs: [{name: gw}]}]`,
  `routes: [{kind: VirtualService, name: app, hostnames: [a.example.com], gateways: [gw]}]`,
  `routes: [{kind: VirtualService, name: app, strategy: mirror, mirror: {v2: 10}, hostnames: [a.example.com], gateways: [gw]}]`,
].map((routes) => versions + routes);

/** A world at rest, in which routes are written and everything is held. */
function atRest(spec: string): PlanWorld {
  const world = new PlanWorld(spec);
  for (const name of ["v1", "v2"]) world.up(name);
  world.pass(20_000);
  world.confirm();
  world.pass(20_000);
  return world;
}

describe("any content of an object that somebody else may write", () => {
  it(
    "of a route is looked at without harm: never thrown at, told the same each time",
    () => {
      fc.assert(
        fc.property(fc.constantFrom(...specs), changes, (spec, made) => {
          const world = atRest(spec);
          for (const [key, route] of world.outputs) world.outputs.set(key, hostile(route, made));
          const first = reportStatus(world.look(), undefined);
          expect(reportStatus(world.look(), undefined)).toEqual(first);
          world.pass(1000);
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
          for (const [key, object] of world.objects)
            if (key.endsWith("/v2")) world.objects.set(key, hostile(object, made));
          world.look();
          world.pass(1000);
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
          const annotations = Object.fromEntries(written);
          for (const map of [world.outputs, world.objects])
            for (const [name, object] of map)
              map.set(name, {
                ...object,
                metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
              });
          world.annotations = annotations;
          expect(cost(() => world.look(), 300)).toBeLessThan(800);
          expect(prototypes()).toBe(before);
        }),
        runs(30),
      );
    },
    patience,
  );
});
