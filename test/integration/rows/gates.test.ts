import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../../src/base/clock.js";
import type { KubeObject } from "../../../src/kube/object.js";
import type { ControllerProcess } from "../../support/controllerProcess.js";
import { dwell, dwelling, FlappingApp, weightsOf } from "../../support/flapping.js";
import { OwnStatus, ready, widgetConfig, widgets } from "../../support/ownStatus.js";
import type { Recorder, Revision } from "../../support/plane/recorder.js";
import { recordRevisions } from "../../support/plane/recorder.js";
import { configMaps, httpRoutes, routeTemplate, Scene } from "../../support/scene.js";

const isvcs = { group: "serving.kserve.io", version: "v1beta1", resource: "inferenceservices" };

let scene: Scene;
let record: Recorder;
let controller: ControllerProcess;
let status: OwnStatus;
beforeAll(async () => {
  scene = await Scene.open("row-gates");
  status = new OwnStatus(scene);
  await (await scene.account()).allow(widgets, ["get", "list", "watch"]);
  record = await recordRevisions(scene.admin, scene.namespace, httpRoutes, isvcs, configMaps);
  controller = await scene.controller({ config: widgetConfig, flags: ["--leader-elect=false"] });
}, 60_000);
afterAll(async () => {
  await record.stop();
  await scene.close();
}, 60_000);

const revisionsOf = (name: string): readonly Revision[] =>
  record.revisions.filter(({ object }) => object.metadata.name === name);

describe("row 37: readiness that flaps at 20 Hz", () => {
  it("takes the weight once, and gives it back once the answer has stood", async () => {
    const app = new FlappingApp(scene, record, "flap");
    await app.serve();
    await app.expectDamped(5, controller);
  }, 60_000);
});

describe("row 36: an InferenceService whose observedGeneration is its Deployment's", () => {
  const raw = { predictor: { model: { modelFormat: { name: "sklearn" }, storageUri: "gs://a/b" } } };
  const upToDate = { modelStatus: { transitionStatus: "UpToDate" } };
  const raises = (): readonly Revision[] => revisionsOf("model").filter((revision) => weightsOf(revision) === "80/20");

  it("is not raised on a Ready that is older than its spec, nor before its answer has stood, but then", async () => {
    const lines = [80, 20].map(
      (weight, index) =>
        `- {name: v${index + 1}, weight: ${weight}, resources: [{gvrShort: isvc, name: model-v${index + 1}}]}`,
    );
    const template = routeTemplate("model", "model-v1-predictor", "model-v2-predictor");
    await scene.routemap("model", `versions:\n${lines.join("\n")}\n${template}${dwelling}`);
    for (const name of ["model-v1", "model-v2"]) await status.create(isvcs, "InferenceService", name, raw);
    await status.set(isvcs, "model-v1", { ...ready("True"), ...upToDate });
    const loading = { modelStatus: { transitionStatus: "InProgress" } };
    await status.set(isvcs, "model-v2", { ...ready("True"), ...loading, observedGeneration: 99 });
    await scene.untilShares("model", "model-v1-predictor=80 model-v2-predictor=0");
    await edit("gs://a/c");
    await status.set(isvcs, "model-v2", { ...ready("True"), ...upToDate, observedGeneration: 99 });
    const stale = await status.set(isvcs, "model-v2", { ...ready("False"), ...loading });
    await untilBeacon();
    await record.caughtUp();
    expect(raises()).toEqual([]);
    const told = systemClock.monotonic();
    const fresh = await status.set(isvcs, "model-v2", { ...ready("True"), ...upToDate, observedGeneration: 1 });
    expect(fresh.metadata.generation).toBeGreaterThan(1);
    await scene.untilShares("model", "model-v1-predictor=80 model-v2-predictor=20");
    await record.caughtUp();
    expect((raises()[0]?.at ?? 0) - told).toBeGreaterThan(dwell);
    expect(stale.metadata.generation).toBe(fresh.metadata.generation);
  }, 60_000);

  const edit = (storageUri: string): Promise<KubeObject> =>
    scene.patch(isvcs, "model-v2", { spec: { predictor: { model: { storageUri } } } });

  /** Waits for the route of another routemap whose one version must stand as long: what came before has been judged. */
  async function untilBeacon(): Promise<void> {
    const spec = `versions: [{resources: [{gvrShort: widget, name: beacon}]}, {resources: [{gvrShort: widget, name: beacon-2}]}]\n`;
    await scene.routemap("beacon", spec + routeTemplate("beacon", "beacon", "beacon-2") + dwelling);
    for (const name of ["beacon", "beacon-2"]) {
      await status.create(widgets, "Widget", name, { size: 1 });
      await status.set(widgets, name, ready("True"));
    }
    await scene.untilShares("beacon", "beacon=1 beacon-2=1");
  }
});
