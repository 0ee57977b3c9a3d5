import { afterAll, beforeAll, describe, it } from "@jest/globals";

import { App } from "../support/app.js";
import { waitFor } from "../support/plane/waitFor.js";
import { deployments, Scene, services } from "../support/scene.js";

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open("foreground");
  await scene.controller();
}, 60_000);
afterAll(async () => scene.close(), 60_000);

describe("a candidate that is deleted in the foreground", () => {
  it("loses its traffic at once, is told about with the way to avoid it, and goes", async () => {
    const app = await new App(scene, "argo").whole();
    await scene.delete(deployments, app.version(2), { propagationPolicy: "Foreground" });
    await app.untilShares(80, 0);
    await waitFor(async () => (await scene.eventReasons(app.version(2))).includes("DeletedInForeground"), {
      describe: "the Event",
    });
    await scene.untilGone(deployments, app.version(2));
    await scene.delete(services, app.version(2));
    await app.untilGone(2);
  }, 60_000);
});
