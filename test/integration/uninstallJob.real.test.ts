import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { numberAt, stringAt } from "../../src/base/json.js";
import { App } from "../support/app.js";
import { CommandProcess } from "../support/commandProcess.js";
import { quickConfig } from "../support/controllerProcess.js";
import { cage } from "../support/install/cage.js";
import { jobInvocationOf } from "../support/install/jobInvocation.js";
import { writeOverlay } from "../support/install/overlay.js";
import { one, render } from "../support/install/render.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, finalizer, Scene, services } from "../support/scene.js";

const namespaces = { group: "", version: "v1", resource: "namespaces" };

describe("uninstall by the component's Job", () => {
  let folder: string;
  let scene: Scene;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pointsman-uninstall-"));
    scene = await Scene.open("uninstall-job");
  }, 60_000);
  afterAll(async () => {
    await scene.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it("row 33: is what the component's Job runs, with the shipped account, its rights, in its cage; then its namespace can go", async () => {
    const controller = await scene.controller();
    const app = await new App(scene, "app").whole();
    await controller.kill();
    await cage(scene.plane, scene.namespace);
    const inner = await writeOverlay({ base: "namespace", over: { namespace: scene.namespace } });
    const outer = await writeOverlay({ base: inner, components: ["uninstall"] });
    const rendered = await render(outer);
    expect(numberAt(one(rendered, "Deployment", "pointsman"), "spec", "replicas")).toBe(0);
    expect(stringAt(one(rendered, "Job", "pointsman-uninstall"), "metadata", "namespace")).toBe(scene.namespace);
    const { words, env, configFile: mounted, config, namespace, account } = jobInvocationOf(rendered);
    const file = join(folder, "job.yaml");
    await writeFile(file, `${config}\n${quickConfig.replace(/^clusterScoped.*$/m, "")}`);
    const token = await scene.plane.tokenOf(namespace, account);
    const kubeconfig = await scene.plane.kubeconfigFor(token, namespace);
    const { code, err } = await CommandProcess.start(
      words.map((word) => (word === mounted ? file : word)),
      { ...env, KUBECONFIG: kubeconfig },
    ).ended;
    expect({ code, err }).toEqual({ code: 0, err: expect.not.stringMatching(/forbidden/i) });
    const lists = await Promise.all(
      [deployments, services, configMaps].map((kind) => scene.admin.list(kind, scene.namespace)),
    );
    expect(lists.flat().filter(({ metadata }) => metadata.finalizers?.includes(finalizer) === true)).toEqual([]);
    expect(await scene.shares("app")).toBe(app.shares(1, 0));
    await Promise.all([inner, outer].map((path) => rm(path, { recursive: true, force: true })));
    const home = { name: scene.namespace };
    await scene.admin.delete(namespaces, home, { propagationPolicy: "Background" });
    await waitFor(async () => (await scene.admin.find(namespaces, home)) === undefined, {
      describe: "the namespace to go",
      timeoutMs: 60_000,
    });
  }, 120_000);
});
