import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import { seededRandom } from "../../../../src/base/random.js";
import type { Fields } from "../../../../src/sandbox/gateway/fields.js";
import { endToEnd, fieldOf, membersOf } from "../../../../src/sandbox/gateway/fields.js";
import { changeFields } from "../../../../src/sandbox/gateway/headerChanges.js";
import { byHostRank, rankHost } from "../../../../src/sandbox/gateway/hostMatch.js";
import { drawLag } from "../../../../src/sandbox/gateway/lag.js";
import { rewriteTarget } from "../../../../src/sandbox/gateway/pathRewrite.js";
import { locationOf } from "../../../../src/sandbox/gateway/redirectAnswer.js";
import { callNames, serviceOfHost } from "../../../../src/sandbox/gateway/serviceNames.js";
import { fitsText, regexMatch } from "../../../../src/sandbox/gateway/textMatch.js";
import { drawWeighted, sharesOf } from "../../../../src/sandbox/gateway/weights.js";
import { asked } from "./objects.js";

const names: fc.Arbitrary<string> = fc.constantFrom("a", "b", "c", "set-cookie");
const fieldList: fc.Arbitrary<Fields> = fc.array(fc.tuple(names, fc.string({ maxLength: 3 })), { maxLength: 6 });

describe("weights", () => {
  const weights = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 16 });

  test("are shared out as w/Σw, and nothing without any", () => {
    fc.assert(
      fc.property(weights, (list) => {
        const total = list.reduce((sum, weight) => sum + weight, 0);
        const shares = sharesOf(list);
        if (total === 0) expect(shares).toBeUndefined();
        else for (const [at, weight] of list.entries()) expect(shares?.[at]).toBeCloseTo(weight / total, 12);
      }),
    );
  });

  test("are drawn never from those that have none, and from all when all draws are made", () => {
    fc.assert(
      fc.property(weights, fc.integer(), (list, seed) => {
        const items = list.map((weight, at) => ({ weight, at }));
        const drawn = drawWeighted(items, seededRandom(seed));
        if (list.every((weight) => weight === 0)) expect(drawn).toBeUndefined();
        else expect(drawn?.weight).toBeGreaterThan(0);
      }),
    );
  });

  test("draw each destination as often as its share says", () => {
    const items = [{ weight: 80 }, { weight: 15 }, { weight: 0 }, { weight: 5 }];
    const random = seededRandom(7);
    const counts = new Map(items.map((item) => [item, 0]));
    for (let run = 0; run < 20_000; run += 1) {
      const drawn = drawWeighted(items, random);
      if (drawn !== undefined) counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    const seen = [...counts.values()].map((count) => count / 20_000);
    for (const [at, share] of [0.8, 0.15, 0, 0.05].entries())
      expect(Math.abs((seen[at] ?? 1) - share)).toBeLessThan(0.01);
  });
});

describe("header changes", () => {
  test("leave no removed field, one set field, and what was not named as it was", () => {
    fc.assert(
      fc.property(fieldList, fieldList, fieldList, fc.array(names), (fields, set, add, remove) => {
        const changed = changeFields(fields, { set, add, remove });
        const others = (list: Fields): Fields =>
          list.filter(([name]) => ![...set, ...add].some(([key]) => key === name) && !remove.includes(name));
        expect(others(changed)).toEqual(others(fields));
        for (const [name] of set) {
          const expected = [...set, ...add].filter(([key]) => key === name);
          expect(changed.filter(([key]) => key === name)).toEqual(expected);
        }
        for (const name of remove)
          if (![...set, ...add].some(([key]) => key === name)) expect(fieldOf(changed, name)).toBeUndefined();
      }),
    );
  });

  test("keep what belongs to one connection from the next one", () => {
    const fields: Fields = [
      ["connection", "Keep-Alive, x-hop"],
      ["x-hop", "1"],
      ["keep-alive", "timeout=5"],
      ["transfer-encoding", "chunked"],
      ["te", "trailers"],
      ["x-stays", "1"],
    ];
    expect(endToEnd(fields)).toEqual([
      ["te", "trailers"],
      ["x-stays", "1"],
    ]);
  });

  test("keep several cookies apart on the way out", () => {
    const cookies: Fields = [
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["x", "3"],
    ];
    expect(membersOf(cookies)).toEqual({ "set-cookie": ["a=1", "b=2"], x: "3" });
  });
});

