import { hashJson } from "../../base/hash.js";
import type { JsonObject } from "../../base/json.js";
import { objectAt, stringAt } from "../../base/json.js";
import type { Complaint } from "../../base/problem.js";
import type { Result } from "../../base/result.js";
import { fail, ok } from "../../base/result.js";
import type { KindSettings } from "../../config/kind.js";
import type { KubeObject } from "../../kube/object.js";
import { apiVersionOf, groupResourceOf } from "../../kube/resource.js";
import type { StepMeter, TemplateError } from "../../templates/index.js";
import { executeTemplate } from "../../templates/index.js";
import type { RouteTemplate } from "../decode/decodeRouteTemplates.js";
import type { RoutedVersion } from "../generate/facts.js";
import { generateRoute } from "../generate/generateRoute.js";
import type { Correction } from "../guard/correction.js";
import { guardRoute } from "../guard/guard.js";
import { names } from "../names.js";
import type { OutputId, RoutemapObject } from "../observed.js";
import { outputKey } from "../observed.js";
import type { OutputCache } from "./outputCache.js";
import { checkHosts } from "./outputHosts.js";
import type { Problem } from "../problem.js";
import type { SubsetLabels, VersionIdentity } from "../reader/identify.js";
import { hasReader } from "../reader/read.js";
import { decodeOutput } from "./renderedOutput.js";
import type { RenderWork } from "./renderWork.js";
import type { Routemap, RoutingTemplate, TemplateRef } from "../routemap.js";
import type { RouteSpec } from "../routeSpec.js";
import type { OutputSource } from "./source.js";
import { formatApplied } from "../stored.js";
import { templateData } from "./templateData.js";

/** One output as rendered for given weights: stamped as ours, guarded, ready to be applied. */
export interface Rendered {
  readonly id: OutputId;
  /** Path of its template or route in the routemap; empty for a stored route that the guard alone changes. */
  readonly source: string;
  readonly body: JsonObject;
  readonly hash: string;
  readonly corrections: readonly Correction[];
}

/** What a source gave: outputs, or what is wrong with it. */
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
  /** Bounds what all templates cost together; absent where nobody waits. */
  readonly work?: RenderWork;
  /** Host patterns that are allowed; absent: all but other namespaces' Services. */
  readonly hosts?: readonly string[];
  /** A template of a ConfigMap, or why it cannot be used. */
  template(ref: TemplateRef): Result<RouteTemplate, Complaint>;
  /** Where requests for each version go, as a route without a template needs it; by the versions' index. */
  routed(route: RouteSpec): readonly RoutedVersion[];
}

/**
 * Renders one source for the given raw weights and corrects what would send traffic to a version of weight 0.
 * `fallbackWeights` is where a rule goes that the correction leaves without a live destination.
 */
export function renderSource(
  context: RenderContext,
  source: OutputSource,
  weights: readonly number[],
  fallbackWeights: readonly number[],
): RenderResult {
  const manifests =
    source.type === "template"
      ? manifestsOf(context, source.path, source.template, weights)
      : generated(context, source.path, source.route, weights, fallbackWeights);
  if (!manifests.ok) return failed(manifests.error);
  const outputs = new Map<string, Rendered>();
  for (const { kind, body, asked } of manifests.value) {
    const rendered = finish(context, source.path, kind, body, weights, fallbackWeights, asked);
    if (!rendered.ok) return failed([rendered.problem]);
    outputs.set(outputKey(rendered.value.id), rendered.value);
  }
  return { outputs, problems: [] };
}

interface Manifest {
  readonly kind: KindSettings;
  readonly body: JsonObject;
  /** The weights it was rendered with, where its template looks at them. */
  readonly asked?: readonly number[];
}

type Manifests = Result<readonly Manifest[], readonly Problem[]>;

