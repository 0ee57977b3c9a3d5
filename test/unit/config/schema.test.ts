import { readFile } from "node:fs/promises";

import { describe, expect, test } from "@jest/globals";

import { configSchemaText } from "../../../src/config/schema.js";

describe("config/controller.schema.json", () => {
  test("is what `pointsman schema` prints: after a change, run `npm run build && node dist/pointsman.mjs schema > config/controller.schema.json`", async () => {
    const committed = await readFile(new URL("../../../config/controller.schema.json", import.meta.url), "utf8");
    expect(committed).toBe(configSchemaText());
  });

  test("knows every section, refuses unknown keys and takes durations as text or 0", () => {
    expect(JSON.parse(configSchemaText())).toMatchObject({
      additionalProperties: false,
      properties: {
        defaultResync: { anyOf: [{ type: "string" }, { const: 0 }] },
        resourceTypes: { additionalProperties: { additionalProperties: false, properties: { Group: {}, hold: {} } } },
        release: { properties: { confirmTimeout: {} } },
        limits: { properties: { maxVersions: { type: "integer", minimum: 1, maximum: 100 } } },
      },
    });
  });
});
