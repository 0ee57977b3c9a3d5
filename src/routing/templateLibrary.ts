import type { Json } from "../base/json.js";
import { objectAt } from "../base/json.js";
import type { Complaint } from "../base/problem.js";
import { describeProblem } from "../base/problem.js";
import type { Result } from "../base/result.js";
import { fail, ok } from "../base/result.js";
import type { KubeObject } from "../kube/object.js";
import type { RouteTemplate } from "./decode/decodeRouteTemplates.js";
import { chooseKey, decodeRouteTemplates } from "./decode/decodeRouteTemplates.js";
import type { Seen } from "./observed.js";
import type { TemplateRef } from "./routemap.js";

interface Parsed {
  readonly uid: string;
  readonly resourceVersion: string | undefined;
  readonly templates: Map<string, Result<RouteTemplate, Complaint>>;
}

/** The templates of route template ConfigMaps, each parsed once for every change of its object, when it is asked for. */
export class TemplateLibrary {
  private readonly parsed = new Map<string, Parsed>();

  constructor(private readonly see: (namespace: string, name: string) => Seen) {}

  /** The template that a routemap refers to, or why there is none; what is wrong with its neighbours does not matter. */
  find(ref: TemplateRef): Result<RouteTemplate, Complaint> {
    const name = `route template ${ref.namespace}/${ref.name}`;
    const seen = this.see(ref.namespace, ref.name);
    if (seen.state === "unseen")
      return fail({
        message: `${name} cannot be seen: ${seen.message}`,
        fix: "see what keeps the controller from listing ConfigMaps there",
      });
    const object = seen.state === "seen" ? seen.object : undefined;
    if (object === undefined) {
      this.parsed.delete(name);
      return fail({
        message: `there is no ${name}`,
        fix: "it is a ConfigMap with the label iter8.tools/kind: routetemplate",
      });
    }
    const data = objectAt(object, "data");
    const key = chooseKey(Object.keys(data), ref.key, name);
    return key.ok ? this.parse(name, object, key.value, data[key.value]) : key;
  }

  private parse(
    name: string,
    object: KubeObject,
    key: string,
    source: Json | undefined,
  ): Result<RouteTemplate, Complaint> {
    const { uid, resourceVersion } = object.metadata;
    const before = this.parsed.get(name);
    const isSame = before?.uid === uid && before.resourceVersion === resourceVersion;
    const parsed = isSame
      ? before
      : { uid, resourceVersion, templates: new Map<string, Result<RouteTemplate, Complaint>>() };
    this.parsed.set(name, parsed);
    const known = parsed.templates.get(key) ?? decodeOne(name, key, source);
    parsed.templates.set(key, known);
    return known;
  }
}

function decodeOne(name: string, key: string, source: Json | undefined): Result<RouteTemplate, Complaint> {
  const decoded = decodeRouteTemplates({ [key]: source });
  const [template] = decoded.ok ? decoded.value : [];
  if (template !== undefined) return ok(template);
  const [problem] = decoded.ok ? [] : decoded.error;
  return fail(
    problem === undefined
      ? { message: `${name} has no template ${key}`, fix: "write one" }
      : { message: `${name}: ${describeProblem(problem)}`, fix: problem.fix },
  );
}
