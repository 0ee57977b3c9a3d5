import type { VersionFacts } from "./facts.js";
import { stableSince } from "./gates/damping.js";
import type { Now, Observed } from "./observed.js";

/**
 * Monotonic time from which a version may be raised: its gates have been open for `minStable`, and no release of one
 * of its objects is of unknown outcome. Undefined where it is not ready (docs/rules.md, "Damping").
 */
export function raiseAllowedAt(
  version: VersionFacts,
  observed: Observed,
  minStable: number | undefined,
  now: Now,
): number | undefined {
  if (!version.listed || version.answer !== "ready") return undefined;
  if (version.resources.some((resource) => observed.memory.uncertain.has(resource.object?.metadata.uid ?? "")))
    return undefined;
  const sighting = observed.memory.sightings.get(version.name);
  const since = stableSince(version.verdicts, sighting, now.server);
  const needed =
    minStable ?? Math.max(...version.resources.map((r) => r.kind.minStable ?? observed.config.release.minStable));
  return now.monotonic + Math.max(0, since + needed - now.server);
}
