import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../../src/base/json.js";
import { arrayAt, at } from "../../../../src/base/json.js";
import type { RoutedBackend, RoutedVersion } from "../../../../src/routing/generate/facts.js";
import { generateRoute } from "../../../../src/routing/generate/generateRoute.js";
import { guardRoute } from "../../../../src/routing/guard/guard.js";
import type { Carried } from "../../../../src/routing/reader/carries.js";
import { carriedWeights } from "../../../../src/routing/reader/carries.js";
import { readRoute } from "../../../../src/routing/reader/read.js";
import type { RouteKind, RouteSpec, Strategy } from "../../../../src/routing/routeSpec.js";
import { generated, identitiesOf, inputOf, model, routeBody, routeOf, service, subsetLabelsOf } from "./routes.js";

type Sort = "service" | "subset" | "raw" | "serverless" | "modelmesh";

interface Case {
  readonly route: RouteSpec;
  readonly versions: readonly RoutedVersion[];
  readonly weights: readonly number[];
  readonly fallback: readonly number[];
  readonly sorts: readonly Sort[];
}

const names = ["v1", "v2", "v1.1", "v3"];

function backendOf(sort: Sort, index: number): RoutedBackend {
  switch (sort) {
    case "service":
      return service(`app-${index}`, [80], index === 3 ? "elsewhere" : undefined);
    case "subset":
      return { type: "subset", labels: { version: `v-${index}` } };
    case "raw":
      return model(`model-${index}`, "RawDeployment");
    case "serverless":
      return model(`model-${index}`, index === 1 ? undefined : "Serverless");
    case "modelmesh":
      return model(`model-${index}`, "ModelMesh");
  }
}

function sortsFor(kind: RouteKind, strategy: Strategy["type"]): fc.Arbitrary<(index: number) => Sort> {
  if (kind !== "VirtualService") return fc.func(fc.constantFrom<Sort>("service", "raw"));
  const told: readonly Sort[] = strategy === "mirror" ? [] : ["serverless", "modelmesh"];
  return fc.oneof(
    fc.constant((): Sort => "subset"),
    fc.func(fc.constantFrom<Sort>("service", "raw", ...told)),
  );
}

const nativeMatch = (kind: RouteKind): JsonObject =>
  kind === "VirtualService"
    ? { headers: { "x-canary": { exact: "1" } } }
    : { headers: [{ name: "x-canary", value: "1" }] };

function strategyOf(kind: RouteKind, type: Strategy["type"], listed: readonly string[]): fc.Arbitrary<Strategy> {
  const candidates = listed.slice(1);
  const sticky = { type: "blue-green", sticky: { cookie: "app-version", maxAge: 3600 } } as const;
  switch (type) {
    case "blue-green":
      return fc.constantFrom<Strategy>({ type }, ...(kind === "GRPCRoute" ? [] : [sticky]));
    case "canary":
      return fc.constant({ type, match: new Map(candidates.map((name) => [name, [nativeMatch(kind)]])) });
    case "mirror":
      return fc
        .array(fc.constantFrom(0, 20, 100), { minLength: candidates.length, maxLength: candidates.length })
        .map((percents) => ({ type, percent: new Map(candidates.map((name, at) => [name, percents[at] ?? 0])) }));
  }
}

const some = (count: number, most: number): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.nat(most), { minLength: count, maxLength: count });

const caseOf = (kind: RouteKind, type: Strategy["type"]): fc.Arbitrary<Case> =>
  fc.record({ count: fc.integer({ min: 1, max: 4 }), gone: fc.nat(1), sort: sortsFor(kind, type) }).chain((shape) => {
    const listed = names.slice(0, Math.max(1, shape.count - shape.gone));
    const sorts = names.slice(0, shape.count).map((_, index) => shape.sort(index));
    const shared = { name: "app", subsets: new Map<string, Readonly<Record<string, string>>>() };
    return fc
      .record({
        strategy: strategyOf(kind, type, listed),
        named: fc.array(fc.boolean(), { minLength: shape.count, maxLength: shape.count }),
        weights: some(shape.count, 3),
        fallback: some(shape.count, 2).filter((weights) => weights.some((weight) => weight > 0)),
        versionHeader: fc.constantFrom<{ versionHeader?: string }>({}, { versionHeader: "app-version" }),
        rule: fc.constantFrom<JsonObject>({}, kind === "VirtualService" ? { timeout: "5s" } : { filters: [] }),
      })
      .map(({ strategy, named, weights, fallback, versionHeader, rule }) => ({
        route: routeOf(kind, {
          strategy,
          rule,
          ...versionHeader,
          ...(sorts[0] === "subset" ? { shared, destinationRule: "dr" } : {}),
        }),
        versions: sorts.map((sort, index) => ({
          name: names[index] ?? "",
          backend: backendOf(sort, index),
          named: named[index] ?? false,
        })),
        weights,
        fallback,
        sorts,
      }));
  });

const kinds = fc.constantFrom<RouteKind>("HTTPRoute", "GRPCRoute", "VirtualService");
const types = fc.constantFrom<Strategy["type"]>("blue-green", "canary", "mirror");
const anyCase = fc.tuple(kinds, types).chain(([kind, type]) => caseOf(kind, type));

function read({ route, versions, weights, fallback }: Case): Carried {
  const manifests = generated(route, { versions, weights, fallback });
  const reading = readRoute(routeBody(manifests));
  if (!reading.readable) throw new Error(reading.reason);
  return carriedWeights(reading, identitiesOf(versions), subsetLabelsOf(manifests));
}

