import type { Complaint } from "../../base/problem.js";
import { formatPath } from "../../base/problem.js";
import type { JsonObject } from "../../base/json.js";
import { objectAt, stringAt } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { RouteTemplate } from "../decode/decodeRouteTemplates.js";
import { chooseTemplate, decodeRouteTemplates } from "../decode/decodeRouteTemplates.js";
import type { Problem } from "../problem.js";
import type { TemplateRef } from "../routemap.js";
import { configMapProblems } from "./configMap.js";
import type { FileDocument } from "./embedded.js";
import { dataText } from "./embedded.js";

/** A route template ConfigMap that was understood. */
export interface LintedTemplates {
  readonly kind: "routetemplate";
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
}

/** The route templates of all files of a run; what is wrong with one is told where it stands. */
export class TemplateShelf {
  private readonly found = new Map<string, readonly RouteTemplate[] | undefined>();

  constructor(private readonly namespace: string) {}

  /** Checks a ConfigMap and keeps its templates for the routemaps of the run. */
  add(source: FileDocument, object: JsonObject): Result<LintedTemplates, readonly Problem[]> {
    const name = stringAt(object, "metadata", "name") ?? "";
    const namespace = stringAt(object, "metadata", "namespace") ?? this.namespace;
    const data = objectAt(object, "data");
    const decoded = decodeRouteTemplates(data);
    const own = configMapProblems(source, object).filter(({ path }) => !path.startsWith("data"));
    const problems = [...own, ...(decoded.ok ? [] : decoded.error.map((problem) => placeOf(problem, source, data)))];
    this.found.set(`${namespace}/${name}`, decoded.ok ? decoded.value : undefined);
    if (!decoded.ok || problems.length > 0) return fail(problems);
    return ok({ kind: "routetemplate", namespace, name, keys: decoded.value.map(({ key }) => key) });
  }

  /** The template that a routemap refers to, or why there is none; undefined where it cannot be told. */
  find({ namespace, name, key }: TemplateRef): Result<RouteTemplate, Complaint> | undefined {
    const templates = this.found.get(`${namespace}/${name}`);
    return templates === undefined ? undefined : chooseTemplate(templates, key, `route template ${namespace}/${name}`);
  }

  /** Why `find` cannot tell. */
  missing({ namespace, name }: TemplateRef): Complaint {
    const what = `route template ${namespace}/${name}`;
    return this.found.has(`${namespace}/${name}`)
      ? { message: `${what} is wrong itself, so what it renders was not checked`, fix: "correct it first" }
      : { message: `${what} is in none of the files, so what it renders was not checked`, fix: "name its file, too" };
  }
}

function placeOf(problem: Problem, source: FileDocument, data: JsonObject): Problem {
  const key = Object.keys(data).find((name) => problem.path === formatPath(["data", name])) ?? "";
  return dataText(source, key, "").place(problem);
}
