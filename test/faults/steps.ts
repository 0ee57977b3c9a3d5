import { systemClock } from "../../src/base/clock.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { App } from "../support/app.js";
import type { Revision } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { deployments, httpRoutes } from "../support/scene.js";
import type { Rig } from "./rig.js";
import { availabilityOf } from "./subjects.js";

/** No raise and no release for so long after a write of unknown outcome (docs/rules.md, "Unknown outcomes"). */
export const fence = 5000;
/** The fence and ten times the second that everything else may take. */
export const bound = fence + 10_000;

export const now = (): number => systemClock.monotonic();

/** How often the spec of a route was written. */
export async function generationOf(rig: Rig, name: string): Promise<number> {
  return (await rig.scene.find(httpRoutes, name))?.metadata.generation ?? 0;
}

/** Sets the weight annotation of the candidate, and others. */
export function weigh(app: App, weight: number, more: Readonly<Record<string, string>> = {}): Promise<KubeObject> {
  return app.scene.patch(deployments, app.version(2), {
    metadata: { annotations: { "iter8.tools/weight": String(weight), ...more } },
  });
}

/** An app whose primary has everything and whose candidate is listed but not there. */
export async function candidateToCome(rig: Rig, name: string, release = ""): Promise<App> {
  const app = rig.app(name);
  await rig.scene.routemap(name, app.spec() + release);
  await app.deploy(1);
  await app.untilShares(80, 0);
  return app;
}

/** Waits for the first revision since a moment in which a Deployment is available, or is not. */
export function availability(rig: Rig, name: string, status: "True" | "False", since: number): Promise<Revision> {
  return waitFor(
    () => rig.revisions("Deployment", name, since).find(({ object }) => availabilityOf(object) === status),
    { describe: `${name} to be Available=${status}` },
  );
}
