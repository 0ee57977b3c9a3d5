import { at, isArray, isObject, objectAt, stringAt } from "../base/json.js";
import { formatPath } from "../base/problem.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { YamlDocument, YamlPosition } from "../base/yaml.js";
import { parseYaml, parseYamlStream } from "../base/yaml.js";
import type { ControllerConfig } from "../config/config.js";
import { decodeRouteTemplates } from "./decodeRouteTemplates.js";
import { decodeRoutemap } from "./decodeRoutemap.js";
import { names } from "./names.js";
import type { RoutemapObject } from "./observed.js";
import type { Problem } from "./problem.js";
import type { Routemap } from "./routemap.js";
import type { Understanding } from "./understand.js";
import { understand } from "./understand.js";

/** What was found in one document of a file. */
export type Linted =
  | {
      readonly kind: "routemap";
      readonly routemap: RoutemapObject;
      readonly spec: Routemap;
      readonly understanding: Understanding;
      readonly warnings: readonly Problem[];
    }
  | { readonly kind: "routetemplate"; readonly name: string; readonly keys: readonly string[] }
  | { readonly kind: "other"; readonly what: string };

/** Checks every document of a file without a cluster; problems carry the line in the file. */
export function lintFile(text: string, config: ControllerConfig): Result<readonly Linted[], readonly Problem[]> {
  const documents = parseYamlStream(text);
  if (!documents.ok) return documents;
  const lines = text.split("\n");
  const results = documents.value.flatMap(itemsOf).map((document) => lintDocument(document, config, lines));
  const problems = results.flatMap((result) => (result.ok ? [] : result.error));
  if (problems.length > 0) return fail(problems);
  if (results.length === 0)
    return fail([
      {
        path: "",
        message: "the file has no document",
        fix: "write a routemap: a ConfigMap labelled iter8.tools/kind: routemap",
      },
    ]);
  return ok(results.flatMap((result) => (result.ok ? [result.value] : [])));
}

/** The items of a List, as `kubectl get -o yaml` prints one, else the document itself. */
function itemsOf(document: YamlDocument): readonly YamlDocument[] {
  const items = at(document.value, "items");
  if (!(stringAt(document.value, "kind") ?? "").endsWith("List") || !isArray(items)) return [document];
  return items.map((value, index) => ({ value, locate: (path) => document.locate(["items", index, ...path]) }));
}

function lintDocument(
  document: YamlDocument,
  config: ControllerConfig,
  lines: readonly string[],
): Result<Linted, readonly Problem[]> {
  const { value } = document;
  const kind = stringAt(value, "kind");
  const labels = objectAt(value, "metadata", "labels");
  const strSpec = at(value, "data", "strSpec");
  const isRoutemap = kind === "ConfigMap" && labels[names.kindLabel] === names.routemapKind;
  if (kind === "ConfigMap" && labels[names.kindLabel] === names.routeTemplateKind)
    return lintRouteTemplate(document, lines);
  if (!isRoutemap && kind === "ConfigMap" && strSpec !== undefined)
    return fail([
      placed(document, ["metadata", "labels", names.kindLabel], {
        path: `metadata.labels["${names.kindLabel}"]`,
        message: "a ConfigMap with a strSpec is no routemap without this label, and no controller sees it",
        fix: `write ${names.kindLabel}: ${names.routemapKind}`,
      }),
    ]);
  if (!isObject(value) || !isRoutemap)
    return ok({ kind: "other", what: `${kind ?? "no kind"} ${stringAt(value, "metadata", "name") ?? ""}`.trim() });
  const name = stringAt(value, "metadata", "name") ?? "";
  if (name === "")
    return fail([
      placed(document, ["metadata", "name"], {
        path: "metadata.name",
        message: "is missing",
        fix: "name the ConfigMap",
      }),
    ]);
  if (typeof strSpec !== "string")
    return fail([
      placed(document, ["data"], {
        path: "data.strSpec",
        message: "is missing or no text",
        fix: "write the spec as a block of text: `strSpec: |`",
      }),
    ]);
  return lintSpec(document, { name, strSpec, labels: texts(labels) }, config, lines);
}

