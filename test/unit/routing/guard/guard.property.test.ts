import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { arrayAt, at, isArray, isObject, objectAt } from "../../../../src/base/json.js";
import type { Guarded } from "../../../../src/routing/guard/correction.js";
import { guardRoute } from "../../../../src/routing/guard/guard.js";
import { carriedWeights } from "../../../../src/routing/reader/carries.js";
import type { VersionIdentity } from "../../../../src/routing/reader/identify.js";
import { identifyVersion } from "../../../../src/routing/reader/identify.js";
import { readRoute } from "../../../../src/routing/reader/read.js";
import type { RouteRule } from "../../../../src/routing/route.js";
import { deployments, models, route } from "../reader/iter8Routes.js";

const count = 3;
const unlisted = 9;

interface Case {
  readonly body: JsonObject;
  readonly versions: readonly VersionIdentity[];
  readonly allowed: readonly boolean[];
  readonly fallback: readonly number[];
}

const who = fc.oneof({ weight: 6, arbitrary: fc.nat(count - 1) }, { weight: 1, arbitrary: fc.constant(unlisted) });
const weight = fc.option(fc.nat(4), { nil: undefined });
const weightOf = (value: number | undefined): JsonObject => (value === undefined ? {} : { weight: value });
const name = (index: number): string => `app-${index}`;

const gatewayMirror = fc
  .tuple(who, fc.constantFrom<JsonObject>({}, { percent: 0 }, { percent: 30 }))
  .map(([index, part]): Json => ({
    type: "RequestMirror",
    requestMirror: { backendRef: { name: name(index) }, ...part },
  }));
const gatewayFilters = fc
  .array(gatewayMirror, { maxLength: 2 })
  .map((filters) => (filters.length === 0 ? {} : { filters }));
const gatewayShare = fc
  .tuple(who, weight, gatewayFilters)
  .map(([index, value, filters]): Json => ({ name: name(index), port: 80, ...weightOf(value), ...filters }));
const gatewayMatches = fc.constantFrom<JsonObject>(
  {},
  { matches: [{ path: { type: "PathPrefix", value: "/" } }] },
  { matches: [{ headers: [{ name: "a", value: "b" }] }] },
  { matches: [{ path: { value: "/a" } }] },
);
const gatewayRule = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(gatewayMatches, gatewayFilters, fc.array(gatewayShare, { minLength: 1, maxLength: 4 }))
      .map(([matches, filters, backendRefs]): Json => ({ ...matches, ...filters, backendRefs })),
  },
  {
    weight: 1,
    arbitrary: gatewayMatches.map((matches): Json => ({ ...matches, filters: [{ type: "RequestRedirect" }] })),
  },
);
const gatewayRoute = fc
  .tuple(fc.constantFrom("HTTPRoute", "GRPCRoute"), fc.array(gatewayRule, { minLength: 1, maxLength: 5 }))
  .map(([kind, rules]) => route("gateway.networking.k8s.io/v1", kind, { rules }));

type Entrance = (index: number) => JsonObject;
const byHost: Entrance = (index) => ({ destination: { host: `${name(index)}.ns`, port: { number: 80 } } });
const bySetting =
  (header: string, value: (index: number) => string): Entrance =>
  (index) => ({ destination: { host: "gw.far" }, headers: { request: { set: { [header]: value(index) } } } });
const byPredictor = bySetting("Host", (index) => `${name(index)}-predictor.ns.svc.cluster.local`);
const byModel = bySetting("mm-vmodel-id", name);
const byBranch = bySetting("branch", name);

