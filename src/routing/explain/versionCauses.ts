import { cause } from "./cause.js";
import type { Cause } from "./explanation.js";
import { going } from "./going.js";
import { notConfirmed } from "./notConfirmed.js";
import { notRaised } from "./notRaised.js";
import { notReturned } from "./notReturned.js";
import { notWanted } from "./notWanted.js";
import type { VersionScene } from "./versionScene.js";
import { aboutVersion } from "./versionScene.js";

/** Why a version has the traffic that it has, most decisive first; never empty. */
export function versionCauses(scene: VersionScene): readonly Cause[] {
  const { weight } = scene;
  const found = [
    ...going(scene),
    ...notWanted(scene),
    ...notRaised(scene),
    ...notReturned(scene),
    ...notConfirmed(scene),
  ];
  if (found.length > 0) return found;
  const about = aboutVersion(scene);
  if (weight.stored > 0)
    return [cause("info", "Serving", `it is ready and gets ${weight.percent.stored} % of the traffic`, about)];
  return [cause("info", "Idle", "it gets no traffic, and none is meant for it", about)];
}