/** What a route is to give a version, told without looking at rules. */
function wanted({ route, versions, weights, fallback, sorts }: Case, index: number): Carried["perVersion"][number] {
  const { strategy } = route;
  const name = versions[index]?.name ?? "";
  const own = (weights[index] ?? 0) > 0;
  const blue = strategy.type === "blue-green";
  const base = blue && weights.some((weight) => weight > 0) ? weights : fallback;
  const weight = base[index] ?? 0;
  const matched = strategy.type === "canary" && own && strategy.match.has(name);
  const mirrored = strategy.type === "mirror" && own && weight === 0 && (strategy.percent.get(name) ?? 0) > 0;
  const kept = blue && strategy.sticky !== undefined && weight > 0;
  const carries = weight > 0 || matched || mirrored;
  const branched = sorts[index] === "serverless" && carries;
  return { index, weight, carries, byMatch: matched || kept || branched, byMirror: mirrored };
}

describe("a generated route", () => {
  test("gives every version exactly what is planned, and nobody else anything", () => {
    fc.assert(
      fc.property(anyCase, (input) => {
        const carried = read(input);
        expect(carried.perVersion).toEqual(input.versions.map((_, index) => wanted(input, index)));
        expect(carried.unlisted).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test("is the same thing as an HTTPRoute and as a VirtualService", () => {
    const http = types.chain((type) => caseOf("HTTPRoute", type));
    fc.assert(
      fc.property(http, (input) => {
        const { strategy } = input.route;
        const translated = strategy.type === "canary" ? { ...strategy, match: istioMatches(strategy.match) } : strategy;
        const route = routeOf("VirtualService", { strategy: translated });
        expect(read({ ...input, route })).toEqual(read(input));
      }),
      { numRuns: 500 },
    );
  });

  test("has nothing that the guard would correct", () => {
    fc.assert(
      fc.property(anyCase, (input) => {
        const { route, versions, weights, fallback } = input;
        const manifests = generated(route, { versions, weights, fallback });
        const body = routeBody(manifests);
        const allowed = versions.map((_, index) => Math.max(weights[index] ?? 0, fallback[index] ?? 0) > 0);
        const labels = subsetLabelsOf(manifests);
        const guarded = guardRoute(body, allowed, fallback, identitiesOf(versions), labels, weights);
        expect(guarded).toMatchObject({ ok: true, value: { corrections: [] } });
        if (guarded.ok) expect(guarded.value.body).toBe(body);
      }),
      { numRuns: 1000 },
    );
  });

  test("never writes a rule of weights that are all 0, nor leaves one out", () => {
    fc.assert(
      fc.property(anyCase, ({ route, versions, weights, fallback }) => {
        const body = routeBody(generated(route, { versions, weights, fallback }));
        for (const rule of [...arrayAt(body, "spec", "rules"), ...arrayAt(body, "spec", "http")]) {
          const shares = [...arrayAt(rule, "backendRefs"), ...arrayAt(rule, "route")].map((share) =>
            at(share, "weight"),
          );
          expect(shares.every((weight) => typeof weight === "number")).toBe(true);
          expect(shares.some((weight) => weight !== 0)).toBe(true);
        }
      }),
    );
  });

  test("keeps users on versions with weight only, each on the version of the cookie", () => {
    const sticky = fc.constantFrom<RouteKind>("HTTPRoute", "VirtualService").chain((kind) =>
      caseOf(kind, "blue-green").map((input): Case => {
        return { ...input, route: { ...input.route, strategy: { type: "blue-green", sticky: { cookie: "c" } } } };
      }),
    );
    fc.assert(
      fc.property(sticky, (input) => {
        const { versions, weights, fallback } = input;
        const manifests = generated(input.route, { versions, weights, fallback });
        const body = routeBody(manifests);
        const reading = readRoute(body);
        if (!reading.readable) throw new Error(reading.reason);
        const found = reading.rules.flatMap((rule) => {
          const pattern = cookieOf(rule.path, body);
          if (pattern === undefined) return [];
          const alone = carriedWeights(
            { ...reading, rules: [rule] },
            identitiesOf(versions),
            subsetLabelsOf(manifests),
          );
          return [{ pattern, reached: alone.perVersion.filter(({ carries }) => carries).map(({ index }) => index) }];
        });
        const base = weights.some((weight) => weight > 0) ? weights : fallback;
        const live = versions.map((_, index) => index).filter((index) => (base[index] ?? 0) > 0);
        expect(found.map(({ reached }) => reached)).toEqual(live.map((index) => [index]));
        for (const { pattern, reached } of found)
          for (const [index, { name }] of versions.entries())
            expect(new RegExp(pattern).test(`a=b; c=${name}`)).toBe(reached.includes(index));
      }),
    );
  });

  test("is the same bytes for the same input", () => {
    fc.assert(
      fc.property(anyCase, ({ route, versions, weights, fallback }) => {
        const once = JSON.stringify(generateRoute(route, inputOf({ versions, weights, fallback })));
        const copy = versions.map((version) => ({ ...version }));
        const again = generateRoute({ ...route }, inputOf({ versions: copy, weights: [...weights], fallback }));
        expect(JSON.stringify(again)).toBe(once);
      }),
    );
  });
});

/** The regular expression by which a rule wants its cookie. */
function cookieOf(path: string, body: JsonObject): string | undefined {
  const [, list = "", index = ""] = /^spec\.(\w+)\[(\d+)\]$/.exec(path) ?? [];
  const rule = at(body, "spec", list, Number(index));
  const found = at(rule, "matches", 0, "headers", 0, "value") ?? at(rule, "match", 0, "headers", "cookie", "regex");
  return typeof found === "string" ? found : undefined;
}

function istioMatches(match: ReadonlyMap<string, readonly JsonObject[]>): ReadonlyMap<string, readonly JsonObject[]> {
  return new Map([...match.keys()].map((name) => [name, [nativeMatch("VirtualService")]]));
}
