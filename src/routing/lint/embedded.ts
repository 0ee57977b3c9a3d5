import { formatPath } from "../../base/problem.js";
import type { YamlDocument } from "../../base/yaml.js";
import type { Problem } from "../problem.js";

/** One document of a file. */
export interface FileDocument {
  /** The file's name, as problems of other documents mention it. */
  readonly file: string;
  readonly document: YamlDocument;
  /** The file's lines, all of them. */
  readonly lines: readonly string[];
}

/** A text inside a file, and how to move what is wrong with it to its place there. */
export interface Embedded {
  readonly text: string;
  place(problem: Problem): Problem;
}

/** The text of a whole file: its positions are those of the file. */
export function wholeFile({ lines }: FileDocument): Embedded {
  return { text: lines.join("\n"), place: (problem) => problem };
}

/** The text of `data[key]` of a ConfigMap. */
export function dataText(source: FileDocument, key: string, text: string): Embedded {
  return { text, place: (problem) => inFile(problem, source, key) };
}

/** A problem at the position of a key of the document, or of its nearest ancestor. */
export function placed(
  { document }: FileDocument,
  path: readonly (string | number)[],
  problem: Omit<Problem, "path">,
): Problem {
  return { path: formatPath(path), ...problem, ...document.locate(path) };
}

/**
 * Moves a position inside the text of `data[key]` to the file. It is known for a literal block (`|`), whose text starts
 * on the line after its key; in a quoted or folded text the key is named.
 */
function inFile(problem: Problem, { document, lines }: FileDocument, name: string): Problem {
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
