import { readFile } from "node:fs/promises";

import type { Json, JsonObject } from "../../../src/base/json.js";
import { arrayAt, isObject, numberAt, objectAt, stringAt } from "../../../src/base/json.js";
import { parseYaml } from "../../../src/base/yaml.js";

/** Routemaps as Iter8's charts write them, one file each; their namespace is `shop`. */
export type Iter8File =
  | "gateway-blue-green"
  | "gateway-blue-green-three"
  | "gateway-canary"
  | "gateway-canary-without-matches"
  | "gateway-promoted"
  | "istio-blue-green"
  | "istio-canary"
  | "istio-mirror"
  | "istio-promoted";

const folder = "test/support/iter8";

/** The text of a routemap's file, for another namespace. */
export async function iter8Text(file: Iter8File, namespace: string): Promise<string> {
  return (await readFile(`${folder}/${file}.yaml`, "utf8")).replace(/\bshop\b/g, namespace);
}

/** A routemap's ConfigMap. */
export async function iter8Routemap(
  file: Iter8File,
  namespace: string,
): Promise<JsonObject & { readonly metadata: JsonObject }> {
  const document = parseYaml(await iter8Text(file, namespace));
  if (!document.ok || !isObject(document.value.value)) throw new Error(`${file} is no YAML document`);
  return { ...document.value.value, metadata: objectAt(document.value.value, "metadata") };
}

/** The text of a routemap's `strSpec`. */
export async function iter8Spec(file: Iter8File, namespace: string): Promise<string> {
  return stringAt(await iter8Routemap(file, namespace), "data", "strSpec") ?? "";
}

/** The configuration file of Iter8's controller. */
export function iter8Config(): Promise<string> {
  return readFile(`${folder}/config.yaml`, "utf8");
}

/**
 * Whom a route leads to, read without the product's own reader: rules joined by " | ", each with "test> " where it
 * matches the header that Iter8's charts use, then "name=weight" for its backends, then "~name@percent" for a mirror. A
 * backend has its weight only where one is stored; one that is alone in a VirtualService takes everything and has none.
 */
export function leadsTo(route: JsonObject | undefined): string {
  const rules = [...arrayAt(route, "spec", "http"), ...arrayAt(route, "spec", "rules")];
  return rules.map(ruleText).join(" | ");
}

function ruleText(rule: Json): string {
  const matches = JSON.stringify([...arrayAt(rule, "match"), ...arrayAt(rule, "matches")]);
  const alone = arrayAt(rule, "route").length === 1;
  const backends = [...arrayAt(rule, "route"), ...arrayAt(rule, "backendRefs")].map((backend) => {
    const weight = alone ? undefined : numberAt(backend, "weight");
    return `${nameOf(backend)}${weight === undefined ? "" : `=${weight}`}`;
  });
  const mirror = stringAt(rule, "mirror", "host");
  if (mirror !== undefined)
    backends.push(`~${shortName(mirror)}@${numberAt(rule, "mirrorPercentage", "value") ?? "all"}`);
  return `${matches.includes('"traffic"') ? "test> " : ""}${backends.join(" ")}`;
}

function nameOf(backend: Json): string {
  return stringAt(backend, "name") ?? shortName(stringAt(backend, "destination", "host") ?? "");
}

function shortName(host: string): string {
  return host.split(".")[0] ?? host;
}