function lintRouteTemplate(document: YamlDocument, lines: readonly string[]): Result<Linted, readonly Problem[]> {
  const decoded = decodeRouteTemplates(objectAt(document.value, "data"));
  if (decoded.ok) {
    const name = stringAt(document.value, "metadata", "name") ?? "";
    return ok({ kind: "routetemplate", name, keys: decoded.value.map(({ key }) => key) });
  }
  const keys = Object.keys(objectAt(document.value, "data"));
  const keyOf = (problem: Problem): string => keys.find((key) => problem.path === formatPath(["data", key])) ?? "";
  return fail(decoded.error.map((problem) => inFile(problem, document, lines, keyOf(problem))));
}

interface Source {
  readonly name: string;
  readonly strSpec: string;
  readonly labels: Readonly<Record<string, string>>;
}

function lintSpec(
  document: YamlDocument,
  source: Source,
  config: ControllerConfig,
  lines: readonly string[],
): Result<Linted, readonly Problem[]> {
  const namespace = stringAt(document.value, "metadata", "namespace") ?? "default";
  const kinds = new Map(config.kinds.map((kind) => [kind.shorthand, kind]));
  const decoded = decodeRoutemap(source.strSpec, {
    namespace,
    kinds,
    limits: config.limits,
    outputs: config.outputs,
    scope: config.clusterScoped ? "cluster" : "namespace",
  });
  const place = (problem: Problem): Problem => inFile(problem, document, lines, "strSpec");
  if (!decoded.ok) return fail(decoded.error.map(place));
  const { routemap: spec, warnings } = decoded.value;
  const annotations = texts(objectAt(document.value, "metadata", "annotations"));
  const routemap: RoutemapObject = {
    namespace,
    name: source.name,
    uid: "",
    labels: source.labels,
    annotations,
    life: "present",
  };
  const understanding = understand(routemap, spec, kinds);
  if (understanding.problems.length > 0) {
    const locate = templatePlaces(source.strSpec, spec);
    return fail(understanding.problems.map((problem) => place({ ...locate(problem), ...problem })));
  }
  return ok({ kind: "routemap", routemap, spec, understanding, warnings: warnings.map(place) });
}

/** Where in the spec the template stands that a problem of rendering is about; its path begins with the template's. */
function templatePlaces(strSpec: string, spec: Routemap): (problem: Problem) => Partial<YamlPosition> {
  const document = parseYaml(strSpec);
  return ({ path }) => {
    const template = spec.templates.find(({ name }) => `${path}.`.startsWith(`routingTemplates.${name}.`));
    if (!document.ok || template === undefined) return {};
    return document.value.locate(["routingTemplates", template.name, "template"]) ?? {};
  };
}

function texts(record: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function placed(document: YamlDocument, path: readonly string[], problem: Problem): Problem {
  return { ...problem, ...document.locate(path) };
}

/**
 * Moves a position inside the text of `data[name]` to the file. It is known for a literal block (`|`), whose text starts on the line
 * after its key; in a quoted or folded text the key is named.
 */
function inFile(problem: Problem, document: YamlDocument, lines: readonly string[], name: string): Problem {
  const key = document.locate(["data", name]);
  const path = problem.path === "" ? formatPath(["data", name]) : problem.path;
  if (key === undefined) return { ...problem, path };
  const literal = /:\s*\|[-+]?([1-9]?)[-+]?\s*(#.*)?$/.exec(lines[key.line - 1] ?? "");
  if (problem.line === undefined || literal === null) return { ...problem, path, line: key.line, column: key.column };
  const indent = literal[1] === "" ? indentOf(lines.slice(key.line)) : key.column - 1 + Number(literal[1]);
  return {
    ...problem,
    path,
    line: key.line + problem.line,
    ...(problem.column === undefined ? {} : { column: problem.column + indent }),
  };
}

/** A block's indentation is that of its first line that is not blank (YAML 1.2, 8.1.1.1). */
function indentOf(lines: readonly string[]): number {
  return Math.max(0, lines.find((line) => line.trim() !== "")?.search(/\S/) ?? 0);
}
