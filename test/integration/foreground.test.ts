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
  it("row 20: loses its traffic at once and goes, and is told about where it was seen in time", async () => {
    // The collector may be done with an object before anybody has seen it, so one of several must have been seen.
    let told = 0;
    for (const name of ["argo-a", "argo-b", "argo-c", "argo-d"]) {
      const app = await new App(scene, name).whole();
      await scene.delete(deployments, app.version(2), { propagationPolicy: "Foreground" });
      await app.untilShares(80, 0);
      await scene.untilGone(deployments, app.version(2));
      await scene.delete(services, app.version(2));
      await app.untilGone(2);
      told = await controller.metric("pointsman_candidate_deleted_foreground_total");
      if (told === 0) continue;
      const others = new OtherWriters(scene);
      await others.untilEvent(app.version(2), "DeletedInForeground", "PrunePropagationPolicy=background");
      break;
    }
    expect(told).toBe(1);
  }, 60_000);
});
