import type { z } from "zod";

import type { Json } from "../base/json.js";
import { at } from "../base/json.js";
import type { Complaint, Problem } from "../base/problem.js";
import { formatPath } from "../base/problem.js";
import { nearest } from "../base/suggest.js";
import { allowedKeys } from "./configFile.js";

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** A problem before its position is looked up. */
export interface Finding extends Complaint {
  readonly path: Path;
}

const compare = "`pointsman schema` prints what is allowed here";

/** What a failed check of the schema says, in words a user can act on. `value` is what was checked. */
export function findingsOf(issue: Issue, value: Json): readonly Finding[] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const found = at(value, ...path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(path, key));
    case "invalid_type":
      return [
        {
          path,
          message: `expected ${articled(issue.expected)}, found ${describe(found)}`,
          fix: `write ${articled(issue.expected)}`,
        },
      ];
    case "invalid_union":
      return [
        { path, message: `expected a duration, found ${describe(found)}`, fix: 'write for example "15m" or "500ms"' },
      ];
    case "invalid_format":
      return [{ path, ...complaintOf(issue.message, JSON.stringify(found)) }];
    case "invalid_key":
      return [{ path, ...complaintOf(issue.issues[0]?.message ?? "is no key", JSON.stringify(path.at(-1))) }];
    case "too_small":
      return [{ path, message: `is below the least allowed, ${issue.minimum}`, fix: `write ${issue.minimum} or more` }];
    case "too_big":
      return [{ path, message: `is above the most allowed, ${issue.maximum}`, fix: `write ${issue.maximum} or less` }];
    case "custom": {
      const fix: unknown = issue.params?.["fix"];
      return [{ path, message: issue.message, fix: typeof fix === "string" ? fix : compare }];
    }
    case "invalid_element":
    case "invalid_value":
    case "not_multiple_of":
      return [{ path, message: issue.message, fix: compare }];
  }
}

/** The schema has one text for each check: what is wrong with what was found and, behind a semicolon, what to do. */
function complaintOf(text: string, found: string): Complaint {
  const [message = "", ...fix] = text.split("; ");
  return { message: `${found} ${message}`, fix: fix.length === 0 ? compare : fix.join("; ") };
}

/** Paths as text. `locate` finds where something stands. */
export function problemOf(
  finding: Finding,
  locate: (path: Path) => { readonly line: number; readonly column: number } | undefined,
): Problem {
  const { path, message, fix } = finding;
  return { path: formatPath(path), message, fix, ...locate(path) };
}

function unknownKey(path: Path, key: string): Finding {
  const known = allowedKeys(path) ?? [];
  const meant = nearest(key, known);
  const fix = meant === undefined ? `allowed here: ${known.join(", ")}` : `did you mean ${JSON.stringify(meant)}?`;
  return { path: [...path, key], message: `unknown key ${JSON.stringify(key)}`, fix };
}

function describe(value: Json | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `the ${typeof value} ${JSON.stringify(value)}`;
}

function articled(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    object: "a map",
    record: "a map",
    array: "a list",
    int: "a whole number",
    string: "a text",
    boolean: "true or false",
  };
  return names[expected] ?? `a ${expected}`;
}
