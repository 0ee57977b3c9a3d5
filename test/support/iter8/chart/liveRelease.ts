import type { GroupVersionResource } from "../../../../src/kube/resource.js";
import { waitFor } from "../../plane/waitFor.js";
import type { Scene } from "../../scene.js";
import { configMaps, deployments, httpRoutes, services, virtualServices } from "../../scene.js";
import { samples } from "./combinations.js";
import type { VersionState } from "./meaning.js";
import { meant } from "./meaning.js";
import { modeAnnotation, modelStatus } from "./models.js";
import { chartRoutemap, servesModels, weightConfigsOf } from "./render.js";
import { arrivalText, send } from "../../requests/send.js";
import type { ChartValues } from "./values.js";
import { nameOf } from "./values.js";

export const inferenceServices: GroupVersionResource = {
  group: "serving.kserve.io",
  version: "v1beta1",
  resource: "inferenceservices",
};

const watched = { "iter8.tools/watch": "true" };

/** A release of Iter8's chart in a scene on an API server. */
export class LiveRelease {
  readonly routes: GroupVersionResource;

  constructor(
    readonly scene: Scene,
    readonly values: ChartValues,
  ) {
    this.routes = values.environment === "deployment-gtw" ? httpRoutes : virtualServices;
  }

  /** Applies the routemap and deploys every version. */
  async install(): Promise<void> {
    const routemap = chartRoutemap(this.values);
    if (routemap !== undefined) await this.scene.apply(configMaps, routemap);
    for (const index of this.values.versions.keys()) await this.deploy(index);
  }

  async deploy(index: number): Promise<void> {
    const name = nameOf(this.values, index);
    const config = { name: `${name}-weight-config`, labels: watched };
    if (weightConfigsOf(this.values).includes(index))
      await this.scene.apply(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata: config });
    if (!servesModels(this.values)) {
      await this.scene.deploy(name);
      return;
    }
    const mode = this.values.environment === "kserve-modelmesh-istio" ? "ModelMesh" : "Serverless";
    const metadata = { name, labels: watched, annotations: { [modeAnnotation]: mode } };
    const spec = { predictor: { model: { modelFormat: { name: "sklearn" }, storageUri: "pvc://models/m" } } };
    await this.scene.apply(inferenceServices, {
      apiVersion: "serving.kserve.io/v1beta1",
      kind: "InferenceService",
      metadata,
      spec,
    });
    await this.setReady(index, true);
  }

  /** What a kubelet would do with Pods, and KServe with the status of an InferenceService. */
  async setReady(index: number, ready: boolean): Promise<void> {
    const { namespace, kubelet, admin } = this.scene;
    const name = nameOf(this.values, index);
    if (!servesModels(this.values)) {
      await kubelet.setReady(namespace, { labels: { app: name } }, ready);
      return;
    }
    const status = modelStatus(this.values, name, ready, new Date().toISOString());
    await admin.patch(inferenceServices, { namespace, name }, { status }, { subresource: "status" });
  }

  /** Whether every object of a version carries our finalizer. */
  async isHeld(index: number): Promise<boolean> {
    const name = nameOf(this.values, index);
    const held = await Promise.all(this.kinds.map((kind) => this.scene.held(kind, name)));
    return held.every((isHeld) => isHeld);
  }

  /** Deletes a version and waits until it is gone. */
  async remove(index: number): Promise<void> {
    const name = nameOf(this.values, index);
    for (const kind of this.kinds) await this.scene.delete(kind, name);
    for (const kind of this.kinds) await this.scene.untilGone(kind, name, 30_000);
  }

  private get kinds(): readonly GroupVersionResource[] {
    return servesModels(this.values) ? [inferenceServices] : [deployments, services];
  }

  /** Where requests of every kind are that do not arrive as meant, one line each. */
  async strays(states: readonly VersionState[]): Promise<readonly string[]> {
    const route = await this.scene.find(this.routes, this.values.app);
    return samples.slice(0, 2).flatMap((request) => {
      const wanted = meant(this.values, states, request);
      const found = route === undefined ? "nowhere" : arrivalText(send(route, request));
      const expected = wanted === undefined ? "" : arrivalText(wanted);
      return found === expected ? [] : [`${request.called}: ${found}, not ${expected}`];
    });
  }

  /** Waits until everything arrives as meant. */
  async untilMeant(...states: readonly VersionState[]): Promise<void> {
    const { environment, strategy, app } = this.values;
    let last: readonly string[] = [];
    await waitFor(async () => (last = await this.strays(states)).length === 0, {
      describe: `${environment} ${strategy} with ${states.join(", ")}`,
      timeoutMs: 30_000,
    }).catch(async (error: unknown) => {
      const routemap = await this.scene.find(configMaps, `${app}-routemap`);
      const status = routemap?.metadata.annotations?.["iter8.tools/status"] ?? "not there";
      throw new Error(`${String(error)}; ${last.join("; ")}; the status is ${status}`);
    });
  }
}