describe("hosts", () => {
  test.each([
    ["app.example.com", "app.example.com", true],
    ["app.example.com", "b.example.com", false],
    ["*.example.com", "app.example.com", true],
    ["*.example.com", "a.b.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", "badexample.com", false],
    ["*", "anything", true],
  ])("%s takes %s: %s", (name, host, taken) => {
    expect(rankHost([name], host) !== undefined).toBe(taken);
  });

  test("a whole name is more specific than a wildcard, a longer wildcard than a shorter one", () => {
    const [whole, long, short] = ["a.b.example.com", "*.b.example.com", "*.example.com"];
    const ranks = [short, whole, long].flatMap((name) => rankHost([name], "a.b.example.com") ?? []);
    expect(ranks.sort(byHostRank).map(({ exact, length }) => [exact, length])).toEqual([
      [15, 15],
      [0, 15],
      [0, 13],
    ]);
  });

  test.each([
    ["app", "shop", "shop/app"],
    ["app.other", "shop", "other/app"],
    ["app.other.svc", "shop", "other/app"],
    ["app.other.svc.cluster.local", "shop", "other/app"],
  ])("%s in namespace %s is the Service %s", (host, namespace, service) => {
    const found = serviceOfHost(host, namespace);
    expect(`${found?.namespace ?? ""}/${found?.name ?? ""}`).toBe(service);
  });

  test("a host outside the cluster is no Service", () => {
    expect(serviceOfHost("www.example.com", "ns")).toBeUndefined();
    expect(callNames("www.example.com", "ns")).toEqual(["www.example.com"]);
  });

  test("a short name takes every way of calling the Service", () => {
    expect(new Set(callNames("app", "ns"))).toEqual(
      new Set(["app", "app.ns", "app.ns.svc", "app.ns.svc.cluster.local"]),
    );
  });
});

describe("texts", () => {
  test("a regular expression must take the whole text", () => {
    expect(["ab", "xab", "abx"].map((text) => fitsText(regexMatch("a|ab"), text))).toEqual([true, false, false]);
    expect(fitsText(regexMatch("(?i)ABC"), "abc")).toBe(true);
    expect(fitsText(regexMatch("("), "(")).toBe(false);
  });
});

describe("path rewrites", () => {
  test.each([
    ["/foo", "/xyz", "/foo/bar", "/xyz/bar"],
    ["/foo", "/xyz/", "/foo/bar", "/xyz/bar"],
    ["/foo/", "/xyz", "/foo/bar", "/xyz/bar"],
    ["/foo", "/xyz", "/foo", "/xyz"],
    ["/foo", "/xyz", "/foo/", "/xyz/"],
    ["/foo", "/", "/foo/bar", "/bar"],
    ["/foo", "/", "/foo", "/"],
    ["/", "/xyz", "/bar?q=1", "/xyz/bar?q=1"],
  ])("of the prefix %s by %s make of %s %s", (prefix, path, target, expected) => {
    expect(rewriteTarget(target, { type: "prefix", path, by: "segments" }, { type: "prefix", prefix })).toBe(expected);
  });

  test("of Istio replace the text that was matched, or all where the whole was", () => {
    const rewrite = { type: "prefix", path: "/v2", by: "text" } as const;
    expect(rewriteTarget("/v1beta?x", rewrite, { type: "prefix", prefix: "/v1" })).toBe("/v2beta?x");
    expect(rewriteTarget("/v1beta", rewrite, { type: "whole" })).toBe("/v2");
  });

  test("keep the query, whatever they do", () => {
    const rewrites = fc.constantFrom(
      { type: "full", path: "/x" } as const,
      { type: "prefix", path: "/x", by: "segments" } as const,
      { type: "regex", pattern: /^\/a/g, replacement: "/x" } as const,
    );
    fc.assert(
      fc.property(fc.webPath(), fc.webQueryParameters(), rewrites, (path, query, rewrite) => {
        const target = `${path === "" ? "/" : path}?${query}`;
        expect(rewriteTarget(target, rewrite, { type: "prefix", prefix: "/" }).endsWith(`?${query}`)).toBe(true);
      }),
    );
  });
});

describe("redirects", () => {
  const anywhere = { type: "prefix", prefix: "/" } as const;

  test.each([
    [{ scheme: "https" }, "app.example.com:8080", "https://app.example.com/a?b=c"],
    [{ host: "other.example.com" }, "app.example.com", "http://other.example.com/a?b=c"],
    [{ port: 8443, scheme: "https" }, "app.example.com", "https://app.example.com:8443/a?b=c"],
    [{ port: 443, scheme: "https" }, "app.example.com", "https://app.example.com/a?b=c"],
    [{}, "app.example.com:8080", "http://app.example.com:8080/a?b=c"],
    [{ path: { type: "full", path: "/z" } as const }, "app.example.com", "http://app.example.com/z?b=c"],
  ])("by %j of a request at %s lead to %s", (redirect, host, location) => {
    expect(locationOf({ status: 302, ...redirect }, asked({ host, target: "/a?b=c" }), anywhere)).toBe(location);
  });
});

describe("a lag", () => {
  test("between two bounds is never outside them", () => {
    const bounds = fc.tuple(fc.nat(30_000), fc.nat(30_000)).map(([one, more]) => ({ minMs: one, maxMs: one + more }));
    fc.assert(
      fc.property(bounds, fc.integer(), (lag, seed) => {
        const drawn = drawLag(lag, seededRandom(seed));
        expect(drawn).toBeGreaterThanOrEqual(lag.minMs);
        expect(drawn).toBeLessThanOrEqual(lag.maxMs);
      }),
    );
  });
});