function manifestsOf(
  context: RenderContext,
  path: string,
  template: RoutingTemplate,
  weights: readonly number[],
): Manifests {
  const kind = context.kinds.get(template.kind);
  if (kind === undefined)
    return fail([
      {
        path: `${path}.gvrShort`,
        message: `kind ${template.kind} is not configured`,
        fix: "add it to the outputs and resourceTypes of the controller's configuration",
      },
    ]);
  const { text } = template;
  const at = `${path}.${text.type === "inline" ? "template" : "templateRef"}`;
  const found = text.type === "inline" ? ok(text) : context.template(text.ref);
  if (!found.ok) return fail([{ path: at, ...found.error }]);
  const listed = weights.slice(0, context.spec.versions.length);
  const run = (meter?: StepMeter): Result<string, TemplateError> => {
    const data = templateData(context.routemap, context.spec, template, listed);
    return executeTemplate(found.value.compiled, data, meter === undefined ? {} : { meter });
  };
  const output = context.work?.text(path, listed, run) ?? run();
  if (!output.ok) {
    const { line, column, message } = output.error;
    const where = `template line ${line}, column ${column}`;
    return fail([{ path: at, message: `${message} (${where})`, fix: "correct the template there" }]);
  }
  const place = { path: at, namespace: context.routemap.namespace, kind };
  const read = context.reading?.read(output.value, place) ?? decodeOutput(output.value, place);
  if (!read.ok) return read;
  const refused = read.value.flatMap(({ body }) => checkHosts(body, place, context.hosts));
  const asked = found.value.source.includes(".Weights") ? { asked: weights } : {};
  return refused.length > 0 ? fail(refused) : ok(read.value.map(({ body }) => ({ kind, body, ...asked })));
}

function generated(
  context: RenderContext,
  path: string,
  route: RouteSpec,
  weights: readonly number[],
  fallback: readonly number[],
): Manifests {
  const { kinds, routemap } = context;
  const apiVersions = (shorthand: string): string => {
    const kind = kinds.get(shorthand);
    return kind === undefined ? "" : apiVersionOf(kind);
  };
  const versions = context.routed(route);
  const made = generateRoute(route, { namespace: routemap.namespace, path, apiVersions, versions, weights, fallback });
  if (!made.ok) return made;
  return ok(
    made.value.flatMap(({ shorthand, body }): Manifest[] => {
      const kind = kinds.get(shorthand);
      return kind === undefined ? [] : [{ kind, body }];
    }),
  );
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
  source: string,
  kind: KindSettings,
  body: JsonObject,
  weights: readonly number[],
  fallbackWeights: readonly number[],
  asked?: readonly number[],
): { ok: true; value: Rendered } | { ok: false; problem: Problem } {
  let stamped = stamp(context.routemap, body);
  let corrections: readonly Correction[] = [];
  if (hasReader(kind.group, stringAt(body, "kind") ?? "")) {
    const allowed = context.versions.map((_, index) => Math.max(weights[index] ?? 0, fallbackWeights[index] ?? 0) > 0);
    const result = guardRoute(stamped, allowed, fallbackWeights, context.versions, context.subsetLabels, asked);
    if (!result.ok) return { ok: false, problem: { ...result.error, path: source } };
    stamped = result.value.body;
    corrections = result.value.corrections;
  }
  const name = stringAt(stamped, "metadata", "name") ?? "";
  const id = { kind: kind.shorthand, groupResource: groupResourceOf(kind), name };
  return { ok: true, value: { id, source, ...noted(stamped, weights, context.versions), corrections } };
}

/** The body with our note on it, and the hash of it without. */
function noted(
  body: JsonObject,
  weights: readonly number[],
  versions: readonly VersionIdentity[],
): Pick<Rendered, "body" | "hash"> {
  const hash = hashJson(body);
  const metadata = objectAt(body, "metadata");
  const annotations = { ...objectAt(metadata, "annotations"), [names.applied]: formatApplied(hash, weights, versions) };
  return { body: { ...body, metadata: { ...metadata, annotations } }, hash };
}

/** The same output with another spec, for the weights that it was rendered with. */
export function withSpec(
  rendered: Rendered,
  spec: JsonObject,
  weights: readonly number[],
  versions: readonly VersionIdentity[],
): Rendered {
  const metadata = objectAt(rendered.body, "metadata");
  const { [names.applied]: _applied, ...annotations } = objectAt(metadata, "annotations");
  return {
    ...rendered,
    ...noted({ ...rendered.body, metadata: { ...metadata, annotations }, spec }, weights, versions),
  };
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
