import { readdirSync, readFileSync } from "node:fs";

import type { JsonObject } from "../../../src/base/json.js";
import { objectAt, stringAt } from "../../../src/base/json.js";
import { parseYamlStream } from "../../../src/base/yaml.js";
import { technologies } from "../../support/templateLibrary.js";

const samples = "config/samples";

/** Files that users start from. */
export function sampleFiles(): readonly string[] {
  return readdirSync(samples).map((file) => readFileSync(`${samples}/${file}`, "utf8"));
}

/** Texts of the routemaps among them. */
export function routemapTexts(): readonly string[] {
  return dataOf(sampleFiles()).flatMap((data) => stringAt(data, "strSpec") ?? []);
}

/** Every template of the library, and those that stand in a routemap. */
export function templateTexts(): readonly string[] {
  const library = technologies.map((name) => readFileSync(`kustomize/templates/${name}/template.yaml`, "utf8"));
  return dataOf(library).flatMap((data) => Object.values(data).filter((text) => typeof text === "string"));
}

function dataOf(files: readonly string[]): readonly JsonObject[] {
  return files.flatMap((text) => {
    const parsed = parseYamlStream(text);
    return parsed.ok ? parsed.value.map(({ value }) => objectAt(value, "data")) : [];
  });
}
