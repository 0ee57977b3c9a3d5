import { afterAll, beforeAll, describe, it } from "@jest/globals";

import type { ControllerProcess } from "../../support/controllerProcess.js";
import { FlappingApp } from "../../support/flapping.js";
import { widgetConfig, widgets } from "../../support/ownStatus.js";
import type { Recorder } from "../../support/plane/recorder.js";
import { recordRevisions } from "../../support/plane/recorder.js";
import { httpRoutes, Scene } from "../../support/scene.js";

let scene: Scene;
let record: Recorder;
let controller: ControllerProcess;
beforeAll(async () => {
  scene = await Scene.open("row-flapping");
  await (await scene.account()).allow(widgets, ["get", "list", "watch"]);
  record = await recordRevisions(scene.admin, scene.namespace, httpRoutes);
  controller = await scene.controller({ config: widgetConfig, flags: ["--leader-elect=false"] });
}, 60_000);
afterAll(async () => {
  await record.stop();
  await scene.close();
}, 60_000);

describe("row 37: readiness that flaps at 20 Hz for a minute", () => {
  it("changes the weights at most once in the time for which an answer must stand", async () => {
    const app = new FlappingApp(scene, record, "minute");
    await app.serve();
    await app.expectDamped(60, controller);
  }, 120_000);
});
