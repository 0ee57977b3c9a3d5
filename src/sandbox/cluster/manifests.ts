import type { Json, JsonObject } from "../../base/json.js";
import { arrayAt, isObject, stringAt } from "../../base/json.js";
import { formatProblem } from "../../base/problem.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import { parseYamlStream } from "../../base/yaml.js";

/** An object to be applied, and where it was written. */
export interface Manifest {
  /** File, and the number of the document in it, for example "app.yaml, document 2". */
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly body: JsonObject;
}

const largest = 4 * 1024 * 1024;

/** The objects of a file of YAML documents; a List stands for its items. All problems come at once, each one line. */
export function readManifests(file: string, text: string): Result<readonly Manifest[], readonly string[]> {
  const documents = parseYamlStream(text, { bytes: largest });
  if (!documents.ok) return fail(documents.error.map((problem) => `${file}: ${formatProblem(problem)}`));
  return manifestsIn(
    file,
    documents.value.map(({ value }) => value),
  );
}

/** The objects of documents that were read; a List stands for its items. */
export function manifestsIn(file: string, documents: readonly Json[]): Result<readonly Manifest[], readonly string[]> {
  const read = documents.flatMap((value, index) =>
    itemsOf(value).map((item) => manifestOf(item, `${file}, document ${index + 1}`)),
  );
  const problems = read.flatMap((result) => (result.ok ? [] : [result.error]));
  return problems.length > 0 ? fail(problems) : ok(read.flatMap((result) => (result.ok ? [result.value] : [])));
}

function itemsOf(value: Json): readonly Json[] {
  const isList = (stringAt(value, "kind") ?? "").endsWith("List") && isObject(value) && Array.isArray(value["items"]);
  return isList ? arrayAt(value, "items") : [value];
}

function manifestOf(value: Json, source: string): Result<Manifest, string> {
  const apiVersion = stringAt(value, "apiVersion") ?? "";
  const kind = stringAt(value, "kind") ?? "";
  const name = stringAt(value, "metadata", "name") ?? "";
  const missing = Object.entries({ apiVersion, kind, "metadata.name": name }).find(([, text]) => text === "");
  if (!isObject(value)) return fail(`${source}: this is no object; write apiVersion, kind and metadata`);
  if (missing !== undefined) return fail(`${source}: ${missing[0]} is missing`);
  const namespace = stringAt(value, "metadata", "namespace");
  return ok({ source, apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }), body: value });
}
