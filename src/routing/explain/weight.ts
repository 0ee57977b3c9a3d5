import type { VersionFacts } from "../facts.js";
import { names } from "../names.js";
import { carriesTraffic, outputKey } from "../observed.js";
import type { Plan } from "../plan.js";
import { describeRef } from "../routemap.js";
import type { Survey } from "../survey.js";
import { isConfirmed } from "../track.js";
import { effectiveWeight, percents } from "../weights.js";
import type { WeightExplanation } from "./explanation.js";

/** Where the weight of every version comes from, and how far it has got. */
export function explainWeights(s: Survey, plan: Plan): readonly WeightExplanation[] {
  const wanted = s.desire.weights;
  const shares = { wanted: percents(wanted), stored: percents(s.raw) };
  const confirmed = everyRouteConfirmed(s, plan);
  return s.facts.map((version) => {
    const { index } = version;
    const stored = s.raw[index] ?? 0;
    const percent = { wanted: shares.wanted[index] ?? 0, stored: shares.stored[index] ?? 0 };
    const weights = { wanted: wanted[index] ?? 0, stored };
    return confirmed
      ? {
          ...sourceOf(version, stored),
          ...weights,
          confirmed: stored,
          percent: { ...percent, confirmed: percent.stored },
        }
      : { ...sourceOf(version, stored), ...weights, percent };
  });
}

function everyRouteConfirmed(s: Survey, plan: Plan): boolean {
  const ids = [...s.own, ...plan.decisions.map((decision) => decision.rendered.id)];
  const carrying = ids.filter((id) => carriesTraffic(s.observed, id));
  const keys = new Set(carrying.map(outputKey));
  return (
    keys.size > 0 &&
    carrying.every((id) => {
      const track = s.observed.track(id);
      return track !== undefined && isConfirmed(track);
    })
  );
}

function sourceOf(version: VersionFacts, stored: number): Pick<WeightExplanation, "asked" | "source" | "from"> {
  const { spec, index } = version;
  if (spec === undefined) return { asked: 0, source: "left", from: "the version is no longer in the spec" };
  const annotations = version.resources.map((resource) => resource.object?.metadata.annotations);
  const { weight, source, resource } = effectiveWeight({
    version: spec,
    annotations,
    stored,
    path: `versions[${index}]`,
  });
  return { asked: weight, source, from: describeSource(version, source, resource) };
}

function describeSource(
  version: VersionFacts,
  source: ReturnType<typeof effectiveWeight>["source"],
  resource: number | undefined,
): string {
  const ref = resource === undefined ? undefined : version.resources[resource]?.ref;
  const annotation = `annotation ${names.weight} of ${ref === undefined ? "a resource" : describeRef(ref)}`;
  switch (source) {
    case "annotation":
      return annotation;
    case "kept":
      return `the stored weight, since the ${annotation} is no integer`;
    case "spec":
      return `versions[${version.index}].weight of the spec`;
    case "default":
      return "the default, as neither an annotation nor the spec gives one";
  }
}
