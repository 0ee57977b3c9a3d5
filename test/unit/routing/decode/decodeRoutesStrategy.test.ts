import { describe, expect, test } from "@jest/globals";

import { grpc, http, istio, many } from "../generate/decodingRoutes.js";

const matches = (count: number): string => `[${Array(count).fill("{headers: [{name: a, value: b}]}").join(", ")}]`;

describe("a strategy is refused", () => {
  test("that nobody knows", () => {
    expect(http("strategy: blue_green")).toEqual([
      'routes[0].strategy: unknown strategy "blue_green"; did you mean blue-green?',
    ]);
  });

  test("with the members of another", () => {
    expect(http("match: {v2: [{method: GET}]}, mirror: {v2: 5}")).toEqual([
      "routes[0].match: match is for the strategy canary; remove it or write strategy: canary",
      "routes[0].mirror: mirror is for the strategy mirror; remove it or write strategy: mirror",
    ]);
    expect(istio("strategy: mirror, mirror: {v2: 5}, sticky: {cookie: c}")).toEqual([
      "routes[0].sticky: sticky is for the strategy blue-green; remove it or write strategy: blue-green",
    ]);
  });
});

describe("a canary is refused", () => {
  test("without a match for each candidate, or with one for anybody else", () => {
    expect(http("strategy: canary")).toEqual([
      "routes[0].match: the strategy needs a list of matches for each candidate; write match: {v2: …}",
    ]);
    expect(http("strategy: canary, match: {v1: [{method: GET}], v3: [{method: GET}]}")).toEqual([
      "routes[0].match.v1: v1 is the primary, which gets what is left; remove it",
      'routes[0].match.v3: there is no version "v3"; did you mean v2?',
      "routes[0].match: a list of matches for v2 is missing; add v2",
    ]);
  });

  test("with matches that are none", () => {
    const canary = (value: string): readonly string[] => http(`strategy: canary, match: {v2: ${value}}`);
    const empty = "routes[0].match.v2: there is no match, so every request would match; write one, such as a header";
    expect(canary("")).toEqual([empty]);
    expect(canary("[]")).toEqual([empty]);
    expect(canary("{method: GET}")).toEqual([
      "routes[0].match.v2: this is a mapping, not a list; begin each item with `- `",
    ]);
    expect(canary("[text]")).toEqual([
      "routes[0].match.v2[0]: this is a text, not a mapping; write `key: value` lines",
    ]);
    expect(http("strategy: canary, match: [a]")[0]).toBe(
      "routes[0].match: this is a list, not a mapping; write `key: value` lines",
    );
  });

  test.each(["{}", "null", "{headers: []}", "{path: {value: /}}", "{path: {type: PathPrefix, value: /}}"])(
    "with the match %s, which takes everything",
    (match) => {
      expect(http(`strategy: canary, match: {v2: [{method: GET}, ${match}, {method: PUT}]}`)).toEqual([
        "routes[0].match.v2[1]: this matches every request; narrow it, for example by a header",
      ]);
    },
  );

  test("of Istio with a match that takes everything", () => {
    expect(istio("strategy: canary, match: {v2: [{uri: {prefix: /}}, {name: a}, {uri: {prefix: /a}}]}")).toEqual([
      "routes[0].match.v2[0]: this matches every request; narrow it, for example by a header",
      "routes[0].match.v2[1]: this matches every request; narrow it, for example by a header",
    ]);
  });

  test("with a match in the words of another kind, which a server might drop", () => {
    expect(http("strategy: canary, match: {v2: [{uri: {prefix: /a}}]}")).toEqual([
      'routes[0].match.v2[0].uri: HTTPRoute knows no match by "uri"; use one of path, headers, queryParams, method',
    ]);
    expect(grpc("strategy: canary, match: {v2: [{path: {value: /a}}]}")).toEqual([
      'routes[0].match.v2[0].path: GRPCRoute knows no match by "path"; use one of method, headers',
    ]);
    expect(istio("strategy: canary, match: {v2: [{header: {a: {exact: b}}}]}")).toEqual([
      'routes[0].match.v2[0].header: VirtualService knows no match by "header"; did you mean headers?',
    ]);
  });

  test("with more than Gateway API allows", () => {
    const canary = (versions: number, count: number): string =>
      `strategy: canary, match: {${Array.from({ length: versions - 1 }, (_, at) => `v${at + 1}: ${matches(count)}`).join(", ")}}`;
    expect(http(canary(2, 64), many(2))).toEqual([]);
    expect(http(canary(2, 65), many(2))).toEqual([
      "routes[0].match.v1: there are 65 matches in one rule, HTTPRoute allows 64; remove some",
    ]);
    expect(http(canary(3, 64), many(3))).toEqual([
      "routes[0].match: there are 129 matches in all rules, HTTPRoute allows 128; remove some",
    ]);
    expect(grpc(canary(3, 64), many(3))).toEqual([]);
    expect(http(canary(16, 1), many(16))).toEqual([]);
    expect(http(canary(17, 1), many(17))).toEqual([
      "routes[0].match: there are 17 rules with one for each version, HTTPRoute allows 16; remove some",
    ]);
  });
});

