import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { decodeHttpRoute } from "../../../../src/sandbox/gateway/httpRoute.js";
import { decodeVirtualService } from "../../../../src/sandbox/gateway/virtualService.js";
import { sendByHttpRoute } from "../../../support/requests/httpRouteRequests.js";
import type { SampleRequest } from "../../../support/requests/request.js";
import { sendByVirtualService } from "../../../support/requests/virtualServiceRequests.js";
import { arrivals, arrivalsText } from "./deciding.js";
import { asked, stored } from "./objects.js";

const services = fc.constantFrom("a", "b", "c");
const paths = fc.constantFrom("/", "/x", "/x/y", "/xy", "/z");
const values = fc.constantFrom("1", "2", "12");

/** Weights that sum to ten, so that every share is a number of tenths. */
const tenths: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(10), { minLength: 1, maxLength: 2 }).map((cuts) => {
  const ends = [...cuts.sort((one, other) => one - other), 10];
  return ends.map((end, at) => end - (ends[at - 1] ?? 0));
});
const percents = fc.nat(10).map((tenth) => tenth * 10);
const named = fc.uniqueArray(services, { minLength: 3, maxLength: 3 });

const request: fc.Arbitrary<SampleRequest> = fc.record({
  called: fc.constant("a request"),
  path: paths,
  headers: fc.dictionary(fc.constantFrom("x-one", "x-two"), values),
});

function headOf({ path, headers }: SampleRequest): Parameters<typeof arrivals>[1] {
  return asked({ target: path, fields: Object.entries(headers) });
}

const gatewayMatch: fc.Arbitrary<JsonObject> = fc
  .record({
    type: fc.constantFrom("Exact", "PathPrefix"),
    path: paths,
    headers: fc.dictionary(fc.constantFrom("X-One", "x-two"), values),
  })
  .map(({ type, path, headers }) => ({
    path: { type, value: path },
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
  }));

const gatewayRule: fc.Arbitrary<JsonObject> = fc
  .record({
    matches: fc.array(gatewayMatch, { maxLength: 2 }),
    weights: fc.oneof(tenths, fc.constant<readonly number[]>([0, 0])),
    names: named,
    mirror: fc.option(fc.tuple(services, percents)),
  })
  .map(({ matches, weights, names, mirror }) => ({
    matches,
    backendRefs: weights.map((weight, at) => ({ name: names[at] ?? "", port: 80, weight })),
    filters:
      mirror === null
        ? []
        : [{ type: "RequestMirror", requestMirror: { backendRef: { name: mirror[0], port: 80 }, percent: mirror[1] } }],
  }));

describe("an HTTPRoute", () => {
  test("sends requests where another reading of Gateway API's rules sends them", () => {
    fc.assert(
      fc.property(fc.array(gatewayRule, { minLength: 1, maxLength: 4 }), request, (rules, sample) => {
        const object = stored("HTTPRoute", { rules });
        const { answered, copied } = sendByHttpRoute(object, sample);
        expect(arrivals([decodeHttpRoute(object)], headOf(sample))).toBe(arrivalsText(answered, copied));
      }),
      { numRuns: 300 },
    );
  });
});

const like: fc.Arbitrary<Json> = fc.tuple(fc.constantFrom("exact", "prefix", "regex"), values).map(([kind, value]) => ({
  [kind]: kind === "regex" ? `^(${value}|2)$` : value,
}));

const istioMatch: fc.Arbitrary<JsonObject> = fc
  .record({
    uri: fc.option(fc.tuple(fc.constantFrom("exact", "prefix"), paths)),
    headers: fc.dictionary(fc.constantFrom("x-one", "x-two"), like),
  })
  .map(({ uri, headers }) => ({ ...(uri === null ? {} : { uri: { [uri[0]]: uri[1] } }), headers }));

const istioRule: fc.Arbitrary<JsonObject> = fc
  .record({
    match: fc.array(istioMatch, { maxLength: 2 }),
    weights: fc.oneof(tenths, fc.constant<readonly number[]>([0]), fc.constant<readonly number[]>([0, 0])),
    names: named,
    isSubset: fc.boolean(),
    mirror: fc.option(fc.tuple(services, percents)),
  })
  .map(({ match, weights, names, isSubset, mirror }) => ({
    ...(match.length === 0 ? {} : { match }),
    route: weights.map((weight, at) => ({
      destination: isSubset ? { host: "shared", subset: names[at] ?? "" } : { host: names[at] ?? "" },
      weight,
    })),
    ...(mirror === null ? {} : { mirror: { host: mirror[0] }, mirrorPercentage: { value: mirror[1] } }),
  }));

describe("a VirtualService", () => {
  test("sends requests where another reading of Istio's rules sends them", () => {
    fc.assert(
      fc.property(fc.array(istioRule, { minLength: 1, maxLength: 4 }), request, (http, sample) => {
        const object = stored("VirtualService", { hosts: ["app.example.com"], http });
        const { answered, copied } = sendByVirtualService(object, sample);
        expect(arrivals([decodeVirtualService(object)], headOf(sample))).toBe(arrivalsText(answered, copied));
      }),
      { numRuns: 300 },
    );
  });
});