const istioMatch = fc.constantFrom<JsonObject>(
  {},
  { match: [{ uri: { prefix: "/" } }] },
  { match: [{ headers: { a: { exact: "b" } } }] },
);
const istioMirror = fc.oneof(
  fc.constant<JsonObject>({}),
  who.map((index): JsonObject => ({ mirror: { host: name(index) }, mirrorPercentage: { value: 20 } })),
  fc.array(who, { maxLength: 3 }).map((all): JsonObject => {
    return { mirrors: all.map((index) => ({ destination: { host: name(index) } })) };
  }),
);
function istioRule(entrances: readonly Entrance[]): fc.Arbitrary<Json> {
  const share = fc
    .tuple(fc.constantFrom(...entrances), who, weight)
    .map(([entrance, index, value]): Json => ({ ...entrance(index), ...weightOf(value) }));
  const rewrite = fc.constantFrom<JsonObject>({}, { rewrite: { uri: "/one" } }, { rewrite: { uri: "/two" } });
  const routed = fc
    .tuple(istioMatch, istioMirror, rewrite, fc.array(share, { minLength: 1, maxLength: 4 }))
    .map(([match, mirror, context, shares]): Json => ({ ...match, ...mirror, ...context, route: shares }));
  const redirect = istioMatch.map((match): Json => ({ ...match, redirect: { uri: "/x" } }));
  return fc.oneof({ weight: 8, arbitrary: routed }, { weight: 1, arbitrary: redirect });
}
function virtualServiceOf(entrances: readonly Entrance[]): fc.Arbitrary<JsonObject> {
  const rules = fc.array(istioRule(entrances), { maxLength: 4 });
  return fc
    .tuple(rules, fc.array(istioRule([byHost]), { maxLength: 2 }))
    .map(([http, tcp]) => route("networking.istio.io/v1", "VirtualService", { http, tcp }));
}

const permit = fc.record({
  allowed: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
  fallback: fc.array(fc.nat(3), { minLength: count, maxLength: count }),
});
const serviceCase: fc.Arbitrary<Case> = fc
  .tuple(fc.oneof(gatewayRoute, virtualServiceOf([byHost])), permit)
  .map(([body, rights]) => ({ body, versions: deployments(count), ...rights }));
const modelCase: fc.Arbitrary<Case> = fc
  .tuple(virtualServiceOf([byPredictor, byModel, byBranch]), permit)
  .map(([body, rights]) => ({ body, versions: models(count), ...rights }));
const anyCase = fc.oneof(serviceCase, modelCase);

function guard({ body, versions, allowed, fallback }: Case): Guarded | undefined {
  const result = guardRoute(body, allowed, fallback, versions);
  return result.ok ? result.value : undefined;
}

function rulesOf(body: JsonObject): readonly RouteRule[] {
  const reading = readRoute(body);
  if (!reading.readable) throw new Error(reading.reason);
  return reading.rules;
}

const isLive = (rule: RouteRule): boolean =>
  rule.destinations.some(({ role, weight }) => role === "share" && weight > 0);

/** Everything in a document that names a host or a Service and has a weight above 0, or is a mirror; no reader here. */
function reached(value: Json | undefined, alone: boolean, absent: number): readonly string[] {
  if (isArray(value)) return value.flatMap((entry) => reached(entry, value.length === 1, absent));
  if (!isObject(value)) return [];
  const own = at(value, "destination", "host") ?? value["name"];
  const raw = value["weight"] ?? absent;
  const counts = raw !== 0 || (alone && value["destination"] !== undefined);
  const mirrored = [value["mirror"], ...arrayAt(value, "mirrors").map((entry) => at(entry, "destination"))].map(
    (entry) => at(entry, "host"),
  );
  const copied =
    at(value, "requestMirror", "percent") === 0 ? undefined : at(value, "requestMirror", "backendRef", "name");
  const names = [counts ? own : undefined, ...mirrored, copied].filter((entry) => typeof entry === "string");
  const inner = [value["backendRefs"], value["route"], value["filters"]];
  return [...names, ...inner.flatMap((part) => reached(part, false, absent))].map((text) => text.replace(/\.ns$/, ""));
}

