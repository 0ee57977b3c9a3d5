import type { VersionFacts } from "../facts.js";
import { names } from "../names.js";
import { cause } from "./cause.js";
import type { Cause } from "./explanation.js";
import type { VersionScene } from "./versionScene.js";
import { aboutVersion, fromVerdict, refusedHold } from "./versionScene.js";

/** Traffic is not meant for it now: a brake, a gate, or its weight. */
export function notWanted(scene: VersionScene): readonly Cause[] {
  const { s, version, weight } = scene;
  if (!version.listed) return [];
  const about = aboutVersion(scene);
  if (isNotDeployed(version)) {
    const message = `none of its objects exists, or they lack the label ${names.watchLabel}: "true"`;
    return [cause("info", "NotDeployed", message, about)];
  }
  const found: Cause[] = [];
  const deleting = new Set(["Deleting", "NamespaceTerminating"]);
  const refused = version.verdicts.filter(({ answer, reason }) => answer === "notReady" && !deleting.has(reason));
  const blind = version.answer === "unseen" ? version.verdicts.filter(({ answer }) => answer === "unseen") : [];
  found.push(...[...refused, ...blind].map((verdict) => fromVerdict(scene, verdict)));
  if (weight.wanted > 0) return found;
  if (s.desire.rule === "force-primary")
    found.unshift(
      cause("waiting", "ForcePrimary", "the routemap is annotated to send everything to the primary", about),
    );
  if (s.observed.memory.unholdable.has(version.name)) found.push(refusedHold(about));
  if (weight.asked === 0 && version.answer === "ready" && s.desire.rule === "weights")
    found.push(cause("info", "WeightZero", `its weight is 0 by ${weight.from}`, about));
  if (found.length === 0 && version.answer === "ready")
    found.push(cause("waiting", "Fallback", `traffic goes by the rule ${s.desire.rule}, which leaves it out`, about));
  return found;
}

/** A candidate that is yet to come, or has gone: no fault of anybody, unlike one of which a part is missing. */
function isNotDeployed({ index, resources }: VersionFacts): boolean {
  return (
    index > 0 &&
    resources.length > 0 &&
    resources.every(({ verdicts }) => verdicts.some(({ reason }) => reason === "NotFound"))
  );
}
