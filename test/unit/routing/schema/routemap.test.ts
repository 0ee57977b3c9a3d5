import { readdir, readFile } from "node:fs/promises";

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { isObject } from "../../../../src/base/json.js";
import { formatProblem } from "../../../../src/base/problem.js";
import { parseYaml, parseYamlStream } from "../../../../src/base/yaml.js";
import { defaultConfig } from "../../../../src/config/defaults.js";
import type { DecodeContext } from "../../../../src/routing/decode/context.js";
import { decodeRoutemap } from "../../../../src/routing/decode/decodeRoutemap.js";
import { routemapSchema, routemapSpecSchema } from "../../../../src/routing/schema/routemap.js";
import { iter8Spec } from "../../../support/iter8/fixtures.js";
import { disturbed, mistaken } from "../../../support/mistakes.js";
import { specs } from "../../../support/routemapSpecs.js";
import { validator } from "../../../support/validator.js";

const { kinds, limits, outputs, templateNamespaces } = defaultConfig();
const context: DecodeContext = {
  namespace: "shop",
  kinds: new Map(kinds.map((kind) => [kind.shorthand, kind])),
  outputs,
  templateNamespaces,
  limits,
  scope: "cluster",
};
const schema = validator(routemapSchema());

/** Every problem of the decoder as one line. */
function refusals(spec: Json): readonly string[] {
  const decoded = decodeRoutemap(JSON.stringify(spec), context);
  return decoded.ok ? [] : decoded.error.map(formatProblem);
}

const runs = { numRuns: 200 };

describe("the schema of a routemap's spec", () => {
  it("accepts every spec that is meant to be good, and so does the decoder", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        expect({ decoder: refusals(spec), schema: schema.problems(spec) }).toEqual({ decoder: [], schema: [] });
      }),
      runs,
    );
  });

  it("accepts whatever the decoder accepts, however a spec was disturbed", () => {
    let accepted = 0;
    fc.assert(
      fc.property(disturbed(specs), (spec) => {
        if (refusals(spec).length > 0) return;
        accepted++;
        expect(schema.problems(spec)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(15);
  });

  it("refuses mistakes of form, and so does the decoder", () => {
    fc.assert(
      fc.property(mistaken(specs, { anyKeys, opaque: isOpaque, required: requiredKeys }), ({ value, what }) => {
        expect({ what, decoder: refusals(value).length > 0, schema: !schema.valid(value) }).toEqual({
          what,
          decoder: true,
          schema: true,
        });
      }),
      { numRuns: 500 },
    );
  });

  it("accepts Iter8's own routemaps", async () => {
    for (const file of ["gateway-blue-green-three", "gateway-canary", "istio-mirror"] as const) {
      const spec = parseYaml(await iter8Spec(file, "shop"));
      expect(spec.ok && schema.problems(spec.value.value)).toEqual([]);
    }
  });

  const good = { versions: [{ resources: [{ gvrShort: "svc", name: "app" }] }, { name: "v2" }] };
  const route = { kind: "HTTPRoute", name: "app", parentRefs: [{ name: "gw" }] };
  const mesh = { kind: "VirtualService", name: "app", hostnames: ["app.example.com"] };

  it.each<[string, JsonObject]>([
    ["no version", { versions: [] }],
    ["a weight below 0", { versions: [{ weight: -1 }] }],
    ["a weight above 1 000 000", { versions: [{ weight: 1_000_001 }] }],
    ["a name no label may have", { versions: [{ name: "two words" }] }],
    ["a name no object may have", { versions: [{ resources: [{ gvrShort: "svc", name: "App" }] }] }],
    ["a time without a unit", { ...good, release: { settle: 10 } }],
    ["a time of no unit we know", { ...good, release: { settle: "10d" } }],
    ["a deadline of 0", { ...good, release: { deadline: 0 } }],
    [
      "a template and a reference to one",
      { ...good, routingTemplates: { a: { gvrShort: "vs", template: "x", templateRef: { name: "y" } } } },
    ],
    ["a template without text", { ...good, routingTemplates: { a: { gvrShort: "vs" } } }],
    ["a kind of route that cannot be written", { ...good, routes: [{ ...route, kind: "TCPRoute" }] }],
    ["a strategy nobody knows", { ...good, routes: [{ ...route, strategy: "bluegreen" }] }],
    ["an HTTPRoute without parents", { ...good, routes: [{ kind: "HTTPRoute", name: "app" }] }],
    ["an HTTPRoute with Istio's gateways", { ...good, routes: [{ ...route, gateways: ["mesh"] }] }],
    ["a VirtualService without hosts", { ...good, routes: [{ kind: "VirtualService", name: "app" }] }],
    ["a VirtualService with parents", { ...good, routes: [{ ...mesh, parentRefs: [{ name: "gw" }] }] }],
    ["a canary without matches", { ...good, routes: [{ ...route, strategy: "canary" }] }],
    ["a mirror without percents", { ...good, routes: [{ ...route, strategy: "mirror" }] }],
    ["a percent above 100", { ...good, routes: [{ ...route, strategy: "mirror", mirror: { v2: 101 } }] }],
    ["matches of another strategy", { ...good, routes: [{ ...route, match: { v2: [{ method: "GET" }] } }] }],
    [
      "a sticky canary",
      {
        ...good,
        routes: [{ ...route, strategy: "canary", match: { v2: [{ method: "GET" }] }, sticky: { cookie: "c" } }],
      },
    ],
    ["a sticky GRPCRoute", { ...good, routes: [{ ...route, kind: "GRPCRoute", sticky: { cookie: "c" } }] }],
    ["subsets of no Service", { ...good, routes: [{ ...mesh, subsets: { v0: { a: "b" } } }] }],
    ["a Service without subsets", { ...good, routes: [{ ...mesh, service: "app" }] }],
    ["backends in the rule", { ...good, routes: [{ ...route, rule: { backendRefs: [] } }] }],
    ["a route in the rule", { ...good, routes: [{ ...mesh, rule: { route: [] } }] }],
  ])("refuses %s, and so does the decoder", (_, spec) => {
    expect({ decoder: refusals(spec).length > 0, schema: !schema.valid(spec) }).toEqual({
      decoder: true,
      schema: true,
    });
  });

  it("tells title and description of every key", () => {
    expect(unexplained(routemapSpecSchema(), [])).toEqual([]);
    expect(unexplained(routemapSchema(), [])).toEqual([]);
  });
});

describe("the schema of a routemap's ConfigMap", () => {
  const configMap = (change: JsonObject = {}): JsonObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "app", labels: { "iter8.tools/kind": "routemap" } },
    data: { strSpec: "versions: []" },
    ...change,
  });

  it("asks for the label and the text of the spec", () => {
    expect(schema.problems(configMap())).toEqual([]);
    expect(schema.valid(configMap({ metadata: { name: "app" } }))).toBe(false);
    expect(schema.valid(configMap({ data: {} }))).toBe(false);
    expect(schema.valid(configMap({ data: { strSpec: { versions: [] } } }))).toBe(false);
    expect(schema.valid({ ...good(), kind: "ConfigMap" })).toBe(false);
  });

  it("accepts every sample, whose spec is valid, too", async () => {
    const files = (await readdir("config/samples")).filter((file) => file.endsWith(".yaml"));
    for (const file of files) {
      const documents = parseYamlStream(await readFile(`config/samples/${file}`, "utf8"));
      for (const { value } of documents.ok ? documents.value : []) {
        if (!isRoutemap(value)) continue;
        const spec = parseYaml(specText(value));
        const problems = { document: schema.problems(value), spec: spec.ok ? schema.problems(spec.value.value) : [] };
        expect({ file, ...problems }).toEqual({ file, document: [], spec: [] });
      }
    }
    expect(files.length).toBeGreaterThan(1);
  });

  function good(): JsonObject {
    return { versions: [{ name: "v1" }] };
  }
});

