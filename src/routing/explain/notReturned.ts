import { outputKey } from "../observed.js";
import { cause } from "./cause.js";
import type { Cause } from "./explanation.js";
import type { VersionScene } from "./versionScene.js";
import { aboutVersion, obstacle } from "./versionScene.js";

/** It is to have nothing and still has something. */
export function notReturned(scene: VersionScene): readonly Cause[] {
  const { plan, version, weight } = scene;
  if (weight.wanted > 0 || weight.stored === 0) return [];
  const about = aboutVersion(scene);
  const carrying = plan.decisions.filter(
    ({ rendered }) => (scene.s.stored.get(outputKey(rendered.id))?.raw[version.index] ?? 0) > 0,
  );
  const obstacles = carrying.flatMap((decision) => obstacle(scene, decision));
  const returning = cause("waiting", "Returning", "its traffic is being returned", about);
  return obstacles.length > 0 ? obstacles : [returning];
}
