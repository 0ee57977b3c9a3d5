import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, numberAt, objectAt } from "../../src/base/json.js";
import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { violations } from "../support/invariants.js";
import { kubeconfigText } from "../support/plane/credentialFiles.js";
import type { Recorder } from "../support/plane/recorder.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { Relay } from "../support/relay.js";
import { configMaps, deployments, httpRoutes, routeTemplate, Scene, services } from "../support/scene.js";

const roles = { group: "rbac.authorization.k8s.io", version: "v1", resource: "roles" };
const bindings = { group: "rbac.authorization.k8s.io", version: "v1", resource: "rolebindings" };
const account = "controller";

/** A refused watch is tried again after 10 to 30 s. */
const patience = 45_000;

describe("a controller that may not see everything", () => {
  let scene: Scene;
  let app: App;
  let relay: Relay;
  let record: Recorder;
  let controller: ControllerProcess;
  let generation = 0;

  beforeAll(async () => {
    scene = await Scene.open("blindness");
    record = await recordRevisions(scene.admin, scene.namespace, deployments, services, httpRoutes, configMaps);
    const seeing = await scene.controller({ flags: ["--leader-elect=false"] });
    app = await new App(scene, "app").whole();
    generation = await routeGeneration();
    await seeing.kill();
    relay = await Relay.start(Number(new URL(scene.plane.url).port));
  }, 60_000);
  afterAll(async () => {
    await scene.close();
    await relay.close();
  }, 60_000);

  const routeGeneration = async (): Promise<number> => (await scene.find(httpRoutes, "app"))?.metadata.generation ?? 0;

  /** Gives the controller's account all rights in the namespace but those on the given resources. */
  async function grant(...without: readonly string[]): Promise<void> {
    const granted = rights.filter(([, resource]) => !without.includes(resource));
    const rules = granted.map(([group, resource]) => ({ apiGroups: [group], resources: [resource], verbs: ["*"] }));
    const apiVersion = "rbac.authorization.k8s.io/v1";
    await scene.apply(roles, { apiVersion, kind: "Role", metadata: { name: account }, rules });
    const subject = { kind: "ServiceAccount", name: account, namespace: scene.namespace };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: account };
    const binding = { apiVersion, kind: "RoleBinding", metadata: { name: account }, roleRef, subjects: [subject] };
    await scene.apply(bindings, binding);
  }

  /** Credentials of the account, by way of the relay. */
  async function credentials(): Promise<string> {
    const { plane, namespace } = scene;
    const token = await plane.serviceAccountToken(namespace, account);
    const path = join(plane.info.folder, `${namespace}.kubeconfig`);
    const target = { url: `https://127.0.0.1:${relay.port}`, ca: plane.info.ca, token };
    await writeFile(path, kubeconfigText(target, namespace), { mode: 0o600 });
    return path;
  }

  /** Waits for the route of a new routemap that lists one Service: what was asked for before has been looked at. */
  async function untilBeacon(name: string): Promise<void> {
    await scene.routemap(
      name,
      `versions: [{resources: [{gvrShort: svc, name: app-v1}]}]\n${routeTemplate(name, "app-v1")}`,
    );
    await scene.untilShares(name, "app-v1=1");
  }

  const untilSeeing = (): Promise<unknown> =>
    waitFor(async () => (await scene.conditions("app")).every(({ type }) => type !== "Unseen"), {
      describe: "the condition Unseen to go",
      timeoutMs: patience,
    });

  it("tells what it may not see, and drains nothing", async () => {
    await grant("deployments");
    controller = await scene.controller({ kubeconfig: await credentials(), flags: ["--leader-elect=false"] });
    const { message } = await scene.untilCondition("app", "Unseen");
    expect(message).toMatch(/list|watch/);
    expect(message).toContain("deployments");
    const ready = (await scene.conditions("app")).find(({ type }) => type === "Ready");
    expect(ready?.status).not.toBe("True");
    expect(await routeGeneration()).toBe(generation);
    for (const number of [1, 2]) expect(await app.held(number)).toBe(true);
  });

  it("raises nothing and lowers nothing on what it cannot see, however it changes", async () => {
    await scene.patch(deployments, "app-v2", { metadata: { annotations: { "iter8.tools/weight": "50" } } });
    await scene.patch(configMaps, "app", { metadata: { annotations: { "example.com/touched": "yes" } } });
    await untilBeacon("first");
    expect(await routeGeneration()).toBe(generation);
  });

  it("takes up its work when it is given the right, without a restart", async () => {
    await grant();
    await scene.untilShares("app", app.shares(80, 50), patience);
    await untilSeeing();
    expect(controller.exitCode).toBeUndefined();
  }, 90_000);

  it("keeps all weights when a right is taken from it while it runs", async () => {
    const before = await routeGeneration();
    await grant("deployments");
    relay.cut();
    const { message } = await scene.untilCondition("app", "Unseen", patience);
    expect(message).toContain("deployments");
    expect(await routeGeneration()).toBe(before);
    for (const number of [1, 2]) expect(await app.held(number)).toBe(true);
    await grant();
    await untilSeeing();
    expect(await scene.shares("app")).toBe(app.shares(80, 50));
    expect(await routeGeneration()).toBe(before);
    expect(controller.exitCode).toBeUndefined();
  }, 120_000);

  it("moves no weight while a serving version is scaled twenty times", async () => {
    const before = await routeGeneration();
    for (let count = 1; count <= 20; count += 1)
      await scene.patch(deployments, "app-v2", { spec: { replicas: 1 + (count % 3) } });
    await untilSettled("app-v2");
    expect(await routeGeneration()).toBe(before);
    expect(await scene.shares("app")).toBe(app.shares(80, 50));
  });

  it("moves no weight while the Pods of the primary are replaced one by one", async () => {
    const before = await routeGeneration();
    const containers = [{ name: "app", image: "example.com/app:2" }];
    await scene.admin.patch(
      deployments,
      { namespace: scene.namespace, name: "app-v1" },
      { spec: { replicas: 3, template: { spec: { containers } } } },
      { type: "strategic" },
    );
    await untilSettled("app-v1");
    expect(await routeGeneration()).toBe(before);
    for (const number of [1, 2]) expect(await app.held(number)).toBe(true);
  });

  it("broke no invariant in any stored revision, and wrote the route only where the test asked for it", async () => {
    await untilBeacon("last");
    await record.stop();
    const routes = record.revisions.filter(
      ({ object }) => object.kind === "HTTPRoute" && object.metadata.name === "app",
    );
    expect(Math.max(...routes.map(({ object }) => object.metadata.generation ?? 0))).toBe(generation + 1);
    expect(violations(record.revisions, { apps: [app.model] })).toEqual([]);
  });

  /** Waits until a Deployment has as many updated, available replicas as it is to have, of the latest spec. */
  const untilSettled = (name: string): Promise<unknown> =>
    waitFor(
      async () => {
        const found = await scene.find(deployments, name);
        const wanted = numberAt(found, "spec", "replicas");
        const status: JsonObject = objectAt(found, "status");
        const counts = ["replicas", "updatedReplicas", "availableReplicas"].map((key) => status[key]);
        const current = status["observedGeneration"] === found?.metadata.generation;
        return current && counts.every((count) => count === wanted) && arrayAt(status, "conditions").length > 0;
      },
      { describe: `${name} to be rolled out`, timeoutMs: 30_000 },
    );
});

/** What the controller may need in a namespace. */
const rights: readonly (readonly [group: string, resource: string])[] = [
  ["", "configmaps"],
  ["", "services"],
  ["apps", "deployments"],
  ["apps", "statefulsets"],
  ["discovery.k8s.io", "endpointslices"],
  ["events.k8s.io", "events"],
  ["coordination.k8s.io", "leases"],
  ["gateway.networking.k8s.io", "httproutes"],
  ["gateway.networking.k8s.io", "grpcroutes"],
  ["gateway.networking.k8s.io", "gateways"],
  ["networking.istio.io", "virtualservices"],
  ["networking.istio.io", "destinationrules"],
];
