import { parseDuration } from "../../base/duration.js";
import type { Json, JsonObject } from "../../base/json.js";
import { isArray, isObject } from "../../base/json.js";
import { formatPath } from "../../base/problem.js";
import { nearest } from "../../base/suggest.js";
import type { YamlDocument } from "../../base/yaml.js";
import type { Problem } from "../problem.js";

/** Keys and indices from the root of the document. */
export type Path = readonly (string | number)[];

/** Most problems that are kept of one document. */
const maxProblems = 50;

/**
 * Reads a YAML document step by step and collects what is wrong with it instead of stopping. A null value of an
 * optional key counts as absent: charts write `key:` with nothing behind it.
 */
export class DecodeReader {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];

  constructor(private readonly document: YamlDocument) {}

  /** Reports an error at `path`; `position` replaces the position of the key. */
  refuse(
    path: Path,
    message: string,
    fix: string,
    position?: { readonly line: number; readonly column: number },
  ): void {
    if (this.problems.length < maxProblems) this.problems.push(this.problem(path, message, fix, position));
  }

  /** Reports something that is accepted, but not as it was written. */
  warn(path: Path, message: string, fix: string): void {
    if (this.warnings.length < maxProblems) this.warnings.push(this.problem(path, message, fix));
  }

  /** Position of a key or item. */
  locate(path: Path): { readonly line: number; readonly column: number } | undefined {
    return this.document.locate(path);
  }

  /** A mapping with no other keys than `known`, or undefined. */
  members(value: Json | undefined, path: Path, known: readonly string[]): JsonObject | undefined {
    const mapping = this.mapping(value, path);
    for (const key of Object.keys(mapping ?? {}))
      if (!known.includes(key) && this.problems.length < maxProblems)
        this.refuse([...path, key], `unknown key ${JSON.stringify(key)}`, suggestion(key, known));
    return mapping;
  }

  /** A mapping with any keys; undefined, with a problem, where it is something else. Absent is undefined, too. */
  mapping(value: Json | undefined, path: Path): JsonObject | undefined {
    if (isAbsent(value)) return undefined;
    if (isObject(value)) return value;
    this.refuse(path, `this is ${describe(value)}, not a mapping`, "write `key: value` lines");
    return undefined;
  }

  /** A list; empty where it is absent or something else. */
  list(value: Json | undefined, path: Path): readonly Json[] {
    if (isAbsent(value)) return [];
    if (isArray(value)) return value;
    this.refuse(path, `this is ${describe(value)}, not a list`, "begin each item with `- `");
    return [];
  }

  /** A text, or undefined where it is absent or something else. */
  text(value: Json | undefined, path: Path): string | undefined {
    if (isAbsent(value)) return undefined;
    if (typeof value === "string") return value;
    this.refuse(path, `this is ${describe(value)}, not a text`, "quote it");
    return undefined;
  }

  /** A text that has to be there and not empty. */
  requiredText(value: Json | undefined, path: Path): string | undefined {
    const text = this.text(value, path);
    if (isAbsent(value) || text === "") this.refuse(path, `${String(path.at(-1))} is missing`, "write it");
    return text === "" ? undefined : text;
  }

  /** An integer from 0 to `most`, or undefined. */
  integer(value: Json | undefined, path: Path, most: number): number | undefined {
    if (isAbsent(value)) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) return value;
    const given = typeof value === "number" ? String(value) : describe(value);
    this.refuse(path, `this is ${given}, not an integer from 0 to ${most}`, "write one");
    return undefined;
  }

  /** Milliseconds of a duration such as "10s", or undefined. */
  duration(value: Json | undefined, path: Path): number | undefined {
    if (value === 0) return 0;
    if (typeof value === "number") {
      this.refuse(path, `${value} lacks a unit`, `write "${value}s" for seconds`);
      return undefined;
    }
    const text = this.text(value, path);
    if (text === undefined) return undefined;
    const parsed = parseDuration(text);
    if (parsed.ok) return parsed.value;
    this.refuse(path, parsed.error.message, parsed.error.fix);
    return undefined;
  }

  private problem(path: Path, message: string, fix: string, position = this.document.locate(path)): Problem {
    return { path: formatPath(path), message, fix, ...position };
  }
}

/** `did you mean X?`, or the list of what there is. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `did you mean ${near}?`;
  return candidates.length === 0 ? "there is none to choose from" : `use one of ${candidates.join(", ")}`;
}

/** Not there, or there with nothing behind it. */
export function isAbsent(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

function describe(value: Json | undefined): string {
  if (isArray(value)) return "a list";
  if (isObject(value)) return "a mapping";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}
