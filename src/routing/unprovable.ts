import type { KindSettings } from "../config/kind.js";
import { only } from "./desired.js";
import type { VersionIdentity } from "./reader/identify.js";
import { readRoute } from "./reader/read.js";
import type { RenderContext, Rendered } from "./render/render.js";
import { renderSource } from "./render/render.js";
import type { OutputSource } from "./render/source.js";
import { sourcesOf } from "./render/source.js";
import type { Survey } from "./survey.js";

/**
 * Versions of which no proof is possible in some route that cannot be read: it names one of their Services or
 * InferenceServices and is rendered the same whether they have weight or not. They are never raised. The primary is
 * exempt, since a route may well name it always.
 */
export function unprovableVersions(s: Survey, context: RenderContext): ReadonlySet<number> {
  const found = new Set<number>();
  for (const source of sourcesOf(s.spec)) {
    const kind = source.type === "template" ? s.observed.kinds.get(source.template.kind) : undefined;
    if (kind === undefined || !maybeUnreadable(kind)) continue;
    for (const version of s.facts)
      if (version.index > 0 && version.listed && isUnprovable(s, context, source, version.index))
        found.add(version.index);
  }
  return found;
}

function maybeUnreadable(kind: KindSettings): boolean {
  return kind.carries && !["httproutes", "grpcroutes", "virtualservices"].includes(kind.resource);
}

function isUnprovable(s: Survey, context: RenderContext, source: OutputSource, index: number): boolean {
  const weights = s.contenders.map((version) => (version.listed ? version.weight : 0));
  const carrying = weights.map((weight, at) => (at === index ? Math.max(weight, 1) : weight));
  const plain = weights.map((weight, at) => (at === index ? 0 : weight));
  const empty = plain.every((weight) => weight === 0) ? only(plain.length, 0) : plain;
  const before = renderSource(context, source, carrying, s.fallback.weights).outputs;
  const after = renderSource(context, source, empty, s.fallback.weights).outputs;
  const version = s.versions[index];
  return [...before].some(([key, rendered]) => {
    const same = after.get(key)?.hash === rendered.hash;
    return same && version !== undefined && !readRoute(rendered.body).readable && names(rendered, version);
  });
}

function names(rendered: Rendered, version: VersionIdentity): boolean {
  const backends = version.resources.filter(({ groupResource }) =>
    /^(services|inferenceservices\.)/.test(groupResource),
  );
  const words = new Set(JSON.stringify(rendered.body["spec"] ?? {}).split(/[^a-z0-9-]+/));
  return backends.some(({ name }) => words.has(name));
}