describe("a mirror is refused", () => {
  test("without a percentage for each candidate, or with one for anybody else", () => {
    expect(http("strategy: mirror")).toEqual([
      "routes[0].mirror: the strategy needs a percentage for each candidate; write mirror: {v2: …}",
    ]);
    expect(http("strategy: mirror, mirror: {v1: 5, v22: 5}")).toEqual([
      "routes[0].mirror.v1: v1 is the primary, which gets what is left; remove it",
      'routes[0].mirror.v22: there is no version "v22"; did you mean v2?',
      "routes[0].mirror: a percentage for v2 is missing; add v2",
    ]);
  });

  test.each([
    ["101", "this is 101, not an integer from 0 to 100; write one"],
    ["0.5", "this is 0.5, not an integer from 0 to 100; write one"],
    ['"20"', "this is a text, not an integer from 0 to 100; write one"],
    ["", "the percentage is missing; write an integer from 0 to 100"],
  ])("with the percentage %s", (value, message) => {
    expect(http(`strategy: mirror, mirror: {v2: ${value}}`)).toEqual([`routes[0].mirror.v2: ${message}`]);
  });
});

describe("sticky is refused", () => {
  test("for gRPC, whose clients keep no cookies", () => {
    expect(grpc("sticky: {cookie: c}")).toEqual([
      "routes[0].sticky: clients of gRPC keep no cookies; remove it, or use kind: HTTPRoute or VirtualService",
    ]);
  });

  test("without the name of a cookie", () => {
    expect(http("sticky: {}")).toEqual(["routes[0].sticky.cookie: cookie is missing; write it"]);
    expect(http('sticky: {cookie: "a=b"}')).toEqual([
      'routes[0].sticky.cookie: "a=b" is no name of a cookie; use letters, digits, - and _',
    ]);
  });

  test.each([
    ["0s", "0s is no number of whole seconds above 0"],
    ["0", "0s is no number of whole seconds above 0"],
    ["1500ms", "1.5s is no number of whole seconds above 0"],
  ])("with the age %s", (age, message) => {
    expect(http(`sticky: {cookie: c, maxAge: ${age}}`)).toEqual([
      `routes[0].sticky.maxAge: ${message}; write, for example, "1h"`,
    ]);
  });

  test("with an age that is no duration", () => {
    expect(http("sticky: {cookie: c, maxAge: 60}")).toEqual([
      'routes[0].sticky.maxAge: 60 lacks a unit; write "60s" for seconds',
    ]);
    expect(http("sticky: {cookie: c, maxage: 60s}")).toEqual([
      'routes[0].sticky.maxage: unknown key "maxage"; did you mean maxAge?',
    ]);
  });

  test("for more versions than there can be rules, and blue-green for more than there can be destinations", () => {
    expect(http("sticky: {cookie: c}", many(15))).toEqual([]);
    expect(http("sticky: {cookie: c}", many(16))).toEqual([
      "routes[0].sticky: there are 17 rules with one for each version, HTTPRoute allows 16; remove some",
    ]);
    expect(http("", many(16))).toEqual([]);
    expect(http("", many(17))).toEqual(["routes[0]: there are 17 versions, HTTPRoute allows 16; remove some"]);
    expect(istio("sticky: {cookie: c}", many(20))).toEqual([]);
  });
});