function isRoutemap(value: Json): value is JsonObject {
  return isObject(value) && JSON.stringify(value).includes('"iter8.tools/kind":"routemap"');
}

function specText(value: JsonObject): string {
  const data = value["data"];
  const text = isObject(data) ? data["strSpec"] : undefined;
  return typeof text === "string" ? text : "";
}

type Path = readonly (string | number)[];

/** Below these paths a routemap may hold what it likes. */
function isOpaque(path: Path): boolean {
  const place = path.map((step) => (typeof step === "number" ? "*" : step)).join("/");
  return /^(routingTemplates\/[^/]*\/values|routes\/\*\/(rule|parentRefs\/\*|match\/[^/]*\/\*))$/.test(place);
}

/** Whether a mirror's percent is that of a version is left to the decoder. */
function anyKeys(path: Path): boolean {
  return isOpaque(path) || (path[0] === "routes" && path[2] === "mirror");
}

function isText(value: Json | undefined): boolean {
  return typeof value === "string";
}

function requiredKeys(path: Path, value: JsonObject): readonly string[] {
  const place = path.map((step) => (typeof step === "number" ? "*" : step)).join(".");
  if (place === "") return ["versions"];
  if (place === "versions.*.resources.*") return ["gvrShort", "name"];
  if (/^routingTemplates\.[^]*\.templateRef$/.test(place)) return ["name"];
  if (path[0] === "routingTemplates" && path.length === 2)
    return ["gvrShort", isText(value["template"]) ? "template" : "templateRef"];
  if (place === "routes.*") {
    const attached = value["kind"] === "VirtualService" ? "hostnames" : "parentRefs";
    const own = ["match", "mirror"].filter((key) => isObject(value[key]));
    return ["kind", "name", attached, ...own, ...(isText(value["service"]) ? ["service", "subsets"] : [])];
  }
  if (place === "routes.*.parentRefs.*") return ["name"];
  return place === "routes.*.sticky" ? ["cookie"] : [];
}

/** Paths of the keys that the schema leaves without a title or a description; conditions and refused keys need none. */
function unexplained(schema: Json | undefined, path: Path): readonly string[] {
  if (!isObject(schema) || schema["title"] === undefined) return [];
  const properties = Object.entries(isObject(schema["properties"]) ? schema["properties"] : {});
  const below = [
    ...properties,
    ...["then", "else", "items", "additionalProperties"].map((key) => [key, schema[key]] as const),
  ];
  const own = properties.flatMap(([key, value]) =>
    isObject(value) &&
    ((typeof value["title"] === "string" && typeof value["description"] === "string") || value["not"] !== undefined)
      ? []
      : [[...path, key].join(".")],
  );
  return [...own, ...below.flatMap(([key, value]) => unexplained(value, [...path, key]))];
}
