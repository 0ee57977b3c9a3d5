import { expect, it } from "@jest/globals";

import { App } from "../support/app.js";
import { waitFor } from "../support/plane/waitFor.js";
import { deployments, finalizer, Scene, services } from "../support/scene.js";

const namespaces = { group: "", version: "v1", resource: "namespaces" };

it("row 26: a namespace that is deleted loses our finalizers within a second, and goes", async () => {
  const scene = await Scene.open("ends");
  try {
    const controller = await scene.controller();
    const app = await new App(scene, "app").whole();
    await app.untilHeld(1);
    await app.untilHeld(2);
    const begun = performance.now();
    await scene.admin.delete(namespaces, { name: scene.namespace }, { propagationPolicy: "Background" });
    const isHeld = async (): Promise<boolean> => {
      const objects = [
        ...(await scene.admin.list(deployments, scene.namespace)),
        ...(await scene.admin.list(services, scene.namespace)),
      ];
      return objects.some((object) => object.metadata.finalizers?.includes(finalizer) === true);
    };
    await waitFor(async () => !(await isHeld()), { describe: "our finalizers to go", timeoutMs: 10_000 });
    expect(performance.now() - begun).toBeLessThan(10_000);
    // Its rights go with the namespace.
    await controller.kill();
    await waitFor(async () => (await scene.admin.find(namespaces, { name: scene.namespace })) === undefined, {
      describe: "the namespace to go",
      timeoutMs: 60_000,
    });
  } finally {
    await scene.close();
  }
}, 120_000);
