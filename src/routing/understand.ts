import { stringAt } from "../base/json.js";
import type { Complaint } from "../base/problem.js";
import type { Result } from "../base/result.js";
import { fail } from "../base/result.js";
import type { KindSettings } from "../config/kind.js";
import { groupResourceOf } from "../kube/resource.js";
import type { RouteTemplate } from "./decode/decodeRouteTemplates.js";
import { only } from "./desired.js";
import type { RoutedVersion } from "./generate/facts.js";
import type { CorrectionKind } from "./guard/correction.js";
import type { RoutemapObject } from "./observed.js";
import type { Problem } from "./problem.js";
import { carriedWeights } from "./reader/carries.js";
import type { ListedResource, VersionIdentity } from "./reader/identify.js";
import { readRoute } from "./reader/read.js";
import type { RenderContext, Rendered } from "./render/render.js";
import { renderSource } from "./render/render.js";
import type { BackendView } from "./render/routed.js";
import { routedVersions } from "./render/routed.js";
import type { Routemap, TemplateRef } from "./routemap.js";
import type { RouteSpec } from "./routeSpec.js";
import type { OutputSource } from "./render/source.js";
import { sourcesOf } from "./render/source.js";

/** What one route would do with requests while every version is ready. */
export interface UnderstoodRoute {
  readonly kind: string;
  readonly name: string;
  /** Where it comes from: "template NAME" or "routes[0]". */
  readonly origin: string;
  /** Why its destinations are not known: its kind carries no traffic itself, or cannot be read. */
  readonly unread?: { readonly carries: boolean; readonly reason: string };
  /** Per version: weight outside a match, and whether it is reached by a match or a mirror. */
  readonly versions: readonly { readonly weight: number; readonly byMatch: boolean; readonly byMirror: boolean }[];
  /** Destinations that are no version's. */
  readonly unlisted: readonly string[];
  /** What the guard corrects in some state of the versions, and in which. */
  readonly corrections: readonly string[];
}

/** A routemap as it was understood without a cluster. */
export interface Understanding {
  readonly routes: readonly UnderstoodRoute[];
  readonly problems: readonly Problem[];
  /** Templates of ConfigMaps that are not at hand; what they would render is not known. */
  readonly unresolved: readonly { readonly path: string; readonly ref: TemplateRef }[];
}

/** What is known besides the routemap. */
export interface Surroundings {
  /** A template of a ConfigMap; undefined where that ConfigMap is not at hand. */
  readonly template?: (ref: TemplateRef) => Result<RouteTemplate, Complaint> | undefined;
  /** Host patterns that are allowed; absent: all but other namespaces' Services. */
  readonly hosts?: readonly string[] | undefined;
}

/** A state of the versions to render: raw weights, and what is the case then. */
interface State {
  readonly weights: readonly number[];
  readonly when: string;
}

/** Renders every template and route with all versions ready, with each one down and with each one alone, and reads the result. */
export function understand(
  routemap: RoutemapObject,
  spec: Routemap,
  kinds: ReadonlyMap<string, KindSettings>,
  surroundings: Surroundings = {},
): Understanding {
  const context = offlineContext(routemap, spec, kinds, surroundings);
  const routes: UnderstoodRoute[] = [];
  const problems: Problem[] = [];
  const unresolved: { path: string; ref: TemplateRef }[] = [];
  for (const source of sourcesOf(spec)) {
    const ref = referenceOf(source);
    if (ref !== undefined && surroundings.template?.(ref) === undefined) {
      unresolved.push({ path: `${source.path}.templateRef`, ref });
      continue;
    }
    const understood = understandSource(context, source);
    routes.push(...understood.routes);
    problems.push(...understood.problems);
  }
  return { routes, problems, unresolved };
}

function referenceOf(source: OutputSource): TemplateRef | undefined {
  return source.type === "template" && source.template.text.type === "reference" ? source.template.text.ref : undefined;
}

/** No object is at hand: every version is taken to be there, each Service to have one port. */
function offlineContext(
  routemap: RoutemapObject,
  spec: Routemap,
  kinds: ReadonlyMap<string, KindSettings>,
  { template, hosts }: Surroundings,
): RenderContext {
  const routables = spec.versions.map(({ name, resources }) => ({ name, refs: resources }));
  const view: BackendView = {
    resource: () => ({ state: "unseen", reason: "Offline", message: "no cluster is asked" }),
    subset: () => undefined,
    namedBefore: () => true,
    drained: () => false,
  };
  return {
    routemap,
    spec,
    kinds,
    versions: identities(spec, kinds),
    subsetLabels: (host, subset) =>
      spec.routes.find(({ shared }) => shared?.name === host.name)?.shared?.subsets.get(subset),
    ...(hosts === undefined ? {} : { hosts }),
    template: (ref) => template?.(ref) ?? fail({ message: "the ConfigMap is not at hand", fix: "name its file, too" }),
    routed: (route) =>
      routedVersions(route, routables, kinds, view).map((version) => ({
        ...version,
        backend: assumed(version.backend, route),
      })),
  };
}

