import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { OtherWriters } from "../support/otherWriters.js";
import { deployments, Scene, services } from "../support/scene.js";

let scene: Scene;
let controller: ControllerProcess;
beforeAll(async () => {
  scene = await Scene.open("foreground");
  controller = await scene.controller();
}, 60_000);
afterAll(async () => scene.close(), 60_000);

describe("a candidate that is deleted in the foreground", () => {
  it("row 20: loses its traffic at once, is told about with the way to avoid it, and goes", async () => {
    const app = await new App(scene, "argo").whole();
    await scene.delete(deployments, app.version(2), { propagationPolicy: "Foreground" });
    await app.untilShares(80, 0);
    await new OtherWriters(scene).untilEvent(
      app.version(2),
      "DeletedInForeground",
      "PrunePropagationPolicy=background",
    );
    expect(await controller.metric("pointsman_candidate_deleted_foreground_total")).toBe(1);
    await scene.untilGone(deployments, app.version(2));
    await scene.delete(services, app.version(2));
    await app.untilGone(2);
  }, 60_000);
});
