import { stringAt } from "../base/json.js";
import type { KindSettings } from "../config/kind.js";
import { groupResourceOf } from "../kube/resource.js";
import { only } from "./desired.js";
import type { RoutemapObject } from "./observed.js";
import type { Problem } from "./problem.js";
import { carriedWeights } from "./reader/carries.js";
import type { VersionIdentity } from "./reader/identify.js";
import { readRoute } from "./reader/read.js";
import type { Rendered } from "./render.js";
import { renderTemplate } from "./render.js";
import type { Routemap } from "./routemap.js";

/** What one route would do with requests while every version is ready. */
export interface UnderstoodRoute {
  readonly kind: string;
  readonly name: string;
  readonly template: string;
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
}

/** Renders every template as if all versions were ready, and with each version alone, and reads the result. */
export function understand(
  routemap: RoutemapObject,
  spec: Routemap,
  kinds: ReadonlyMap<string, KindSettings>,
): Understanding {
  const versions = identities(spec, kinds);
  const context = { routemap, spec, kinds, versions };
  const weights = spec.versions.map((version) => version.weight ?? 1);
  const all = weights.some((weight) => weight > 0) ? weights : only(weights.length, 0);
  const routes: UnderstoodRoute[] = [];
  const problems: Problem[] = [];
  for (const template of spec.templates) {
    const primary = only(all.length, 0);
    const result = renderTemplate(context, template, all, primary);
    problems.push(...result.problems);
    const states = spec.versions.map((_, down) => all.map((weight, index) => (index === down ? 0 : weight)));
    const corrections = states.flatMap((state, down) =>
      correctionsOf(renderTemplate(context, template, state, primary).outputs, spec.versions[down]?.name ?? ""),
    );
    for (const rendered of result.outputs.values())
      routes.push(readRendered(rendered, versions, [...new Set(corrections)]));
  }
  return { routes, problems };
}

function correctionsOf(outputs: ReadonlyMap<string, Rendered>, down: string): readonly string[] {
  return [...outputs.values()].flatMap((rendered) =>
    rendered.corrections.map(
      (correction) => `while ${down} is not ready, ${correction.path} would still lead to it: corrected`,
    ),
  );
}

function readRendered(
  rendered: Rendered,
  versions: readonly VersionIdentity[],
  corrections: readonly string[],
): UnderstoodRoute {
  const reading = readRoute(rendered.body);
  const base = {
    kind: stringAt(rendered.body, "kind") ?? "",
    name: rendered.id.name,
    template: rendered.template,
    corrections,
  };
  if (!reading.readable) return { ...base, versions: [], unlisted: [] };
  const { perVersion, unlisted } = carriedWeights(reading, versions);
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
      return kind === undefined
        ? []
        : [{ groupResource: groupResourceOf(kind), namespace: ref.namespace, name: ref.name }];
    }),
  }));
}
