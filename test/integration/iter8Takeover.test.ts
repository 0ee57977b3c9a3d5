import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { objectAt, stringAt } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { iter8Routemap, leadsTo } from "../support/iter8/fixtures.js";
import { applyRoutemap, deployVersion, routemap, setWeight, untilLeadsTo } from "../support/iter8/scenes.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, finalizer, httpRoutes, Scene, services, virtualServices } from "../support/scene.js";

const split = "httpbin-0=30 httpbin-1=70";

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open("iter8-takeover");
}, 60_000);
afterEach(async () => scene.close(), 60_000);

async function blueGreen(): Promise<void> {
  await deployVersion(scene, 0, true);
  await deployVersion(scene, 1, true);
  await applyRoutemap(scene, "istio-blue-green");
}

async function hold(gvr: GroupVersionResource, name: string): Promise<void> {
  await scene.patch(gvr, name, { metadata: { finalizers: [finalizer] } });
}

/** The route as Iter8's controller leaves it: applied by force, with an owner whose kind is in lower case. */
async function iter8Route(): Promise<KubeObject> {
  const owner = await scene.find(configMaps, routemap);
  const name = "httpbin";
  const ownerReferences = [{ apiVersion: "v1", kind: "configmap", name: routemap, uid: owner?.metadata.uid ?? "" }];
  const destination = (index: number): JsonObject => ({
    host: `httpbin-${index}.${scene.namespace}.svc.cluster.local`,
    port: { number: 80 },
  });
  const route = [30, 70].map((weight, index) => ({ destination: destination(index), weight }));
  const body = {
    apiVersion: "networking.istio.io/v1beta1",
    kind: "VirtualService",
    metadata: { name, namespace: scene.namespace, ownerReferences, annotations: { leftover: "yes" } },
    spec: { hosts: ["httpbin"], gateways: ["mesh"], http: [{ name: "httpbin-0", route }] },
  };
  return scene.admin.apply(virtualServices, { namespace: scene.namespace, name }, body, {
    manager: "iter8-controller",
  });
}

describe("a cluster that Iter8's controller left", () => {
  it("is taken over without a change of traffic: route, finalizers and owner", async () => {
    await blueGreen();
    await scene.deploy("bystander");
    await waitFor(
      async () => objectAt(await scene.find(deployments, "httpbin-1"), "status")["availableReplicas"] === 1,
      {
        describe: "the candidate to be up",
      },
    );
    for (const name of ["httpbin-0", "httpbin-1", "bystander"])
      for (const gvr of [deployments, services]) await hold(gvr, name);
    for (const index of [0, 1]) await hold(configMaps, `httpbin-${index}-weight-config`);
    const before = await iter8Route();
    const record = await recordRevisions(scene.admin, scene.namespace, virtualServices);
    await scene.controller();
    const adopted = await waitFor(
      async () => {
        const route = await scene.find(virtualServices, "httpbin");
        const managers = (route?.metadata.managedFields ?? []).map(({ manager }) => manager);
        return managers.includes("pointsman") && !managers.includes("iter8-controller") ? route : undefined;
      },
      { describe: "the route to be taken over" },
    );
    await waitFor(async () => !(await scene.held(deployments, "bystander")), { describe: "the bystander to be free" });
    await waitFor(async () => !(await scene.held(services, "bystander")), { describe: "its Service to be free" });
    for (const index of [0, 1])
      await waitFor(async () => !(await scene.held(configMaps, `httpbin-${index}-weight-config`)), {
        describe: "the ConfigMaps to be free",
      });
    await record.stop();
    expect(new Set(record.revisions.map(({ object }) => leadsTo(object)))).toEqual(new Set([split]));
    expect(adopted.metadata.uid).toBe(before.metadata.uid);
    expect(adopted.metadata.annotations).not.toHaveProperty("leftover");
    expect(adopted.metadata.ownerReferences?.map(({ kind }) => kind)).toEqual(["ConfigMap"]);
    for (const gvr of [deployments, services])
      for (const name of ["httpbin-0", "httpbin-1"]) expect(await scene.held(gvr, name)).toBe(true);
  }, 90_000);

  it("is left alone while Iter8's controller still writes", async () => {
    await blueGreen();
    await scene.controller();
    await untilLeadsTo(scene, virtualServices, split);
    const condition = await waitFor(
      async () => {
        await iter8Route();
        return (await scene.conditions(routemap)).find(({ type }) => type === "Iter8Running");
      },
      { describe: "the other controller to be noticed" },
    );
    expect(condition.message).toContain("stop it first");
  }, 60_000);
});

