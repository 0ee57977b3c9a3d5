import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { arrayAt, at, numberAt } from "../../../../src/base/json.js";
import { guardRoute } from "../../../../src/routing/guard/guard.js";
import { deployments, httpRoute, virtualService } from "../reader/iter8Routes.js";

const count = 3;
const versions = deployments(count);

type Build = (stated: readonly (number | undefined)[]) => JsonObject;
const weightOf = (weight: number | undefined): JsonObject => (weight === undefined ? {} : { weight });
const byGateway: Build = (stated) =>
  httpRoute([
    { backendRefs: stated.map((weight, index) => ({ name: `app-${index}`, port: 80, ...weightOf(weight) })) },
  ]);
const byIstio: Build = (stated) =>
  virtualService([
    { route: stated.map((weight, index) => ({ destination: { host: `app-${index}` }, ...weightOf(weight) })) },
  ]);

const builds = fc.constantFrom(byGateway, byIstio);
const weights = fc.array(fc.nat(9), { minLength: count, maxLength: count }).filter((all) => all.some((one) => one > 0));
const gaps = fc.array(fc.boolean(), { minLength: count, maxLength: count });

function sharesOf(body: JsonObject): readonly Json[] {
  return [...arrayAt(body, "spec", "rules", 0, "backendRefs"), ...arrayAt(body, "spec", "http", 0, "route")];
}

function guarded(body: JsonObject, asked: readonly number[], told?: readonly number[]): JsonObject {
  const allowed = asked.map((weight) => weight > 0);
  const result = guardRoute(body, allowed, asked, versions, undefined, told);
  if (!result.ok) throw new Error(result.error.message);
  return result.value.body;
}

describe("a weight that a template leaves out", () => {
  it("is that which was asked for, where another one is written as it was asked for or taken away", () => {
    fc.assert(
      fc.property(builds, weights, gaps, (build, asked, absent) => {
        const stated = asked.map((weight, index) => (absent[index] === true ? undefined : weight));
        const open = asked.filter((weight) => weight > 0);
        const speaks = open.length < count || absent.includes(false);
        fc.pre(open.length > 1 && speaks);
        const absentMeans = build === byGateway ? 1 : 0;
        const shares = sharesOf(guarded(build(stated), asked, asked));
        const found = shares.map((share) => numberAt(share, "weight") ?? absentMeans);
        expect(found).toEqual(asked);
      }),
    );
  });

  it("is left alone where the template writes weights of its own, or none at all", () => {
    fc.assert(
      fc.property(builds, weights, gaps, (build, asked, absent) => {
        fc.pre(asked.every((weight) => weight > 0));
        const own = asked.map((weight, index) => (absent[index] === true ? undefined : weight + 1));
        fc.pre(build !== byIstio || own.some((weight) => weight !== undefined));
        expect(guarded(build(own), asked, asked)).toEqual(build(own));
        expect(guarded(byGateway([undefined, undefined, undefined]), asked, asked)).toEqual(
          byGateway([undefined, undefined, undefined]),
        );
      }),
    );
  });

  it("stays left out when it is guarded without weights, and filled in when it is guarded again", () => {
    const stated = [undefined, 2, 1];
    expect(at(sharesOf(guarded(byGateway(stated), [5, 2, 1]))[0] ?? null, "weight")).toBeUndefined();
    fc.assert(
      fc.property(builds, weights, gaps, (build, asked, absent) => {
        const once = guarded(build(asked.map((weight, i) => (absent[i] === true ? undefined : weight))), asked, asked);
        expect(guarded(once, asked, asked)).toEqual(once);
      }),
    );
  });
});

describe("a candidate's rule with an empty list of matches", () => {
  const ref = (index: number): JsonObject => ({ name: `app-${index}`, port: 80 });
  const asked = [1, 1, 1];

  it.each([[null], [[]]])("goes where the primary has a rule for everybody (%j)", (matches) => {
    const primary = { backendRefs: [ref(0)] };
    const body = httpRoute([{ matches, backendRefs: [ref(1)] }, primary]);
    expect(arrayAt(guarded(body, asked), "spec", "rules")).toEqual([primary]);
  });

  it("stays where nobody else has one, where it leads to the primary, too, or where no list was written", () => {
    const only = httpRoute([{ matches: [], backendRefs: [ref(1)] }]);
    const both = httpRoute([{ matches: [], backendRefs: [ref(0), ref(1)] }, { backendRefs: [ref(0)] }]);
    const switched = httpRoute([{ backendRefs: [ref(1)] }, { backendRefs: [ref(0)] }]);
    for (const body of [only, both, switched]) expect(guarded(body, asked)).toBe(body);
  });
});
