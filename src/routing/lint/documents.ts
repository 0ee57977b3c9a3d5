import { at, isArray, stringAt } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { YamlDocument } from "../../base/yaml.js";
import { parseYamlStream } from "../../base/yaml.js";
import type { Problem } from "../problem.js";
import type { FileDocument } from "./embedded.js";

/**
 * The documents of a file of YAML or JSON, the items of Lists among them, each with its place. An empty file is a
 * problem, of which `fix` says what to do.
 */
export function readDocuments(
  file: string,
  text: string,
  fix: string,
): Result<readonly FileDocument[], readonly Problem[]> {
  const documents = parseYamlStream(text, { bytes: longestFile });
  if (!documents.ok) return documents;
  const lines = text.split("\n");
  const sources = documents.value.flatMap(itemsOf).map((document) => ({ file, document, lines }));
  if (sources.length > 0) return ok(sources);
  return fail([{ path: "", message: "the file has no document", fix }]);
}

/** Bytes of a file: every routemap of a large cluster in one List. */
const longestFile = 16 * 1024 * 1024;

/** The items of a List, as `kubectl get -o yaml` prints one, else the document itself. */
function itemsOf(document: YamlDocument): readonly YamlDocument[] {
  const items = at(document.value, "items");
  if (!(stringAt(document.value, "kind") ?? "").endsWith("List") || !isArray(items)) return [document];
  return items.map((value, index) => ({
    ...document,
    value,
    locate: (path) => document.locate(["items", index, ...path]),
  }));
}
