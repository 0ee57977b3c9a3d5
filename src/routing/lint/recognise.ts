import type { Json, JsonObject } from "../../base/json.js";
import { at, isObject, objectAt, stringAt } from "../../base/json.js";
import { parseYaml } from "../../base/yaml.js";
import { allowedKeys } from "../../config/configFile.js";
import { names } from "../names.js";
import type { Problem } from "../problem.js";
import type { Embedded, FileDocument } from "./embedded.js";
import { dataText, placed, wholeFile } from "./embedded.js";

/** What a document is. */
export type Recognised =
  /** `object` is the ConfigMap; undefined for a spec that stands alone. */
  | { readonly type: "routemap"; readonly spec: Embedded; readonly object: JsonObject | undefined }
  | { readonly type: "routetemplate"; readonly object: JsonObject }
  | { readonly type: "configuration"; readonly text: Embedded; readonly name: string }
  | { readonly type: "other"; readonly what: string }
  | { readonly type: "wrong"; readonly problem: Problem };

/** Key of the ConfigMap that the controller's configuration is mounted from. */
const configKey = "config.yaml";

/** Keys that only our configuration has; the others stand in many programs' files. */
const ownConfigKeys: readonly string[] = ["defaultResync", "clusterScoped", "resourceTypes", "templateNamespaces"];

/** Tells by its kind and label, or without a kind by its keys, what a document is. */
export function recognise(source: FileDocument): Recognised {
  const { value } = source.document;
  const kind = stringAt(value, "kind");
  if (isObject(value) && kind === "ConfigMap") return recogniseConfigMap(source, value);
  if (isObject(value) && kind === undefined && value["apiVersion"] === undefined) {
    if ("versions" in value) return { type: "routemap", spec: wholeFile(source), object: undefined };
    if (isConfiguration(value)) return { type: "configuration", text: wholeFile(source), name: "" };
  }
  return { type: "other", what: nameOf(value, kind ?? "no kind") };
}

function recogniseConfigMap(source: FileDocument, value: JsonObject): Recognised {
  const label = objectAt(value, "metadata", "labels")[names.kindLabel];
  const strSpec = at(value, "data", "strSpec");
  if (label === names.routeTemplateKind) return { type: "routetemplate", object: value };
  if (label === names.routemapKind) {
    if (typeof strSpec === "string")
      return { type: "routemap", spec: dataText(source, "strSpec", strSpec), object: value };
    const fix = "write the spec as a block of text: `strSpec: |`";
    return wrong(source, ["data", "strSpec"], "is missing or no text", fix);
  }
  if (strSpec !== undefined) {
    const message = "a ConfigMap with a strSpec is no routemap without this label, and no controller sees it";
    const fix = `write ${names.kindLabel}: ${names.routemapKind}`;
    return wrong(source, ["metadata", "labels", names.kindLabel], message, fix);
  }
  const config = stringAt(value, "data", configKey);
  const parsed = config === undefined ? undefined : parseYaml(config);
  if (config !== undefined && parsed?.ok === true && isConfiguration(parsed.value.value))
    return { type: "configuration", text: dataText(source, configKey, config), name: nameOf(value, "ConfigMap") };
  return { type: "other", what: nameOf(value, "ConfigMap") };
}

/** True where a key is ours alone, or every key is one of ours. */
function isConfiguration(value: Json): boolean {
  const keys = isObject(value) ? Object.keys(value) : [];
  const known = allowedKeys([]) ?? [];
  return (
    keys.length > 0 && (keys.some((key) => ownConfigKeys.includes(key)) || keys.every((key) => known.includes(key)))
  );
}

function nameOf(value: Json, kind: string): string {
  return `${kind} ${stringAt(value, "metadata", "name") ?? ""}`.trim();
}

function wrong(source: FileDocument, path: readonly string[], message: string, fix: string): Recognised {
  return { type: "wrong", problem: placed(source, path, { message, fix }) };
}
