import type { JsonObject } from "../base/json.js";
import { formatPath } from "../base/problem.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { Template } from "../templates/index.js";
import { parseTemplate } from "../templates/index.js";
import type { Problem } from "./problem.js";

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
    else problems.push({ path, message: parsed.error.message, line: parsed.error.line, column: parsed.error.column });
  }
  if (Object.keys(data).length === 0)
    problems.push({ path: "data", message: "has no template", fix: "write one under a key of its own" });
  return problems.length === 0 ? ok(templates) : fail(problems);
}
