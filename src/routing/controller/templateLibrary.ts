import { objectAt } from "../../base/json.js";
import { formatProblem } from "../../base/problem.js";
import type { Result } from "../../base/result.js";
import { fail } from "../../base/result.js";
import type { KubeObject } from "../../kube/object.js";
import type { RouteTemplate } from "../decode/decodeRouteTemplates.js";
import { chooseTemplate, decodeRouteTemplates } from "../decode/decodeRouteTemplates.js";
import type { Seen } from "../observed.js";
import type { TemplateRef } from "../routemap.js";

interface Decoded {
  readonly uid: string;
  readonly resourceVersion: string | undefined;
  readonly templates: Result<readonly RouteTemplate[], string>;
}

/** The templates of route template ConfigMaps, each parsed once for every change of its object. */
export class TemplateLibrary {
  private readonly decoded = new Map<string, Decoded>();

  constructor(private readonly see: (namespace: string, name: string) => Seen) {}

  /** The template that a routemap refers to, or why there is none. */
  find(ref: TemplateRef): Result<RouteTemplate, string> {
    const name = `route template ${ref.namespace}/${ref.name}`;
    const seen = this.see(ref.namespace, ref.name);
    if (seen.state === "unseen") return fail(`${name} cannot be seen: ${seen.message}`);
    const object = seen.state === "seen" ? seen.object : undefined;
    if (object === undefined) {
      this.decoded.delete(name);
      return fail(`there is no ${name}; it is a ConfigMap with the label iter8.tools/kind: routetemplate`);
    }
    const templates = this.decode(name, object);
    if (!templates.ok) return fail(`${name}: ${templates.error}`);
    return chooseTemplate(templates.value, ref.key, name);
  }

  private decode(name: string, object: KubeObject): Result<readonly RouteTemplate[], string> {
    const { uid, resourceVersion } = object.metadata;
    const known = this.decoded.get(name);
    if (known?.uid === uid && known.resourceVersion === resourceVersion) return known.templates;
    const result = decodeRouteTemplates(objectAt(object, "data"));
    const templates = result.ok ? result : fail(result.error.map(formatProblem).join("; "));
    this.decoded.set(name, { uid, resourceVersion, templates });
    return templates;
  }
}
