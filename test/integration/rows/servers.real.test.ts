import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { sleep, systemClock } from "../../../src/base/clock.js";
import type { KubeObject } from "../../../src/kube/object.js";
import { App } from "../../support/app.js";
import { accountName, renderedFile } from "../../support/install/account.js";
import { violations } from "../../support/invariants.js";
import { OtherWriters } from "../../support/otherWriters.js";
import { kubeconfigText } from "../../support/plane/credentialFiles.js";
import { installCrds } from "../../support/plane/crds.js";
import { Plane, plane } from "../../support/plane/plane.js";
import { recordRevisions } from "../../support/plane/recorder.js";
import type { RunningPlane } from "../../support/plane/startPlane.js";
import { startPlane } from "../../support/plane/startPlane.js";
import { waitFor } from "../../support/plane/waitFor.js";
import { Relay } from "../../support/relay.js";
import { configMaps, deployments, httpRoutes, Scene, services } from "../../support/scene.js";

const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
const routeDefinition = { name: "httproutes.gateway.networking.k8s.io" };
const alone = ["--leader-elect=false"];
/** Ten times what is promised after etcd stalled or restarted, and after the API server did. */
const afterEtcd = 10 * 5000;
const afterApiServer = 10 * 2000;

const shared = plane();
let own: RunningPlane;
let scene: Scene;
beforeAll(async () => {
  // A server that restarts refuses everybody for a moment, which is nothing for an audit.
  delete process.env["POINTSMAN_AUDIT"];
  own = await startPlane(shared.ownPlaneOptions());
  await copyFile(join(shared.info.folder, renderedFile), join(own.info.folder, renderedFile));
  scene = await Scene.open("servers", new Plane(own.info));
}, 120_000);
afterAll(async () => {
  await scene.close();
  shared.close();
  await own.stop();
}, 60_000);

function pause(ms: number): Promise<void> {
  return sleep(systemClock, ms, new AbortController().signal);
}

const setWeight = (name: string, weight: number): Promise<KubeObject> =>
  scene.patch(deployments, name, { metadata: { annotations: { "iter8.tools/weight": String(weight) } } });

describe("row 10: an API server that shows the past", () => {
  /** The way of the second API server to workloads, and to everything else that is not named below. */
  let workloads: Relay;
  let routes: Relay;

  beforeAll(async () => {
    const etcd = new URL(own.info.etcdUrl);
    workloads = await Relay.start(Number(etcd.port));
    routes = await Relay.start(Number(etcd.port));
    const by = (url: string, ...kinds: readonly string[]): readonly string[] => kinds.map((kind) => `${kind}#${url}`);
    const overrides = [
      ...by(urlOf(workloads), "apps/deployments", "/services", "discovery.k8s.io/endpointslices"),
      ...by(own.info.etcdUrl, "/configmaps", "/events", "events.k8s.io/events"),
    ];
    const url = await own.addApiServer({
      etcdUrl: urlOf(routes),
      flags: [`--etcd-servers-overrides=${overrides.join(",")}`],
    });
    await scene.account();
    const token = await scene.plane.tokenOf(scene.namespace, accountName);
    const kubeconfig = join(own.info.folder, "second.kubeconfig");
    await writeFile(kubeconfig, kubeconfigText({ url, ca: own.info.ca, token }, scene.namespace), { mode: 0o600 });
    const controller = await scene.controller({ kubeconfig, flags: alone });
    stop = () => controller.kill();
  }, 120_000);
  afterAll(async () => {
    await stop();
    await workloads.close();
    await routes.close();
  });
  let stop = (): Promise<void> => Promise.resolve();

  it("gets no release on a weight of 0 that somebody has raised since", async () => {
    const record = await recordRevisions(scene.admin, scene.namespace, deployments, services, httpRoutes, configMaps);
    const others = new OtherWriters(scene);
    const app = new App(scene, "past-route");
    await scene.routemap("past-route", `${app.spec()}release: {settle: 2s}\n`);
    await app.deploy(1, 2);
    await app.untilShares(80, 20);
    await app.remove(2);
    await app.untilShares(80, 0);
    await others.untilReported("past-route");
    routes.freeze();
    const backendRefs = [1, 2].map((number) => ({ name: app.version(number), port: 80, weight: 50 }));
    await others.update("past-route", "somebody", { spec: { rules: [{ backendRefs }] } });
    const foreign = new Set([(await others.resourceVersion(httpRoutes, "past-route")) ?? ""]);
    await pause(4000);
    expect(await app.held(2)).toBe(true);
    expect(await scene.shares("past-route")).toBe(app.shares(50, 50));
    routes.thaw();
    await waitFor(async () => (await scene.shares("past-route")).endsWith("v2=0"), {
      describe: "the return",
      timeoutMs: afterEtcd,
    });
    await app.untilGone(2, afterEtcd);
    await record.stop();
    expect(violations(record.revisions, { apps: [app.model], foreign, holdMs: 2000 })).toEqual([]);
  }, 120_000);

  it("gets no raise of a version that is no longer ready", async () => {
    const app = await new App(scene, "past-pods").whole();
    workloads.freeze();
    await app.setReady(2, false);
    await waitFor(async () => isUnavailable(await scene.find(deployments, "past-pods-v2")), {
      describe: "the Deployment to be unavailable",
    });
    await scene.routemap("past-pods", app.spec().replace("weight: 20", "weight: 60"));
    await pause(3000);
    expect(await scene.shares("past-pods")).toBe(app.shares(80, 20));
    workloads.thaw();
    await scene.untilShares("past-pods", app.shares(80, 0), afterEtcd);
  }, 120_000);
});

