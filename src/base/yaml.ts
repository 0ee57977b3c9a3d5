import type { Document } from "yaml";
import { Composer, LineCounter } from "yaml";

import type { Json } from "./json.js";
import type { Problem } from "./problem.js";
import type { Result } from "./result.js";
import { fail, ok } from "./result.js";
import { YamlReader } from "./yamlReader.js";
import { positionIn, tokenizeYaml } from "./yamlTokens.js";

/** Where something stands in a text; both numbers count from one. */
export interface YamlPosition {
  readonly line: number;
  readonly column: number;
}

/** A decoded YAML document that still knows where everything stands. */
export interface YamlDocument {
  readonly value: Json;
  /** Position of the key or item at `path`, or of its nearest ancestor that exists; undefined for an empty document. */
  readonly locate: (path: readonly (string | number)[]) => YamlPosition | undefined;
  /** All values of each key that was there several times, by its path as text; only with `lastKeyWins`. */
  readonly repeated: ReadonlyMap<string, readonly Json[]>;
}

/**
 * What is accepted of a text by anybody. `nodes` counts scalars and collections with aliases expanded; `tokens` bounds the
 * time, which grows with the signs and words of a text and not with its length: 25 000 take some 40 ms on one core.
 */
export const yamlLimits = {
  bytes: 256 * 1024,
  tokens: 25_000,
  depth: 64,
  aliases: 100,
  nodes: 200_000,
  problems: 20,
} as const;

/**
 * Reads exactly one YAML 1.2 document (core schema) as JSON.
 *
 * Refused, with position: duplicate keys, keys that are not text, `__proto__` and its like, merge keys, tags other than
 * the core ones, numbers JSON has no word for, several documents, and whatever goes beyond `yamlLimits`. An empty text
 * is null. Problems come all at once, at most `yamlLimits.problems`.
 */
export function parseYaml(text: string): Result<YamlDocument, readonly Problem[]> {
  const documents = parse(text);
  if (!documents.ok) return documents;
  const [first, second] = documents.value;
  if (second !== undefined) {
    const position = second.locate([]) ?? {};
    return fail([{ path: "", message: "there are several documents", fix: "keep one, without `---`", ...position }]);
  }
  return ok(first ?? { value: null, locate: () => undefined, repeated: new Map() });
}

/** How a text may differ from what `parseYaml` accepts. */
export interface YamlOptions {
  /** Of a key that is there several times the last one counts, as in Kubernetes' own decoder. */
  readonly lastKeyWins?: boolean;
  /** Size that is accepted, in bytes. A text of files, which no tenant sends, may have any number of tokens. */
  readonly bytes?: number;
}

/** Like `parseYaml` for a stream of documents; empty ones are left out. */
export function parseYamlStream(
  text: string,
  options: YamlOptions = {},
): Result<readonly YamlDocument[], readonly Problem[]> {
  const documents = parse(text, options);
  return documents.ok ? ok(documents.value.filter((document) => document.value !== null)) : documents;
}

function parse(
  text: string,
  { lastKeyWins = false, bytes = yamlLimits.bytes }: YamlOptions = {},
): Result<readonly YamlDocument[], readonly Problem[]> {
  if (Buffer.byteLength(text) > bytes)
    return fail([{ path: "", message: `the text is larger than ${bytes / 1024} KiB`, fix: "write a shorter one" }]);
  const lines = new LineCounter();
  const most = bytes > yamlLimits.bytes ? bytes : yamlLimits.tokens;
  const read = tokenizeYaml(text, lines, { tokens: most, depth: yamlLimits.depth });
  if (!read.ok) return fail([read.error]);
  const composer = new Composer({
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: true,
    merge: false,
    resolveKnownTags: false,
    logLevel: "silent",
  });
  const documents: YamlDocument[] = [];
  const problems: Problem[] = [];
  const growth = Math.max(1, bytes / yamlLimits.bytes);
  const budget = { nodes: yamlLimits.nodes * growth, aliases: yamlLimits.aliases };
  for (const document of composer.compose(read.value.tokens, false, text.length)) {
    problems.push(...syntaxProblems(document, lines));
    const reader = new YamlReader(
      lines,
      { depth: yamlLimits.depth, problems: yamlLimits.problems },
      budget,
      lastKeyWins,
    );
    const value = problems.length === 0 ? reader.read(document.contents) : null;
    problems.push(...reader.problems);
    const { repeated } = reader;
    documents.push({ value, repeated, locate: (path) => reader.locate(document.contents, path) });
    if (problems.length > 0) break;
  }
  return problems.length === 0 ? ok(documents) : fail(problems.slice(0, yamlLimits.problems));
}

function syntaxProblems(document: Document.Parsed, lines: LineCounter): Problem[] {
  return [...document.errors, ...document.warnings].slice(0, yamlLimits.problems).map((error) => ({
    path: "",
    message: error.message,
    fix: "correct the YAML here",
    ...positionIn(lines, error.pos[0]),
  }));
}
