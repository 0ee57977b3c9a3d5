import { stringAt } from "../base/json.js";
import type { KindSettings } from "../config/kind.js";
import { groupResourceOf } from "../kube/resource.js";
import { only } from "./desired.js";
import type { CorrectionKind } from "./guard/correction.js";
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
}

/** A state of the versions to render: raw weights, and what is the case then. */
interface State {
  readonly weights: readonly number[];
  readonly when: string;
}

/** Renders every template with all versions ready, with each one down and with each one alone, and reads the result. */
export function understand(
  routemap: RoutemapObject,
  spec: Routemap,
  kinds: ReadonlyMap<string, KindSettings>,
): Understanding {
  const versions = identities(spec, kinds);
  const context = { routemap, spec, kinds, versions };
  const primary = only(versions.length, 0);
  const [all, ...others] = statesOf(spec);
  const routes: UnderstoodRoute[] = [];
  const problems: Problem[] = [];
  for (const template of spec.templates) {
    const result = renderTemplate(context, template, all.weights, primary);
    problems.push(...result.problems);
    const corrections = correctionsOf(result.outputs, all);
    for (const state of result.problems.length > 0 ? [] : others) {
      const rendered = renderTemplate(context, template, state.weights, primary);
      problems.push(
        ...rendered.problems.map((problem) => ({ ...problem, message: `${problem.message} (${state.when})` })),
      );
      corrections.push(...correctionsOf(rendered.outputs, state));
    }
    for (const [key, rendered] of result.outputs) {
      const carries = kinds.get(template.kind)?.carries ?? true;
      const own = corrections.filter((correction) => correction.output === key);
      const first = own.filter((item, index) => own.findIndex((other) => other.key === item.key) === index);
      routes.push(
        readRendered(
          rendered,
          versions,
          carries,
          first.map(({ text }) => text),
        ),
      );
    }
  }
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
  versions: readonly VersionIdentity[],
  carries: boolean,
  corrections: readonly string[],
): UnderstoodRoute {
  const reading = readRoute(rendered.body);
  const base = {
    kind: stringAt(rendered.body, "kind") ?? "",
    name: rendered.id.name,
    template: rendered.template,
    corrections,
  };
  if (!reading.readable) return { ...base, unread: { carries, reason: reading.reason }, versions: [], unlisted: [] };
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
