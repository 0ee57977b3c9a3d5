import type { JsonObject } from "../base/json.js";
import { arrayAt, canonicalJson, isObject, objectAt, stringAt } from "../base/json.js";
import type { KubeObject } from "../kube/object.js";
import type { Decision } from "./decide.js";
import { serviceOfHost } from "./reader/backend.js";
import { readRoute } from "./reader/read.js";
import type { Rendered } from "./render/render.js";
import { withSpec } from "./render/render.js";
import type { Backend, Destination } from "./route.js";
import type { Survey } from "./survey.js";

type Subset = Extract<Backend, { kind: "subset" }>;

const destinationRule = "DestinationRule";

/**
 * A DestinationRule with those subsets of the stored one that some stored route of this routemap still names: they go
 * after the route has let them go, whatever became of their versions (docs/rules.md, "Routes without a template").
 */
export function keepSubsets(
  s: Survey,
  rendered: Rendered,
  stored: KubeObject | undefined,
  weights: readonly number[],
): Rendered {
  if (stringAt(rendered.body, "kind") !== destinationRule || stored === undefined) return rendered;
  const subsets = arrayAt(rendered.body, "spec", "subsets");
  const known = new Set(subsets.map((subset) => stringAt(subset, "name")));
  const named = new Set(namedSubsets(s, stored));
  const kept = arrayAt(stored, "spec", "subsets").filter((subset) => {
    const name = stringAt(subset, "name");
    return name !== undefined && !known.has(name) && named.has(name);
  });
  if (kept.length === 0) return rendered;
  const spec = { ...objectAt(rendered.body, "spec"), subsets: [...subsets, ...kept] };
  return withSpec(rendered, spec, weights, s.versions);
}

/** Names of the subsets of a DestinationRule's Service that stored routes of this routemap name, with whatever weight. */
function namedSubsets(s: Survey, rule: KubeObject): readonly string[] {
  return s.own.flatMap((id) => {
    const seen = s.observed.output(id);
    const object = seen.state === "seen" ? seen.object : undefined;
    if (object === undefined || object.kind === destinationRule) return [];
    return subsetsOf(object, () => true).flatMap((subset) => (isOfRule(s, rule, subset) ? [subset.subset] : []));
  });
}

/**
 * Why a route must not be written yet: it would lead to a subset that a DestinationRule of this routemap is to define
 * and does not, or defines otherwise. Undefined where it may be.
 */
export function undefinedSubset(s: Survey, main: Decision, auxiliary: readonly Decision[]): string | undefined {
  if (main.kind !== "write") return undefined;
  for (const subset of subsetsOf(main.rendered.body, ({ weight }) => weight > 0)) {
    const stored = s.observed.subsetLabels(subset, subset.subset);
    const blocking = auxiliary.some((decision) => {
      const wanted = definition(s, decision.rendered.body, subset);
      if (wanted === undefined || decision.kind === "current") return false;
      if (decision.kind === "write") return stored === undefined || canonicalJson(stored) !== canonicalJson(wanted);
      return stored === undefined && !(decision.kind === "blocked" && decision.condition === "Unseen");
    });
    if (blocking) return `no DestinationRule defines subset ${subset.subset} of Service ${subset.name} yet`;
  }
  return undefined;
}

function definition(s: Survey, rule: JsonObject, subset: Subset): JsonObject | undefined {
  if (stringAt(rule, "kind") !== destinationRule || !isOfRule(s, rule, subset)) return undefined;
  const found = arrayAt(rule, "spec", "subsets").find((candidate) => stringAt(candidate, "name") === subset.subset);
  return isObject(found) ? objectAt(found, "labels") : undefined;
}

function isOfRule(s: Survey, rule: JsonObject, subset: Subset): boolean {
  const host = serviceOfHost(stringAt(rule, "spec", "host") ?? "", s.observed.routemap.namespace);
  return host?.name === subset.name && host.namespace === subset.namespace;
}

function subsetsOf(route: JsonObject, wanted: (destination: Destination) => boolean): readonly Subset[] {
  const reading = readRoute(route);
  if (!reading.readable) return [];
  return reading.rules
    .flatMap(({ destinations }) => destinations.filter(wanted))
    .flatMap(({ backend }) => (backend.kind === "subset" ? [backend] : []));
}