describe("a controller", () => {
  it("writes nothing when it is started again", async () => {
    await blueGreen();
    const first = await scene.controller();
    await untilLeadsTo(scene, virtualServices, split);
    await waitFor(async () => (await scene.conditions(routemap)).some(({ status }) => status === "True"), {
      describe: "the status",
    });
    await first.kill();
    const record = await recordRevisions(
      scene.admin,
      scene.namespace,
      virtualServices,
      deployments,
      services,
      configMaps,
    );
    await record.caughtUp();
    const seen = record.revisions.length;
    const second = await scene.controller();
    await scene.kubelet.setReady(scene.namespace, { labels: { app: "httpbin-1" } }, false);
    await untilLeadsTo(scene, virtualServices, "httpbin-0", 30_000);
    await record.stop();
    const writes = record.revisions.slice(seen).filter(({ object }) => object.kind === "VirtualService");
    expect(writes.map(({ object }) => leadsTo(object))).toEqual(["httpbin-0"]);
    expect(second.exitCode).toBeUndefined();
  }, 90_000);

  it("repairs a route that somebody edits or deletes at once", async () => {
    await blueGreen();
    await scene.controller();
    await untilLeadsTo(scene, virtualServices, split);
    await scene.patch(virtualServices, "httpbin", { spec: { http: [{ route: [{ destination: { host: "gone" } }] }] } });
    await untilLeadsTo(scene, virtualServices, split);
    await scene.delete(virtualServices, "httpbin");
    await untilLeadsTo(scene, virtualServices, split);
  }, 60_000);

  it("takes a weight from the annotation of any resource of a version, wherever it is listed", async () => {
    await blueGreen();
    await scene.controller();
    await untilLeadsTo(scene, virtualServices, split);
    await setWeight(scene, 1, "10");
    await untilLeadsTo(scene, virtualServices, "httpbin-0=30 httpbin-1=10");
    await setWeight(scene, 1, "lots");
    const condition = await scene.untilCondition(routemap, "InvalidWeight");
    expect(condition.message).toContain('is "lots", no integer');
    expect(leadsTo(await scene.find(virtualServices, "httpbin"))).toBe("httpbin-0=30 httpbin-1=10");
  }, 60_000);

  it("sees a routemap whatever version its label names", async () => {
    await deployVersion(scene, 0);
    const body = await iter8Routemap("gateway-promoted", scene.namespace);
    const labels = { ...objectAt(body, "metadata", "labels"), "iter8.tools/version": "v1.2" };
    await scene.apply(configMaps, { ...body, metadata: { ...body.metadata, labels } });
    await scene.controller();
    await untilLeadsTo(scene, httpRoutes, "httpbin-0=1");
  }, 60_000);

  it("says in status and Event what is wrong with an edit, and keeps the last good routes", async () => {
    await blueGreen();
    await scene.controller();
    await untilLeadsTo(scene, virtualServices, split);
    await scene.patch(configMaps, routemap, { data: { strSpec: "versions: [{weight: -1}]" } });
    const condition = await scene.untilCondition(routemap, "SpecInvalid");
    expect(condition.message).toContain("versions[0].weight (line 1:13)");
    await waitFor(async () => (await scene.eventReasons(routemap)).includes("SpecInvalid"), { describe: "the Event" });
    expect(leadsTo(await scene.find(virtualServices, "httpbin"))).toBe(split);
    for (const reason of await scene.eventReasons(routemap)) expect(reason).toMatch(/^([A-Z][a-z0-9]+)+$/);
  }, 60_000);

  it("lets the routes of a deleted routemap be collected, and then its versions go", async () => {
    await blueGreen();
    await scene.controller();
    await untilLeadsTo(scene, virtualServices, split);
    await scene.delete(configMaps, routemap);
    await scene.untilGone(virtualServices, "httpbin", 30_000);
    for (const gvr of [deployments, services])
      for (const name of ["httpbin-0", "httpbin-1"])
        await waitFor(async () => !(await scene.held(gvr, name)), { describe: `${gvr.resource}/${name} to be free` });
  }, 60_000);
});

describe("two routemaps of the same versions", () => {
  it("both follow them, and a version goes when neither route leads to it", async () => {
    await blueGreen();
    const second = await iter8Routemap("gateway-blue-green", scene.namespace);
    await scene.apply(configMaps, { ...second, metadata: { ...second.metadata, name: "httpbin-gateway-routemap" } });
    await scene.controller();
    await untilLeadsTo(scene, virtualServices, split);
    await untilLeadsTo(scene, httpRoutes, "httpbin-0=80 httpbin-1=20");
    const record = await recordRevisions(scene.admin, scene.namespace, virtualServices, httpRoutes, deployments);
    await scene.delete(deployments, "httpbin-1");
    await scene.untilGone(deployments, "httpbin-1");
    await record.stop();
    const gone = record.revisions.find((r) => r.type === "DELETED");
    if (gone === undefined) throw new Error("nothing went");
    const last = (kind: string): string =>
      leadsTo(record.revisions.filter((r) => r.object.kind === kind && r.stored < gone.stored).at(-1)?.object);
    expect([last("VirtualService"), last("HTTPRoute")]).toEqual(["httpbin-0", "httpbin-0=1 httpbin-1=0"]);
    expect(stringAt(gone.object, "metadata", "name")).toBe("httpbin-1");
  }, 60_000);
});
