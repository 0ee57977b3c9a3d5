import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { deployments, routeTemplate, Scene, services, versionsOf } from "../support/scene.js";
import { cage } from "../support/install/cage.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { httpRoutes, pods } from "../support/scene.js";

describe("a candidate", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open("candidate");
    const account = await scene.account();
    await cage(scene.plane, account.namespace);
    await scene.controller();
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  it("gets its share once it is ready, held before the route leads to it", async () => {
    await scene.deploy("v1");
    await scene.routemap("app", versionsOf(["v1", 80], ["v2", 20]) + routeTemplate("app", "v1", "v2"));
    await scene.untilShares("app", "v1=80 v2=0");
    const record = await recordRevisions(scene.admin, scene.namespace, deployments, services, httpRoutes);
    await scene.deploy("v2");
    await scene.untilShares("app", "v1=80 v2=20");
    await record.stop();
    const raised = record.revisions.findIndex(
      (r) => r.object.kind === "HTTPRoute" && JSON.stringify(r.object).includes('"weight":20'),
    );
    expect(raised).toBeGreaterThan(0);
    const before = record.revisions.slice(0, raised).filter((r) => r.object.metadata.name === "v2");
    for (const kind of ["Deployment", "Service"])
      expect(before.filter((r) => r.object.kind === kind).at(-1)?.object.metadata.finalizers).toContain(
        "iter8.tools/finalizer",
      );
  }, 60_000);

  it("loses its share when its Pods are not ready and gets it back when they are", async () => {
    await scene.kubelet.setReady(scene.namespace, { labels: { app: "v2" } }, false);
    await scene.untilShares("app", "v1=80 v2=0");
    await scene.kubelet.setReady(scene.namespace, { labels: { app: "v2" } }, true);
    await scene.untilShares("app", "v1=80 v2=20");
  }, 60_000);

  it("keeps its Pods until its weight is gone from a confirmed route", async () => {
    const record = await recordRevisions(scene.admin, scene.namespace, httpRoutes, deployments, pods);
    await scene.delete(deployments, "v2");
    await scene.untilGone(deployments, "v2");
    await scene.delete(services, "v2");
    await scene.untilGone(services, "v2");
    await record.stop();
    const stored = (find: (text: string, kind: string, type: string) => boolean): number =>
      record.revisions.find((r) => find(JSON.stringify(r.object), r.object.kind, r.type))?.stored ?? Infinity;
    const returned = stored((text, kind) => kind === "HTTPRoute" && text.includes('"name":"v2","port":80,"weight":0'));
    const released = stored((_, kind, type) => kind === "Deployment" && type === "DELETED");
    const doomed = stored(
      (text, kind) => kind === "Pod" && text.includes("deletionTimestamp") && text.includes('"app":"v2"'),
    );
    expect(returned).toBeLessThan(released);
    expect(released).toBeLessThan(doomed);
    expect(await scene.shares("app")).toBe("v1=80 v2=0");
  }, 60_000);
});
