import { at, isObject, objectAt, stringAt } from "../base/json.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { YamlDocument } from "../base/yaml.js";
import { parseYamlStream } from "../base/yaml.js";
import type { ControllerConfig } from "../config/config.js";
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
  | { readonly kind: "other"; readonly what: string };

/** Checks every document of a file without a cluster; problems carry the line in the file. */
export function lintFile(text: string, config: ControllerConfig): Result<readonly Linted[], readonly Problem[]> {
  const documents = parseYamlStream(text);
  if (!documents.ok) return documents;
  const results = documents.value.map((document) => lintDocument(document, config, text.split("\n")));
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

function lintDocument(
  document: YamlDocument,
  config: ControllerConfig,
  lines: readonly string[],
): Result<Linted, readonly Problem[]> {
  const { value } = document;
  const kind = stringAt(value, "kind");
  const labels = objectAt(value, "metadata", "labels");
  if (!isObject(value) || kind !== "ConfigMap" || labels[names.kindLabel] !== names.routemapKind)
    return ok({ kind: "other", what: `${kind ?? "no kind"} ${stringAt(value, "metadata", "name") ?? ""}`.trim() });
  const name = stringAt(value, "metadata", "name") ?? "";
  const strSpec = at(value, "data", "strSpec");
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
    scope: "cluster",
  });
  const place = (problem: Problem): Problem => inFile(problem, document, lines);
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
  if (understanding.problems.length > 0) return fail(understanding.problems.map(place));
  return ok({ kind: "routemap", routemap, spec, understanding, warnings: warnings.map(place) });
}

function texts(record: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function placed(document: YamlDocument, path: readonly string[], problem: Problem): Problem {
  return { ...problem, ...document.locate(path) };
}

/** Moves a position inside `strSpec` to the file: the text of a block scalar starts on the line after its key. */
function inFile(problem: Problem, document: YamlDocument, lines: readonly string[]): Problem {
  const key = document.locate(["data", "strSpec"]);
  const path = problem.path === "" ? "data.strSpec" : problem.path;
  if (key === undefined) return { ...problem, path };
  const head = lines[key.line - 1] ?? "";
  if (problem.line === undefined || !/strSpec["']?\s*:\s*[|>][-+0-9]*\s*(#.*)?$/.test(head))
    return { ...problem, path, line: key.line, column: key.column };
  const first = lines[key.line] ?? "";
  const indent = first.length - first.trimStart().length;
  return {
    ...problem,
    path,
    line: key.line + problem.line,
    ...(problem.column === undefined ? {} : { column: problem.column + indent }),
  };
}
