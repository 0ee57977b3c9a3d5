import { hashJson } from "../base/hash.js";
import type { JsonObject } from "../base/json.js";
import { objectAt, stringAt } from "../base/json.js";
import type { KindSettings } from "../config/kind.js";
import type { KubeObject } from "../kube/object.js";
import { groupResourceOf } from "../kube/resource.js";
import { executeTemplate } from "../templates/index.js";
import type { Correction } from "./guard/correction.js";
import { guardRoute } from "./guard/guard.js";
import { names } from "./names.js";
import type { OutputId, RoutemapObject } from "./observed.js";
import { outputKey } from "./observed.js";
import type { OutputCache } from "./outputCache.js";
import type { Problem } from "./problem.js";
import type { SubsetLabels, VersionIdentity } from "./reader/identify.js";
import { hasReader } from "./reader/read.js";
import { decodeOutput } from "./renderedOutput.js";
import type { Routemap, RoutingTemplate } from "./routemap.js";
import { formatApplied } from "./stored.js";
import { templateData } from "./templateData.js";

/** One output as rendered for given weights: stamped as ours, guarded, ready to be applied. */
export interface Rendered {
  readonly id: OutputId;
  readonly template: string;
  readonly body: JsonObject;
  readonly hash: string;
  readonly corrections: readonly Correction[];
}

/** What a template gave: outputs, or what is wrong with it. */
export interface RenderResult {
  readonly outputs: ReadonlyMap<string, Rendered>;
  readonly problems: readonly Problem[];
}

/** What rendering needs besides the weights. */
export interface RenderContext {
  readonly routemap: RoutemapObject;
  readonly spec: Routemap;
  readonly kinds: ReadonlyMap<string, KindSettings>;
  readonly versions: readonly VersionIdentity[];
  /** Labels of a DestinationRule's subset, where a cluster knows them. */
  readonly subsetLabels?: SubsetLabels;
  /** Saves reading the same output again. */
  readonly reading?: OutputCache;
}

/**
 * Renders one template for the given raw weights and corrects what would send traffic to a version of weight 0.
 * `fallbackWeights` is where a rule goes that the correction leaves without a live destination.
 */
export function renderTemplate(
  context: RenderContext,
  template: RoutingTemplate,
  weights: readonly number[],
  fallbackWeights: readonly number[],
): RenderResult {
  const kind = context.kinds.get(template.kind);
  const at = `routingTemplates.${template.name}`;
  if (kind === undefined)
    return failed([{ path: `${at}.gvrShort`, message: `kind ${template.kind} is not configured` }]);
  const data = templateData(context.routemap, context.spec, template, weights.slice(0, context.spec.versions.length));
  const text = executeTemplate(template.compiled, data);
  if (!text.ok) {
    const { line, column, message } = text.error;
    return failed([{ path: `${at}.template`, message: `${message} (template line ${line}, column ${column})` }]);
  }
  const output = { path: `${at}.template`, namespace: context.routemap.namespace, kind };
  const manifests = context.reading?.read(text.value, output) ?? decodeOutput(text.value, output);
  if (!manifests.ok) return failed(manifests.error);
  const outputs = new Map<string, Rendered>();
  for (const manifest of manifests.value) {
    const rendered = finish(context, template.name, kind, manifest.body, weights, fallbackWeights);
    if (!rendered.ok) return failed([rendered.problem]);
    outputs.set(outputKey(rendered.value.id), rendered.value);
  }
  return { outputs, problems: [] };
}

function failed(problems: readonly Problem[]): RenderResult {
  return { outputs: new Map(), problems };
}

/**
 * A stored route as it is, for other weights: where its template gives nothing usable, the guard alone takes traffic
 * from versions of weight 0. Undefined where that cannot be done.
 */
export function renderLive(
  context: RenderContext,
  id: OutputId,
  live: KubeObject,
  weights: readonly number[],
  fallbackWeights: readonly number[],
): Rendered | undefined {
  const kind = context.kinds.get(id.kind);
  if (kind === undefined || !hasReader(kind.group, live.kind)) return undefined;
  const metadata = { name: id.name, labels: live.metadata.labels ?? {} };
  const body = { apiVersion: live.apiVersion, kind: live.kind, metadata, spec: objectAt(live, "spec") };
  const rendered = finish(context, "", kind, body, weights, fallbackWeights);
  return rendered.ok ? rendered.value : undefined;
}

function finish(
  context: RenderContext,
  template: string,
  kind: KindSettings,
  body: JsonObject,
  weights: readonly number[],
  fallbackWeights: readonly number[],
): { ok: true; value: Rendered } | { ok: false; problem: Problem } {
  let stamped = stamp(context.routemap, body);
  let corrections: readonly Correction[] = [];
  if (hasReader(kind.group, stringAt(body, "kind") ?? "")) {
    const allowed = context.versions.map((_, index) => Math.max(weights[index] ?? 0, fallbackWeights[index] ?? 0) > 0);
    const result = guardRoute(stamped, allowed, fallbackWeights, context.versions, context.subsetLabels);
    if (!result.ok) return { ok: false, problem: { ...result.error, path: `routingTemplates.${template}` } };
    stamped = result.value.body;
    corrections = result.value.corrections;
  }
  const hash = hashJson(stamped);
  const metadata = objectAt(stamped, "metadata");
  const annotations = {
    ...objectAt(metadata, "annotations"),
    [names.applied]: formatApplied(hash, weights, context.versions),
  };
  const id = { kind: kind.shorthand, groupResource: groupResourceOf(kind), name: stringAt(metadata, "name") ?? "" };
  const final = { ...stamped, metadata: { ...metadata, annotations } };
  return { ok: true, value: { id, template, body: final, hash, corrections } };
}

function stamp(routemap: RoutemapObject, body: JsonObject): JsonObject {
  const metadata = objectAt(body, "metadata");
  return {
    ...body,
    metadata: {
      ...metadata,
      namespace: routemap.namespace,
      labels: { ...objectAt(metadata, "labels"), [names.owner]: routemap.uid },
      ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: routemap.name, uid: routemap.uid }],
    },
  };
}
