import { readFileSync } from "node:fs";

import type { JsonObject } from "../../src/base/json.js";
import { isObject, objectAt } from "../../src/base/json.js";
import { formatProblem } from "../../src/base/problem.js";
import { parseYamlStream } from "../../src/base/yaml.js";
import type { ControllerConfig } from "../../src/config/config.js";
import { decodeConfig } from "../../src/config/decode.js";
import { decodeRoutemap } from "../../src/routing/decode/decodeRoutemap.js";
import type { RouteTemplate } from "../../src/routing/decode/decodeRouteTemplates.js";
import { decodeRouteTemplates } from "../../src/routing/decode/decodeRouteTemplates.js";
import type { RenderedManifest } from "../../src/routing/render/renderedOutput.js";
import { decodeOutput } from "../../src/routing/render/renderedOutput.js";
import { templateData } from "../../src/routing/render/templateData.js";
import { executeTemplate } from "../../src/templates/index.js";

export const libraryFolder = "kustomize/templates";
export const namespace = "shop";

/** The technologies of the library; each has a folder and a ConfigMap of its name. */
export const technologies = [
  "contour",
  "gateway-api",
  "istio",
  "knative-istio",
  "openshift",
  "smi",
  "traefik",
] as const;
export type Technology = (typeof technologies)[number];

/** Those of which some kind is not built in, so that the administrator configures it. */
export const configured: readonly Technology[] = ["contour", "openshift", "smi", "traefik"];

export function libraryText(path: string): string {
  return readFileSync(`${libraryFolder}/${path}`, "utf8");
}

/** The documents of a file of the library. */
export function libraryDocuments(path: string): readonly JsonObject[] {
  const parsed = parseYamlStream(libraryText(path));
  if (!parsed.ok) throw new Error(parsed.error.map(formatProblem).join("\n"));
  return parsed.value.map(({ value }) => value).filter(isObject);
}

/** Sources of a technology's templates, by key. */
function librarySources(technology: Technology): JsonObject {
  return objectAt(libraryDocuments(`${technology}/template.yaml`)[0], "data");
}

/** The templates of a technology. */
export const libraryTemplates = once((technology): readonly RouteTemplate[] => {
  const decoded = decodeRouteTemplates(librarySources(technology));
  if (!decoded.ok) throw new Error(decoded.error.map(formatProblem).join("\n"));
  return decoded.value;
});

/** Text of the controller's configuration with what the technology asks for. */
export function libraryConfigText(technology: Technology): string {
  return configured.includes(technology) ? libraryText(`${technology}/config.yaml`) : "";
}

/** The controller's configuration with what the technology asks for. */
export const libraryConfig = once((technology): ControllerConfig => {
  const decoded = decodeConfig(libraryConfigText(technology));
  if (!decoded.ok) throw new Error(decoded.error.map(formatProblem).join("\n"));
  return decoded.value;
});

/** Reads files once for each technology. */
function once<T>(read: (technology: Technology) => T): (technology: Technology) => T {
  const known = new Map<Technology, T>();
  return (technology) => {
    const value = known.get(technology) ?? read(technology);
    known.set(technology, value);
    return value;
  };
}

/** What is rendered: a template of the library and what a routemap says around it. */
export interface LibraryUse {
  readonly technology: Technology;
  readonly key: string;
  /** Shorthand of the kind that the template writes. */
  readonly gvrShort: string;
  readonly values: JsonObject;
  /** `versions` of the routemap. */
  readonly versions: readonly JsonObject[];
}

/** Renders a template of the library for raw weights as the controller does; what is wrong is thrown as text. */
export function renderLibrary(
  use: LibraryUse,
  weights: readonly number[],
  routemap = "app",
): readonly RenderedManifest[] {
  const config = libraryConfig(use.technology);
  const template = libraryTemplates(use.technology).find(({ key }) => key === use.key);
  if (template === undefined) throw new Error(`${use.technology} has no key ${use.key}`);
  const inline = { gvrShort: use.gvrShort, template: template.source, values: use.values };
  const kinds = new Map(config.kinds.map((kind) => [kind.shorthand, kind]));
  const spec = decodeRoutemap(JSON.stringify({ versions: use.versions, routingTemplates: { main: inline } }), {
    ...config,
    namespace,
    kinds,
    limits: { ...config.limits, crossNamespace: true },
    scope: "cluster",
  });
  if (!spec.ok) throw new Error(spec.error.map(formatProblem).join("\n"));
  const [main] = spec.value.routemap.templates;
  const kind = kinds.get(use.gvrShort);
  if (main === undefined || kind === undefined) throw new Error(`nothing of kind ${use.gvrShort}`);
  const owner = { name: routemap, namespace, uid: "u", labels: {}, annotations: {}, life: "present" } as const;
  const text = executeTemplate(template.compiled, templateData(owner, spec.value.routemap, main, weights));
  if (!text.ok) throw new Error(`${text.error.message} (line ${text.error.line})`);
  const output = decodeOutput(text.value, { path: use.key, namespace, kind });
  if (!output.ok) throw new Error(`${output.error.map(formatProblem).join("\n")} in\n${text.value}`);
  return output.value;
}
