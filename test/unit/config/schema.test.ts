import { readFile } from "node:fs/promises";

import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { isObject } from "../../../src/base/json.js";
import { durationPattern, parseDuration } from "../../../src/base/duration.js";
import { parseYaml } from "../../../src/base/yaml.js";
import { decodeConfig } from "../../../src/config/decode.js";
import { configSchemaText } from "../../../src/config/schema.js";
import { disturbed, mistaken } from "../../support/mistakes.js";
import { iter8Config } from "../../support/iter8/fixtures.js";
import { validator } from "../../support/validator.js";

const document = JSON.parse(configSchemaText()) as JsonObject;
const schema = validator(document);

function refuses(value: Json): boolean {
  return !decodeConfig(JSON.stringify(value)).ok;
}

const times = fc.constantFrom<Json>("10s", "1m30s", "0", 0, ".5s", "+2h");
const short = fc.constantFrom("deploy", "widget", "vs");

function section(members: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<JsonObject> {
  return fc.record(members, { requiredKeys: [] });
}

const resourceType = fc.record(
  {
    Group: fc.constantFrom("", "apps", "example.com"),
    Version: fc.constantFrom("v1", "v1beta1"),
    Resource: fc.constantFrom("widgets", "gadgets"),
    conditions: fc.constantFrom<Json>([], ["Ready"]),
    ready: fc.constantFrom("true", "object.status.ok"),
    hold: fc.constant(false),
    carries: fc.boolean(),
    minStable: times,
    specPaths: fc.constantFrom<Json>([], ["replicas", "template.metadata.labels"]),
  },
  { requiredKeys: ["Group", "Version", "Resource", "hold"] },
);

const configurations = section({
  defaultResync: times,
  clusterScoped: fc.boolean(),
  resourceTypes: fc.dictionary(fc.constantFrom("widget", "a.b-c"), resourceType, { maxKeys: 1 }),
  outputs: fc.uniqueArray(short.filter((name) => name !== "widget")),
  templateNamespaces: fc.constantFrom<Json>([], ["shared"]),
  release: section({ minStable: times, settle: fc.constantFrom("1s"), drain: times, confirmTimeout: times }),
  settle: section({ gatewayClasses: fc.dictionary(short, times), virtualService: times, unknownClass: times }),
  limits: section({
    crossNamespace: fc.boolean(),
    maxDeadline: fc.constant("20m"),
    maxSettle: fc.constant("5m"),
    maxVersions: fc.integer({ min: 1, max: 100 }),
    hosts: fc.constantFrom<Json>(["*"], ["*.example.com", "a.example.com"]),
  }),
});

describe("the schema of the configuration", () => {
  test("knows every section, refuses unknown keys and takes durations as text or 0", () => {
    expect(document).toMatchObject({
      additionalProperties: false,
      properties: {
        defaultResync: { anyOf: [{ type: "string" }, { const: 0 }] },
        resourceTypes: { additionalProperties: { additionalProperties: false, properties: { Group: {}, hold: {} } } },
        release: { properties: { confirmTimeout: {} } },
        limits: { properties: { maxVersions: { type: "integer", minimum: 1, maximum: 100 } } },
      },
    });
  });

  test("accepts what is good, as the decoder does: the shipped configuration, Iter8's and any other", async () => {
    for (const text of [await readFile("config/controller.yaml", "utf8"), await iter8Config()]) {
      const parsed = parseYaml(text);
      expect(parsed.ok && schema.problems(parsed.value.value)).toEqual([]);
    }
    fc.assert(
      fc.property(configurations, (value) => {
        expect({ refused: refuses(value), problems: schema.problems(value) }).toEqual({ refused: false, problems: [] });
      }),
    );
  });

  test("accepts whatever the decoder accepts, however it was disturbed", () => {
    let accepted = 0;
    fc.assert(
      fc.property(disturbed(configurations), (value) => {
        // An empty file is a configuration without settings; no editor checks one.
        if (value === null || refuses(value)) return;
        accepted++;
        expect(schema.problems(value)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test("refuses mistakes of form, and so does the decoder", () => {
    const mistakes = mistaken(configurations, { anyKeys: () => false, opaque: () => false, required: () => [] });
    fc.assert(
      fc.property(mistakes, ({ value, what }) => {
        expect({ what, decoder: refuses(value), schema: !schema.valid(value) }).toEqual({
          what,
          decoder: true,
          schema: true,
        });
      }),
      { numRuns: 1000 },
    );
  });

  test("tells title and description of every key", () => {
    expect(unexplained(document, "")).toEqual([]);
  });

  test("takes the same texts for durations as the decoder", () => {
    const part = fc.constantFrom("1", "0", "+", "-", ".", "s", "m", "ms", "h", "us", "µs", "x", " ", "15", "_");
    const pattern = new RegExp(durationPattern, "u");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const text = parts.join("");
        const parsed = parseDuration(text);
        expect({ text, ok: pattern.test(text) }).toEqual({
          text,
          ok: parsed.ok || parsed.error.message.includes("too long"),
        });
      }),
      { numRuns: 2000 },
    );
  });
});

function unexplained(node: Json | undefined, path: string): readonly string[] {
  if (!isObject(node)) return [];
  const properties = Object.entries(isObject(node["properties"]) ? node["properties"] : {});
  const own = properties.flatMap(([key, value]) =>
    isObject(value) && typeof value["title"] === "string" && typeof value["description"] === "string"
      ? []
      : [`${path}.${key}`],
  );
  const below = [...properties, ["*", node["additionalProperties"]] as const];
  return [...own, ...below.flatMap(([key, value]) => unexplained(value, `${path}.${key}`))];
}
