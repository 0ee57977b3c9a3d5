import type { Json, JsonObject } from "../../../base/json.js";
import { arrayAt, at, isObject, objectAt, stringAt } from "../../../base/json.js";
import type { ScalePaths, ServedKind, Subresource } from "../kinds/servedKind.js";
import { allVerbs } from "../kinds/servedKind.js";
import { decodeSchema } from "./decodeSchema.js";
import { objectSchema } from "../schema/objectMeta.js";
import type { Schema } from "../schema/schema.js";
import { customColumns } from "../tables/customColumns.js";

/** The finalizer that keeps a definition until its objects are gone. */
export const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

/** Names under which a custom resource is served. */
export interface DefinedNames {
  readonly group: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

/** The names in a CustomResourceDefinition, with those it leaves out. */
export function namesOf(definition: JsonObject): DefinedNames {
  const names = objectAt(definition, "spec", "names");
  const kind = stringAt(names, "kind") ?? "";
  return {
    group: stringAt(definition, "spec", "group") ?? "",
    plural: stringAt(names, "plural") ?? "",
    singular: stringAt(names, "singular") || kind.toLowerCase(),
    kind,
    listKind: stringAt(names, "listKind") || `${kind}List`,
    shortNames: textsAt(names, "shortNames"),
    categories: textsAt(names, "categories"),
  };
}

/** What a definition serves: its kind in each version that is served. */
export function servedKinds(definition: JsonObject): readonly ServedKind[] {
  const names = namesOf(definition);
  const versions = arrayAt(definition, "spec", "versions");
  const storage =
    stringAt(
      versions.find((version) => at(version, "storage") === true),
      "name",
    ) ?? "";
  const namespaced = stringAt(definition, "spec", "scope") === "Namespaced";
  return versions
    .filter((version) => at(version, "served") === true)
    .map((version) => ({
      ...names,
      ...versionParts(version, names.kind),
      namespaced,
      verbs: allVerbs,
      collection: collectionOf(names),
      storedAs: `${names.group}/${storage}`,
      counts: true,
      isCustom: true,
    }));
}

/** Where the objects of a definition are stored. */
export function collectionOf({ group, plural }: Pick<DefinedNames, "group" | "plural">): string {
  return `${plural}.${group}`;
}

const anything: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

type VersionParts = Pick<
  ServedKind,
  "version" | "schema" | "hasDefaults" | "columns" | "subresources" | "scale" | "selectableFields"
>;

function versionParts(version: Json, kind: string): VersionParts {
  const schema = at(version, "schema", "openAPIV3Schema");
  const scale = scaleOf(at(version, "subresources", "scale"));
  return {
    version: stringAt(version, "name") ?? "",
    schema: objectSchema(isObject(schema) ? decodeSchema(schema) : anything),
    hasDefaults: JSON.stringify(schema ?? {}).includes('"default":'),
    columns: customColumns(arrayAt(version, "additionalPrinterColumns")),
    subresources: subresourcesOf(version, kind),
    ...(scale === undefined ? {} : { scale }),
    selectableFields: arrayAt(version, "selectableFields").flatMap(
      (field) => stringAt(field, "jsonPath")?.slice(1) ?? [],
    ),
  };
}

const statusVerbs = ["get", "patch", "update"];

function subresourcesOf(version: Json, kind: string): readonly Subresource[] {
  const declared = objectAt(version, "subresources");
  return [
    ...(declared["status"] === undefined ? [] : [{ name: "status", kind, verbs: statusVerbs }]),
    ...(declared["scale"] === undefined
      ? []
      : [{ name: "scale", kind: "Scale", verbs: statusVerbs, group: "autoscaling", version: "v1" }]),
  ];
}

function scaleOf(scale: Json | undefined): ScalePaths | undefined {
  if (scale === undefined) return undefined;
  const steps = (name: string): readonly string[] =>
    (stringAt(scale, name) ?? "").split(".").filter((part) => part !== "");
  const selector = steps("labelSelectorPath");
  return {
    specReplicas: steps("specReplicasPath"),
    statusReplicas: steps("statusReplicasPath"),
    ...(selector.length === 0 ? {} : { selector }),
  };
}

function textsAt(value: Json, name: string): readonly string[] {
  return arrayAt(value, name).filter((item) => typeof item === "string");
}