describe("servers that stall and restart", () => {
  let app: App;
  beforeAll(async () => {
    await scene.controller({ flags: alone });
    app = await new App(scene, "app").whole();
  }, 60_000);

  it("row 17: an etcd that stalls for 3 s: what was asked meanwhile is done within 5 s", async () => {
    own.signalEtcd("SIGSTOP");
    const asked = setWeight("app-v2", 30);
    await pause(3000);
    own.signalEtcd("SIGCONT");
    const begun = systemClock.monotonic();
    await asked.catch(() => setWeight("app-v2", 30));
    await scene.untilShares("app", app.shares(80, 30), afterEtcd);
    expect(systemClock.monotonic() - begun).toBeLessThan(afterEtcd);
  }, 120_000);

  it("row 17: an etcd that is killed and restarted: the controller goes on within 5 s", async () => {
    await own.restartEtcd();
    const begun = systemClock.monotonic();
    await waitFor(() => setWeight("app-v2", 35), { describe: "the API server to go on", timeoutMs: afterEtcd });
    await scene.untilShares("app", app.shares(80, 35), afterEtcd);
    expect(systemClock.monotonic() - begun).toBeLessThan(afterEtcd);
    for (const number of [1, 2]) expect(await app.held(number)).toBe(true);
  }, 120_000);

  it("row 18: an API server that restarts: its watches are back within 2 s, and nothing was released", async () => {
    await own.killApiServer();
    await own.startApiServer();
    const begun = systemClock.monotonic();
    await setWeight("app-v2", 40);
    await scene.untilShares("app", app.shares(80, 40), afterApiServer);
    expect(systemClock.monotonic() - begun).toBeLessThan(afterApiServer);
    for (const number of [1, 2]) expect(await app.held(number)).toBe(true);
    await app.remove(2);
    await app.untilGone(2, afterApiServer);
    expect(await scene.shares("app")).toBe(app.shares(80, 0));
  }, 120_000);
});

describe("row 27: a cluster without HTTPRoute", () => {
  /** All rights: with those of a namespace, a CRD that comes is only looked for every 30 s. */
  const start = (): ReturnType<Scene["controller"]> =>
    scene.controller({ kubeconfig: own.info.kubeconfigPath, flags: alone });

  it("lets a deleted candidate go at once, says what is missing, and is served when the CRD comes back", async () => {
    const controller = await start();
    const app = await new App(scene, "bare").whole();
    await own.admin.delete(definitions, routeDefinition);
    await waitFor(async () => (await own.admin.find(definitions, routeDefinition)) === undefined, {
      describe: "the CRD to go",
    });
    await app.remove(2);
    await app.untilGone(2);
    expect((await scene.untilCondition("bare", "KindAbsent")).message).toContain("httproutes");
    await controller.kill();
    await start();
    await app.deploy(2);
    expect((await scene.untilCondition("bare", "KindAbsent")).message).toContain("httproutes");
    expect(await app.held(2)).toBe(false);
    await installCrds(own.admin, shared.ownPlaneOptions().crdFiles);
    await scene.untilShares("bare", app.shares(80, 20), 40_000);
    await app.untilHeld(2);
  }, 120_000);
});

function urlOf(relay: Relay): string {
  return `http://127.0.0.1:${relay.port}`;
}

function isUnavailable(deployment: KubeObject | undefined): boolean {
  return JSON.stringify(deployment?.["status"] ?? {}).includes('"unavailableReplicas":1');
}
