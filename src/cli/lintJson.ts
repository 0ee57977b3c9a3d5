import type { Json, JsonObject } from "../base/json.js";
import type { Problem } from "../base/problem.js";
import type { Linted, LintedFile } from "../routing/lint.js";
import type { LintedRoutemap } from "../routing/lint/routemaps.js";
import type { UnderstoodRoute } from "../routing/understand.js";
import { percents } from "../routing/weights.js";
import { releaseTimes } from "./lintReport.js";

/**
 * What was understood and what is wrong, as JSON text: `files[]` with `file`, `problems[]` (severity, path, message and,
 * where known, fix, line, column) and `documents[]`, which is empty where a problem is an error. Fields may be added,
 * none changes its meaning.
 */
export function lintJson(files: readonly LintedFile[]): string {
  return `${JSON.stringify({ files: files.map(fileJson) }, null, 2)}\n`;
}

function fileJson({ name, result }: LintedFile): JsonObject {
  if (!result.ok)
    return { file: name, problems: result.error.map((problem) => problemJson("error", problem)), documents: [] };
  const warnings = result.value.flatMap((document) => (document.kind === "routemap" ? document.warnings : []));
  return {
    file: name,
    problems: warnings.map((warning) => problemJson("warning", warning)),
    documents: result.value.map(documentJson),
  };
}

function problemJson(severity: "error" | "warning", { path, message, fix, line, column }: Problem): JsonObject {
  return { severity, path, message, fix, line, column };
}

function documentJson(linted: Linted): JsonObject {
  switch (linted.kind) {
    case "other":
      return { kind: "other", what: linted.what };
    case "routetemplate":
      return { kind: "routetemplate", namespace: linted.namespace, name: linted.name, keys: linted.keys };
    case "configuration": {
      const { clusterScoped, kinds, outputs } = linted.config;
      return { kind: "configuration", clusterScoped, kinds: kinds.map(({ shorthand }) => shorthand), outputs };
    }
    case "routemap":
      return routemapJson(linted);
  }
}

function routemapJson({ bare, routemap, spec, understanding }: LintedRoutemap): JsonObject {
  const versions = spec.versions.map(({ name, weight, resources }): JsonObject => {
    const listed = resources.map(({ kind, ...rest }): JsonObject => ({ gvrShort: kind, ...rest }));
    return { name, weight: weight ?? 1, resources: listed };
  });
  return {
    kind: "routemap",
    namespace: routemap.namespace,
    name: bare ? undefined : routemap.name,
    versions,
    routes: understanding.routes.map((route) => routeJson(route, versions)),
    notRendered: understanding.unresolved.map(({ path, ref }): JsonObject => ({ path, templateRef: { ...ref } })),
    release: Object.fromEntries(releaseTimes(spec)),
  };
}

function routeJson(route: UnderstoodRoute, versions: readonly JsonObject[]): JsonObject {
  const { kind, name, origin, unread, unlisted, corrections } = route;
  const shares = percents(route.versions.map(({ weight }) => weight));
  const receive = route.versions.map(({ byMatch, byMirror }, index): Json => {
    return { name: versions[index]?.["name"], percent: shares[index] ?? 0, byMatch, byMirror };
  });
  const read = unread === undefined ? { versions: receive } : { unread: { ...unread } };
  return { kind, name, origin, ...read, unlisted, corrections };
}