function assumed(backend: RoutedVersion["backend"], route: RouteSpec): RoutedVersion["backend"] {
  switch (backend?.type) {
    case "service":
      return { ...backend, ports: [route.port ?? 80] };
    case "inferenceService": {
      const { unseen: _offline, ...known } = backend;
      return known;
    }
    case "subset":
    case undefined:
      return backend;
  }
}

function understandSource(
  context: RenderContext,
  source: OutputSource,
): { readonly routes: readonly UnderstoodRoute[]; readonly problems: readonly Problem[] } {
  const primary = only(context.versions.length, 0);
  const [all, ...others] = statesOf(context.spec);
  const result = renderSource(context, source, all.weights, primary);
  const problems = [...result.problems];
  const corrections = correctionsOf(result.outputs, all);
  for (const state of result.problems.length > 0 ? [] : others) {
    const rendered = renderSource(context, source, state.weights, primary);
    problems.push(
      ...rendered.problems.map((problem) => ({ ...problem, message: `${problem.message} (${state.when})` })),
    );
    corrections.push(...correctionsOf(rendered.outputs, state));
  }
  const routes = [...result.outputs].map(([key, rendered]) => {
    const own = corrections.filter((correction) => correction.output === key);
    const first = own.filter((item, index) => own.findIndex((other) => other.key === item.key) === index);
    return readRendered(
      rendered,
      source,
      context,
      first.map(({ text }) => text),
    );
  });
  return { routes, problems };
}

function statesOf(spec: Routemap): readonly [State, ...State[]] {
  const stated = spec.versions.map((version) => version.weight ?? 1);
  const weights = stated.some((weight) => weight > 0) ? stated : only(stated.length, 0);
  const down = spec.versions.map(({ name }, index) => ({
    weights: weights.map((weight, at) => (at === index ? 0 : weight)),
    when: `while ${name} is not ready`,
  }));
  const alone = spec.versions.map(({ name }, index) => ({
    weights: weights.map((weight, at) => (at === index ? Math.max(weight, 1) : 0)),
    when: `while only ${name} is ready`,
  }));
  const several = spec.versions.length > 1 ? down : [];
  return [{ weights, when: "" }, ...several, ...(spec.versions.length > 2 ? alone : [])];
}

/** A correction in some state; one with the same key in a later state tells nothing new. */
interface StateCorrection {
  readonly output: string;
  readonly key: string;
  readonly text: string;
}

const effects = {
  weightZeroed: "its weight becomes 0",
  weightFilled: "its weight, which is left out, is filled in",
  destinationRemoved: "it is left out",
  mirrorRemoved: "the mirror is left out",
  ruleDropped: "the rule is left out",
  ruleToFallback: "the rule leads to the fallback instead",
} as const satisfies Record<CorrectionKind, string>;

function correctionsOf(outputs: ReadonlyMap<string, Rendered>, state: State): StateCorrection[] {
  return [...outputs].flatMap(([output, rendered]) =>
    rendered.corrections.map(({ path, destination, what }) => {
      const when = state.when === "" ? "" : `${state.when}, `;
      const text = `${when}${path} would lead to ${destination}; ${effects[what]}`;
      return { output, key: `${path} ${destination} ${what}`, text };
    }),
  );
}

function readRendered(
  rendered: Rendered,
  source: OutputSource,
  { kinds, versions, subsetLabels }: RenderContext,
  corrections: readonly string[],
): UnderstoodRoute {
  const reading = readRoute(rendered.body);
  const carries = kinds.get(rendered.id.kind)?.carries ?? true;
  const base = {
    kind: stringAt(rendered.body, "kind") ?? "",
    name: rendered.id.name,
    origin: source.type === "template" ? `template ${source.template.name}` : source.path,
    corrections,
  };
  if (!reading.readable) return { ...base, unread: { carries, reason: reading.reason }, versions: [], unlisted: [] };
  const { perVersion, unlisted } = carriedWeights(reading, versions, subsetLabels);
  return {
    ...base,
    versions: perVersion.map(({ weight, byMatch, byMirror }) => ({ weight, byMatch, byMirror })),
    unlisted: unlisted.map((destination) => destination.path),
  };
}

function identities(spec: Routemap, kinds: ReadonlyMap<string, KindSettings>): readonly VersionIdentity[] {
  return spec.versions.map((version, index) => ({
    index,
    name: version.name,
    resources: version.resources.flatMap((ref) => {
      const kind = kinds.get(ref.kind);
      const { namespace, name } = ref;
      return kind === undefined
        ? []
        : [{ groupResource: groupResourceOf(kind), namespace, name, ...podLabels(spec, version.name) }];
    }),
  }));
}

/** Without a cluster the Pods of a version are known by the labels by which a route with a shared Service asks for them. */
function podLabels({ routes }: Routemap, version: string): Pick<ListedResource, "labels"> {
  const asked = routes.flatMap(({ shared }) => Object.entries(shared?.subsets.get(version) ?? {}));
  return asked.length === 0 ? {} : { labels: Object.fromEntries(asked) };
}
