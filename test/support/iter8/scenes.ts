import type { GroupVersionResource } from "../../../src/kube/resource.js";
import { waitFor } from "../plane/waitFor.js";
import type { Scene } from "../scene.js";
import { configMaps } from "../scene.js";
import type { Iter8File } from "./fixtures.js";
import { iter8Routemap, leadsTo } from "./fixtures.js";

/** What Iter8's charts call the routemap of the app httpbin. */
export const routemap = "httpbin-routemap";

/** Applies a routemap as a chart would, in the scene's namespace. */
export async function applyRoutemap(scene: Scene, file: Iter8File): Promise<void> {
  await scene.apply(configMaps, await iter8Routemap(file, scene.namespace));
}

/** Waits until the app's route leads where `leadsTo` says. */
export async function untilLeadsTo(
  scene: Scene,
  gvr: GroupVersionResource,
  wanted: string,
  timeoutMs = 15_000,
): Promise<void> {
  let last = "";
  await waitFor(async () => (last = leadsTo(await scene.find(gvr, "httpbin"))) === wanted, {
    describe: `httpbin to lead to "${wanted}"`,
    timeoutMs,
  }).catch(async (error: unknown) => {
    const status = (await scene.find(configMaps, routemap))?.metadata.annotations?.["iter8.tools/status"];
    throw new Error(`${String(error)}; it leads to "${last}"; the status is ${status ?? "not there"}`);
  });
}

/** A version's Deployment and Service, with the ConfigMap that may carry its weight if the chart makes one. */
export async function deployVersion(scene: Scene, index: number, weightConfig = false): Promise<void> {
  await scene.deploy(`httpbin-${index}`);
  if (weightConfig) await setWeight(scene, index, undefined);
}

/** Writes a version's weight the way Iter8's users do: an annotation of a ConfigMap of its own. */
export async function setWeight(scene: Scene, index: number, weight: string | undefined): Promise<void> {
  const annotations = weight === undefined ? {} : { "iter8.tools/weight": weight };
  const metadata = { name: `httpbin-${index}-weight-config`, labels: { "iter8.tools/watch": "true" }, annotations };
  await scene.apply(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata });
}
