import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../../src/base/json.js";
import { isObject } from "../../../../src/base/json.js";
import { defaultConfig } from "../../../../src/config/defaults.js";
import { lintFiles } from "../../../../src/routing/lint.js";
import { routemapSchema } from "../../../../src/routing/schema/routemap.js";
import { routeTemplateSchema } from "../../../../src/routing/schema/routeTemplate.js";
import { disturbed, mistaken } from "../../../support/mistakes.js";
import { validator } from "../../../support/validator.js";

/** What lint says of a document, as it would stand in a file. */
function lintRefuses(document: Json): boolean {
  const [file] = lintFiles([{ name: "f", text: JSON.stringify(document) }], {
    config: defaultConfig(),
    namespace: "shop",
  });
  return file?.result.ok !== true;
}

function labelOf(document: Json): Json | undefined {
  const metadata = isObject(document) ? document["metadata"] : undefined;
  const labels = isObject(metadata) ? metadata["labels"] : undefined;
  return isObject(labels) && isObject(document) && document["kind"] === "ConfigMap"
    ? labels["iter8.tools/kind"]
    : undefined;
}

function configMaps(label: string, data: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> {
  const metadata = fc.record(
    {
      name: fc.constantFrom("blue-green", "a.b"),
      labels: fc.constantFrom<Json>({ "iter8.tools/kind": label }, { "iter8.tools/kind": label, app: "x" }),
      namespace: fc.constantFrom("shop", "a1"),
      annotations: fc.constantFrom<Json>({}, { note: "x", "iter8.tools/paused": "false" }),
    },
    { requiredKeys: ["name", "labels"] },
  );
  return fc.record({ apiVersion: fc.constant("v1"), kind: fc.constant("ConfigMap"), metadata, data });
}

const templateData = fc.dictionary(
  fc.constantFrom("istio", "gateway", "a.b"),
  fc.constantFrom("kind: {{ .Name }}", "x", " \n{{ index .Weights 0 }}"),
  { minKeys: 1 },
);
const specData = fc.constantFrom({ strSpec: "versions: [{name: a, resources: [{gvrShort: svc, name: a}]}]" });

describe.each([
  ["a route template", routeTemplateSchema(), "routetemplate", templateData],
  ["a routemap's ConfigMap", routemapSchema(), "routemap", specData],
])("the schema of %s", (_, document, label, data) => {
  const schema = validator(document);
  const documents = configMaps(label, data);

  it("accepts what is good, and so does lint", () => {
    fc.assert(
      fc.property(documents, (value) => {
        expect({ lint: lintRefuses(value), schema: schema.problems(value) }).toEqual({ lint: false, schema: [] });
      }),
    );
  });

  it("accepts whatever lint accepts as such, however it was disturbed", () => {
    let accepted = 0;
    fc.assert(
      fc.property(disturbed(documents), (value) => {
        if (labelOf(value) !== label || lintRefuses(value)) return;
        accepted++;
        expect(schema.problems(value)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  it("refuses mistakes of form, and so does lint", () => {
    const mistakes = mistaken(documents, {
      anyKeys: (path) => path.length === 0 || path.join("/") === "metadata",
      opaque: () => false,
      required: (path) =>
        path.length === 0 ? ["apiVersion", "metadata", "data"] : path.join("/") === "metadata" ? ["name"] : [],
    });
    fc.assert(
      fc.property(mistakes, ({ value, what }) => {
        fc.pre(labelOf(value) === label);
        const refused = { lint: lintRefuses(value), schema: !schema.valid(value) };
        expect({ what, ...refused }).toEqual({ what, lint: true, schema: true });
      }),
      { numRuns: 300 },
    );
  });
});

describe("a route template", () => {
  it.each<[string, JsonObject]>([
    ["no template", { data: {} }],
    ["a blank template", { data: { istio: " \n" } }],
    ["a template that is no text", { data: { istio: { kind: "VirtualService" } } }],
    ["no name", { metadata: { labels: { "iter8.tools/kind": "routetemplate" } } }],
    ["another API version", { apiVersion: "apps/v1" }],
  ])("with %s is refused by the schema and by lint", (_, change) => {
    const good = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "blue-green", labels: { "iter8.tools/kind": "routetemplate" } },
      data: { istio: "kind: VirtualService" },
    };
    const schema = validator(routeTemplateSchema());
    expect([lintRefuses(good), schema.valid(good)]).toEqual([false, true]);
    expect([lintRefuses({ ...good, ...change }), schema.valid({ ...good, ...change })]).toEqual([true, false]);
  });
});
