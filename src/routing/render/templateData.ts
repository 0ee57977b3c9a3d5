import type { TemplateValue } from "../../templates/index.js";
import { fromJson, TemplateMap } from "../../templates/index.js";
import type { RoutemapObject } from "../observed.js";
import type { Routemap, RoutingTemplate, VersionSpec } from "../routemap.js";
import { percents } from "../weights.js";

/**
 * What a routing template sees: the fields of Iter8's routemap object under their Go names, and ours.
 *
 * Iter8's: `.Name .Namespace .Labels .Annotations .UID` (also below `.ObjectMeta` and as `.GetName` and so on),
 * `.Weights` (raw relative weights), `.Versions` and `.GetVersions`, `.RoutingTemplates`. Ours: `.Percents` (sum to 100),
 * `.Values`, and `.Name` of a version. `weights` holds one integer for each version of the spec.
 */
export function templateData(
  routemap: RoutemapObject,
  spec: Routemap,
  template: RoutingTemplate,
  weights: readonly number[],
): TemplateValue {
  const meta: readonly (readonly [string, TemplateValue])[] = [
    ["Name", routemap.name],
    ["Namespace", routemap.namespace],
    ["Labels", textMap(routemap.labels)],
    ["Annotations", textMap(routemap.annotations)],
  ];
  const versions = spec.versions.map(versionData);
  return new TemplateMap([
    ...meta,
    ...meta.map(([name, value]) => [`Get${name}`, () => value] as const),
    ["UID", routemap.uid],
    ["ObjectMeta", new TemplateMap([...meta, ["UID", routemap.uid]])],
    ["Weights", integers(weights)],
    ["Percents", integers(percents(weights))],
    ["Versions", versions],
    ["GetVersions", () => versions],
    [
      "RoutingTemplates",
      new TemplateMap(spec.templates.map((item) => [item.name, routingTemplateData(item)] as const)),
    ],
    ["Values", fromJson(template.values)],
  ]);
}

function integers(values: readonly number[]): TemplateValue {
  return values.map((value) => BigInt(Math.trunc(value)));
}

function textMap(texts: Readonly<Record<string, string>>): TemplateMap {
  return new TemplateMap(Object.entries(texts), "");
}

/** `.Weight` and `.Signature` are pointers in Iter8: nil where nothing is known. */
function versionData(version: VersionSpec): TemplateValue {
  const resources = version.resources.map(
    (ref) =>
      new TemplateMap([
        ["GVRShort", ref.kind],
        ["Name", ref.name],
        ["Namespace", ref.namespace],
      ]),
  );
  return new TemplateMap([
    ["Name", version.name],
    ["Weight", version.weight === undefined ? null : BigInt(version.weight)],
    ["Resources", resources],
    ["Signature", null],
  ]);
}

function routingTemplateData(template: RoutingTemplate): TemplateMap {
  return new TemplateMap([
    ["GVRShort", template.kind],
    ["Template", template.text.type === "inline" ? template.text.source : ""],
  ]);
}
