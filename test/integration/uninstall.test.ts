import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import { App } from "../support/app.js";
import type { Ended } from "../support/commandProcess.js";
import { CommandProcess } from "../support/commandProcess.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { quickConfig } from "../support/controllerProcess.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, finalizer, httpRoutes, Scene, services } from "../support/scene.js";

let folder: string;
let configFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-uninstall-"));
  configFile = join(folder, "config.yaml");
  await writeFile(configFile, quickConfig);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let scene: Scene;
let controller: ControllerProcess;
beforeEach(async () => {
  scene = await Scene.open("uninstall");
  controller = await scene.controller();
}, 60_000);
afterEach(() => scene.close(), 60_000);

/** The command for this scene's namespace, with the shipped account unless told. */
async function start(...words: readonly string[]): Promise<CommandProcess> {
  const { kubeconfig } = await scene.account();
  const place = ["--namespace", scene.namespace, "--kubeconfig", kubeconfig, "--config", configFile];
  return CommandProcess.start(["uninstall", ...place, ...words]);
}

async function uninstall(...words: readonly string[]): Promise<Ended> {
  return (await start(...words)).ended;
}

/** Names of everything in the namespace that carries our finalizer. */
async function held(): Promise<readonly string[]> {
  const lists = await Promise.all(
    [deployments, services, configMaps].map((kind) => scene.admin.list(kind, scene.namespace)),
  );
  const found = lists.flat().filter(({ metadata }) => metadata.finalizers?.includes(finalizer) === true);
  return found.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort();
}

function marks(route: KubeObject | undefined): JsonObject {
  const { labels = {}, annotations = {}, ownerReferences = [] } = route?.metadata ?? {};
  return {
    owners: ownerReferences,
    ours: [...Object.keys(labels), ...Object.keys(annotations)].filter((name) => name.startsWith("iter8.tools/")),
  };
}

const nobodys = { owners: [], ours: [] };

/** What only a writer of routes changes; gateways report whenever they like. */
function withoutStatus(route: KubeObject | undefined): JsonObject {
  const { labels, annotations, ownerReferences, generation } = route?.metadata ?? {};
  const owners = ownerReferences?.map(({ uid }) => uid);
  return { labels, annotations, owners, generation, spec: route?.["spec"] };
}

