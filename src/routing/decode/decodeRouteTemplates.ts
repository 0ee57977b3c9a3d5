import type { JsonObject } from "../../base/json.js";
import type { Complaint } from "../../base/problem.js";
import { formatPath } from "../../base/problem.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { Template } from "../../templates/index.js";
import { parseTemplate } from "../../templates/index.js";
import type { Problem } from "../problem.js";

/** One template of a ConfigMap labelled `iter8.tools/kind: routetemplate`, by its key in `data`. */
export interface RouteTemplate {
  readonly key: string;
  readonly source: string;
  readonly compiled: Template;
}

/**
 * Decodes the `data` of a route template ConfigMap: each key is one Go template. All problems come at once; their lines
 * are lines of the template they are about.
 */
export function decodeRouteTemplates(data: JsonObject): Result<readonly RouteTemplate[], readonly Problem[]> {
  const problems: Problem[] = [];
  const templates: RouteTemplate[] = [];
  for (const [key, source] of Object.entries(data)) {
    const path = formatPath(["data", key]);
    if (typeof source !== "string" || source.trim() === "") {
      problems.push({
        path,
        message: "is empty or no text",
        fix: `write the template as a block of text: \`${key}: |\``,
      });
      continue;
    }
    const parsed = parseTemplate(key, source);
    if (parsed.ok) templates.push({ key, source, compiled: parsed.value });
    else {
      const { message, line, column } = parsed.error;
      problems.push({ path, message, fix: "correct the template here", line, column });
    }
  }
  if (Object.keys(data).length === 0)
    problems.push({ path: "data", message: "has no template", fix: "write one under a key of its own" });
  return problems.length === 0 ? ok(templates) : fail(problems);
}

/**
 * The template under a key; without a key the only one.
 *
 * @param name what the ConfigMap is called in messages
 */
export function chooseTemplate(
  templates: readonly RouteTemplate[],
  key: string | undefined,
  name: string,
): Result<RouteTemplate, Complaint> {
  const chosen = chooseKey(
    templates.map((template) => template.key),
    key,
    name,
  );
  if (!chosen.ok) return chosen;
  const found = templates.find((template) => template.key === chosen.value);
  return found === undefined
    ? fail({ message: `${name} has no template ${chosen.value}`, fix: "write one" })
    : ok(found);
}

/** The key that a reference means: its own, or the only one that there is. */
export function chooseKey(keys: readonly string[], key: string | undefined, name: string): Result<string, Complaint> {
  const [first, ...others] = keys;
  const listed = keys.join(", ");
  if (key === undefined)
    return first !== undefined && others.length === 0
      ? ok(first)
      : fail({ message: `${name} has several templates`, fix: `write templateRef.key: one of ${listed}` });
  return keys.includes(key) ? ok(key) : fail({ message: `${name} has no template ${key}`, fix: `it has ${listed}` });
}
