import type { JsonObject } from "../../base/json.js";
import { objectAt, stringAt } from "../../base/json.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { YamlPosition } from "../../base/yaml.js";
import { parseYaml } from "../../base/yaml.js";
import type { ControllerConfig } from "../../config/config.js";
import type { DecodeContext } from "../decode/context.js";
import { decodeRoutemap } from "../decode/decodeRoutemap.js";
import type { RoutemapObject } from "../observed.js";
import type { Problem } from "../problem.js";
import type { Routemap } from "../routemap.js";
import { sourcesOf } from "../render/source.js";
import type { Understanding } from "../understand.js";
import { understand } from "../understand.js";
import { configMapProblems, texts } from "./configMap.js";
import type { Embedded, FileDocument } from "./embedded.js";
import type { TemplateShelf } from "./templates.js";

/** A routemap that was understood. */
export interface LintedRoutemap {
  readonly kind: "routemap";
  /** True for a spec that stands alone, not in a ConfigMap. */
  readonly bare: boolean;
  readonly routemap: RoutemapObject;
  readonly spec: Routemap;
  readonly understanding: Understanding;
  readonly warnings: readonly Problem[];
}

/** What a routemap is checked against. */
export interface RoutemapSettings {
  readonly config: ControllerConfig;
  /** Of documents that name none. */
  readonly namespace: string;
  readonly shelf: TemplateShelf;
}

/** Decodes and renders a routemap as the controller would; `object` is its ConfigMap. */
export function lintRoutemap(
  source: FileDocument,
  text: Embedded,
  object: JsonObject | undefined,
  settings: RoutemapSettings,
): Result<LintedRoutemap, readonly Problem[]> {
  const routemap = routemapObject(source, object, settings.namespace);
  const { config, shelf } = settings;
  const context = decodeContext(config, routemap.namespace);
  const decoded = decodeRoutemap(text.text, context);
  const problems = object === undefined ? [] : configMapProblems(source, object);
  if (!decoded.ok) return fail([...problems, ...decoded.error.map((problem) => text.place(problem))]);
  if (problems.length > 0) return fail(problems);
  const { routemap: spec, warnings } = decoded.value;
  const surroundings = { hosts: config.limits.hosts, template: shelf.find.bind(shelf) };
  const understanding = understand(routemap, spec, context.kinds, surroundings);
  const locate = locator(text.text, spec);
  const place = (problem: Problem): Problem => text.place({ ...locate(problem.path), ...problem });
  if (understanding.problems.length > 0) return fail(understanding.problems.map(place));
  const unresolved = understanding.unresolved.map(({ path, ref }) => place({ path, ...shelf.missing(ref) }));
  const all = [...warnings.map((warning) => text.place(warning)), ...unresolved];
  return ok({ kind: "routemap", bare: object === undefined, routemap, spec, understanding, warnings: all });
}

function routemapObject({ file }: FileDocument, object: JsonObject | undefined, namespace: string): RoutemapObject {
  const baseName = file.replace(/^.*\//, "").replace(/\.[^.]*$/, "");
  return {
    namespace: stringAt(object, "metadata", "namespace") ?? namespace,
    name: stringAt(object, "metadata", "name") ?? (/^-?$/.test(baseName) ? "routemap" : baseName),
    uid: "",
    labels: texts(objectAt(object, "metadata", "labels")),
    annotations: texts(objectAt(object, "metadata", "annotations")),
    life: "present",
  };
}

function decodeContext(config: ControllerConfig, namespace: string): DecodeContext {
  return {
    namespace,
    kinds: new Map(config.kinds.map((kind) => [kind.shorthand, kind])),
    limits: config.limits,
    outputs: config.outputs,
    templateNamespaces: config.templateNamespaces,
    scope: config.clusterScoped ? "cluster" : "namespace",
  };
}

/** Where in the spec a path stands that begins with that of a template or route. */
function locator(strSpec: string, spec: Routemap): (path: string) => Partial<YamlPosition> {
  const document = parseYaml(strSpec);
  const sources = sourcesOf(spec).map((source, index) => ({
    path: source.path,
    steps:
      source.type === "template"
        ? ["routingTemplates", source.template.name]
        : ["routes", index - spec.templates.length],
  }));
  return (path) => {
    const [nearest] = sources
      .filter(
        (source) =>
          path === source.path || (/^[.[]/.test(path.slice(source.path.length)) && path.startsWith(source.path)),
      )
      .sort((left, right) => right.path.length - left.path.length);
    if (!document.ok || nearest === undefined) return {};
    const rest = path
      .slice(nearest.path.length)
      .split(/[.[\]]+/)
      .filter((step) => step !== "");
    const steps = rest.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    return document.value.locate([...nearest.steps, ...steps]) ?? {};
  };
}