describe("uninstall", () => {
  it("brings all traffic to the primary, with the controller dead, and leaves nothing of ours but routes", async () => {
    const app = await new App(scene, "app").whole();
    await controller.kill();
    const { code, out, err } = await uninstall();
    expect({ code, out: out.split("\n").at(-2) }).toEqual({
      code: 0,
      out: expect.stringContaining("no object carries"),
    });
    expect(err).toContain("took the Lease");
    expect(await held()).toEqual([]);
    expect(await scene.shares("app")).toBe(app.shares(1, 0));
    expect(marks(await scene.find(httpRoutes, "app"))).toEqual(nobodys);
    await scene.delete(configMaps, "app");
    await app.remove(2);
    await app.untilGone(2);
    expect(await scene.shares("app")).toBe(app.shares(1, 0));
  }, 90_000);

  it("takes the Lease from a living controller, which ends; one that comes back holds and writes nothing", async () => {
    const app = await new App(scene, "app").whole();
    const report = await uninstall("-o", "json");
    expect(JSON.parse(report.out)).toMatchObject({ complete: true, left: [], blind: [] });
    expect(await controller.end()).toBe(1);
    expect(await held()).toEqual([]);
    await scene.controller();
    await scene.untilCondition("app", "NotOurs");
    expect(await held()).toEqual([]);
    expect(await scene.shares("app")).toBe(app.shares(1, 0));
  }, 90_000);

  it("does not let a candidate go before its traffic is back and settled", async () => {
    const app = await new App(scene, "app").whole();
    await controller.kill();
    await scene.gateway.stop();
    await scene.delete(deployments, app.version(2));
    const running = await start();
    await scene.untilShares("app", app.shares(1, 0), 30_000);
    // No gateway confirms, so it is held for the whole of confirmTimeout, settle and drain.
    expect(await scene.held(deployments, app.version(2))).toBe(true);
    expect((await running.ended).code).toBe(0);
    expect(await held()).toEqual([]);
    await scene.untilGone(deployments, app.version(2));
  }, 90_000);

  it("leaves the routes as they are with --routes freeze, and gives them up all the same", async () => {
    const app = await new App(scene, "app").whole();
    await controller.kill();
    const before = await scene.find(httpRoutes, "app");
    const { code } = await uninstall("--routes", "freeze");
    expect(code).toBe(0);
    const after = await scene.find(httpRoutes, "app");
    expect(after?.["spec"]).toEqual(before?.["spec"]);
    expect(marks(after)).toEqual(nobodys);
    expect(await scene.shares("app")).toBe(app.shares(80, 20));
    expect(await held()).toEqual([]);
  }, 90_000);

  it("writes nothing in a dry run, and says what it would do", async () => {
    const app = await new App(scene, "app").whole();
    const before = await scene.find(httpRoutes, "app");
    const { code, out } = await uninstall("--dry-run");
    expect(code).toBe(0);
    expect(out).toContain(`routemap ${scene.namespace}/app: 80 % app-v1, 20 % app-v2 now, then app-v1`);
    expect(out).toContain(`HTTPRoute ${scene.namespace}/app: would be given up`);
    expect(out).toContain("1 routes would be given up and 4 objects released");
    expect(withoutStatus(await scene.find(httpRoutes, "app"))).toEqual(withoutStatus(before));
    expect(await app.held(2)).toBe(true);
    expect(controller.exitCode).toBeUndefined();
  }, 60_000);

  it("finishes what a run began that was killed, wherever that was", async () => {
    const app = await new App(scene, "app").whole();
    await new App(scene, "more").whole();
    await controller.kill();
    for (const sign of ["TrafficReturned", ": given up", ": released"]) {
      const running = await start();
      await Promise.race([
        waitFor(() => running.err.includes(sign), { describe: sign, timeoutMs: 40_000 }),
        running.ended,
      ]);
      running.child.kill("SIGKILL");
      await running.ended;
    }
    const { code } = await uninstall();
    expect(code).toBe(0);
    expect(await held()).toEqual([]);
    for (const name of ["app", "more"]) expect(marks(await scene.find(httpRoutes, name))).toEqual(nobodys);
    expect(await scene.shares("app")).toBe(app.shares(1, 0));
  }, 180_000);

  it("does nothing the second time, and brings no deleted route back", async () => {
    await new App(scene, "app").whole();
    await controller.kill();
    await uninstall();
    await scene.delete(httpRoutes, "app");
    const { code, out } = await uninstall();
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("it has no routes") });
    expect(await scene.find(httpRoutes, "app")).toBeUndefined();
  }, 90_000);

  it("finds what lost its label and what no routemap names, also on a ConfigMap", async () => {
    await controller.kill();
    await scene.deploy("stray", { labels: { "iter8.tools/watch": "false" } });
    for (const kind of [deployments, services])
      await scene.patch(kind, "stray", { metadata: { finalizers: [finalizer] } });
    const metadata = { name: "left", finalizers: ["example.com/theirs", finalizer] };
    await scene.apply(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata });
    const { code } = await uninstall();
    expect(code).toBe(0);
    expect(await held()).toEqual([]);
    expect((await scene.find(configMaps, "left"))?.metadata.finalizers).toEqual(["example.com/theirs"]);
    await scene.patch(configMaps, "left", { metadata: { finalizers: null } });
  }, 90_000);

  it("brings traffic back by what the routes themselves tell where the routemap cannot be decoded", async () => {
    const app = await new App(scene, "app").whole();
    await controller.kill();
    await scene.patch(configMaps, "app", { data: { strSpec: "versions: 7" } });
    const { code } = await uninstall();
    expect(code).toBe(0);
    expect(await held()).toEqual([]);
    // Nothing can be rendered, so the candidate's weight is cut out of the route as it is.
    expect(await scene.shares("app")).toBe(app.shares(80, 0));
    expect(marks(await scene.find(httpRoutes, "app"))).toEqual(nobodys);
  }, 90_000);

  it("leaves the routes of a paused routemap, says so, and releases what it held", async () => {
    const app = await new App(scene, "app").whole();
    await controller.kill();
    await scene.patch(configMaps, "app", { metadata: { annotations: { "iter8.tools/paused": "true" } } });
    const { code, out } = await uninstall();
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("its routes stay as they are") });
    expect(out).toContain("the routemap is paused");
    expect(await held()).toEqual([]);
    expect(await scene.shares("app")).toBe(app.shares(80, 20));
    expect(marks(await scene.find(httpRoutes, "app"))).toEqual(nobodys);
  }, 90_000);

  it("ends with 1 and the list where something is left", async () => {
    const app = await new App(scene, "app").whole();
    await controller.kill();
    await scene.gateway.stop();
    const { code, out } = await uninstall("--timeout", "1ms");
    expect(code).toBe(1);
    expect(out).toContain(`Deployment ${scene.namespace}/app-v2: left (its traffic is not back`);
    expect(out).toContain("objects still carry iter8.tools/finalizer");
    expect(await app.held(2)).toBe(true);
  }, 90_000);
});

describe("the controller", () => {
  it("takes no finalizer off when it is told to end", async () => {
    await new App(scene, "app").whole();
    const before = await held();
    controller.signal("SIGTERM");
    expect(await controller.end()).toBe(0);
    expect(before).toHaveLength(4);
    expect(await held()).toEqual(before);
  }, 60_000);
});