describe("a guarded route", () => {
  test("gives nothing to a version that may not carry", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const value = guard(one);
        if (value?.reading.readable !== true) return;
        const carried = carriedWeights(value.reading, one.versions).perVersion;
        const wrong = carried.filter(({ index, carries }) => carries && one.allowed[index] !== true);
        expect(wrong).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test("names no such version with a weight, seen without the reader", () => {
    fc.assert(
      fc.property(serviceCase, (one) => {
        const value = guard(one);
        if (value === undefined) return;
        const spec = objectAt(value.body, "spec");
        const absent = spec["rules"] === undefined ? 0 : 1;
        const names = [spec["rules"], spec["http"], spec["tcp"]].flatMap((list) => reached(list, false, absent));
        const forbidden = one.versions
          .filter(({ index }) => one.allowed[index] !== true)
          .map(({ index }) => name(index));
        expect(names.filter((text) => forbidden.some((app) => text === app || text.startsWith(`${app}.`)))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test("has a live destination in every rule that has backends", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const value = guard(one);
        if (value === undefined) return;
        expect(rulesOf(value.body).filter((rule) => rule.hasBackends && !isLive(rule))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test("is not changed by guarding it again", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const value = guard(one);
        if (value === undefined) return;
        const again = guard({ ...one, body: value.body });
        expect(again?.corrections).toEqual([]);
        expect(again?.body).toBe(value.body);
      }),
      { numRuns: 1000 },
    );
  });

  test("is the same object exactly where nothing is corrected, and else the old one stays as it was", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const before = JSON.stringify(one.body);
        const value = guard(one);
        expect(JSON.stringify(one.body)).toBe(before);
        if (value !== undefined) expect(value.body === one.body).toBe(value.corrections.length === 0);
      }),
    );
  });

  test("leaves every destination that may carry as it is, in rules that were not pointed to the fallback", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const value = guard(one);
        if (value === undefined) return;
        const whole = new Map(value.corrections.map(({ path, what }) => [path, what]));
        const kept = rulesOf(one.body).filter(({ path }) => whole.get(path) !== "ruleDropped");
        const after = rulesOf(value.body);
        expect(after).toHaveLength(kept.length);
        for (const [place, rule] of kept.entries()) {
          if (whole.get(rule.path) === "ruleToFallback") continue;
          const right = ({ backend }: { readonly backend: RouteRule["destinations"][number]["backend"] }): boolean =>
            one.allowed[identifyVersion(backend, one.versions) ?? -1] !== false;
          const facts = (from: RouteRule | undefined): unknown =>
            from?.destinations.filter(right).map(({ backend, role, weight }) => ({ backend, role, weight }));
          expect(facts(after[place])).toEqual(facts(rule));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("drops a rule only for a live one that takes everything, in a VirtualService a later one", () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const value = guard(one);
        if (value === undefined) return;
        const what = new Map(value.corrections.map(({ path, what }) => [path, what]));
        const before = rulesOf(one.body);
        const kept = before.filter(({ path }) => what.get(path) !== "ruleDropped");
        const after = rulesOf(value.body);
        for (const dropped of before.filter(({ path }) => what.get(path) === "ruleDropped")) {
          const list = dropped.path.replace(/\[\d+\]$/, "");
          const heirs = kept.filter((rule, place) => {
            const sameList = rule.path.startsWith(`${list}[`);
            const inOrder = list === "spec.rules" || before.indexOf(rule) > before.indexOf(dropped);
            const now = after[place];
            return sameList && inOrder && now?.catchAll === true && isLive(now);
          });
          expect(heirs).not.toEqual([]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("exists whenever the versions are Services and one of the fallback may carry", () => {
    fc.assert(
      fc.property(serviceCase, (one) => {
        fc.pre(one.fallback.some((share, index) => share > 0 && one.allowed[index] === true));
        expect(guard(one)).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });

  test("shares a rule that names nobody else out to Services in the fallback's proportions", () => {
    fc.assert(
      fc.property(permit, fc.constantFrom("HTTPRoute", "VirtualService"), ({ allowed, fallback }, kind) => {
        const rights = allowed.map((_, index) => index !== 0 && allowed[index] === true);
        fc.pre(fallback.some((share, index) => share > 0 && rights[index] === true));
        const body =
          kind === "HTTPRoute"
            ? route("gateway.networking.k8s.io/v1", kind, { rules: [{ backendRefs: [{ name: "app-0", port: 80 }] }] })
            : route("networking.istio.io/v1", kind, { http: [{ route: [byHost(0)] }] });
        const versions = deployments(count);
        const value = guard({ body, versions, allowed: rights, fallback });
        if (value?.reading.readable !== true) throw new Error("unreadable");
        expect(carriedWeights(value.reading, versions).perVersion.map(({ weight }) => weight)).toEqual(
          fallback.map((share, index) => (rights[index] === true ? share : 0)),
        );
      }),
    );
  });
});
