import { randomBytes } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, at, numberAt } from "../../src/base/json.js";
import type { KubeObject } from "../../src/kube/object.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { quickConfig } from "../support/controllerProcess.js";
import type { ModelApp } from "../support/invariants.js";
import { violations } from "../support/invariants.js";
import type { Recorder, Revision } from "../support/plane/recorder.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { unquiet } from "../support/quiet.js";
import { configMaps, deployments, finalizer, httpRoutes, routeTemplate, Scene, services } from "../support/scene.js";

const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };

/** Both hold times of the quick configuration, less what the record may lag behind. */
const holdMs = 300;

describe("the life of versions", () => {
  let scene: Scene;
  let record: Recorder;
  const models: ModelApp[] = [];
  const foreign = new Set<string>();

  beforeAll(async () => {
    scene = await Scene.open("lifecycle");
    record = await recordRevisions(scene.admin, scene.namespace, deployments, services, httpRoutes, configMaps);
    await scene.controller();
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  function app(name: string, ...weights: readonly number[]): App {
    const made = new App(scene, name, weights.length === 0 ? [80, 20] : weights);
    models.push(made.model);
    return made;
  }

  const revisionsOf = (kind: string, name: string): readonly Revision[] =>
    record.revisions.filter(({ object }) => object.kind === kind && object.metadata.name === name);

  /** The end of an object that is gone; all that came before has been recorded, too. */
  async function ending(kind: string, name: string): Promise<Revision> {
    await record.caughtUp();
    const end = revisionsOf(kind, name).find(({ type }) => type === "DELETED");
    if (end === undefined) throw new Error(`${kind} ${name} did not end`);
    return end;
  }

  it("holds nothing of an app with one version, and both versions before the route leads to the second", async () => {
    const one = app("grow");
    await one.routemap(1);
    await one.deploy(1);
    await scene.untilShares("grow", "grow-v1=80");
    expect(await one.held(1)).toBe(false);
    await one.routemap();
    await one.deploy(2);
    await one.untilShares(80, 20);
    await one.untilHeld(1);
    await one.untilHeld(2);
    await record.caughtUp();
    const twoBackends = revisionsOf("HTTPRoute", "grow").find(({ object }) => refs(object).length === 2);
    for (const kind of ["Deployment", "Service"]) {
      const claimed = revisionsOf(kind, "grow-v1").find(isHeld);
      expect(claimed?.stored).toBeLessThan(twoBackends?.stored ?? 0);
    }
  });

  it("takes the weight while Pods are not ready and gives it back when they are", async () => {
    const ready = await app("ready").whole();
    await ready.setReady(2, false);
    await ready.untilShares(80, 0);
    await ready.setReady(2, true);
    await ready.untilShares(80, 20);
    await ready.untilHeld(2);
  });

  it("follows the weight annotation of a Deployment, and the spec when it is gone", async () => {
    const annotated = await app("annotated").whole();
    await scene.patch(deployments, annotated.version(2), weightAnnotation("55"));
    await annotated.untilShares(80, 55);
    await scene.patch(deployments, annotated.version(2), weightAnnotation(null));
    await annotated.untilShares(80, 20);
  });

  it("follows the weight annotation of a ConfigMap that is listed third", async () => {
    const third = app("third");
    const spec = third.spec().replace("{gvrShort: svc, name: third-v2}", "$&, {gvrShort: cm, name: third-settings}");
    const metadata = { name: "third-settings", labels: { "iter8.tools/watch": "true" } };
    await scene.apply(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata });
    await scene.routemap("third", spec);
    await third.deploy(1, 2);
    await third.untilShares(80, 20);
    await scene.patch(configMaps, "third-settings", weightAnnotation("35"));
    await third.untilShares(80, 35);
    expect((await scene.find(configMaps, "third-settings"))?.metadata.finalizers ?? []).toEqual([]);
  });

  it("keeps the weight where the annotation is no number, and says so", async () => {
    const invalid = await app("invalid").whole();
    const { generation } = await routeOf("invalid");
    await scene.patch(deployments, invalid.version(2), weightAnnotation("a lot"));
    const condition = await scene.untilCondition("invalid", "InvalidWeight");
    expect(condition.message).toContain("invalid-v2");
    expect(await scene.shares("invalid")).toBe(invalid.shares(80, 20));
    expect((await routeOf("invalid")).generation).toBe(generation);
    await scene.patch(deployments, invalid.version(2), weightAnnotation("30"));
    await invalid.untilShares(80, 30);
    await waitFor(async () => (await scene.conditions("invalid")).every(({ type }) => type !== "InvalidWeight"), {
      describe: "InvalidWeight to go",
    });
  });

  it("leaves the other two of three versions as they are when one goes down and when it is deleted", async () => {
    const three = await app("three", 60, 30, 10).whole();
    await three.setReady(3, false);
    await three.untilShares(60, 30, 0);
    await three.setReady(3, true);
    await three.untilShares(60, 30, 10);
    await three.remove(3);
    await three.untilGone(3);
    await three.untilShares(60, 30, 0);
    for (const number of [1, 2]) await three.untilHeld(number);
  });

  it("releases what two routemaps share only when both have let go", async () => {
    const shared = await app("shared").whole();
    const pacer = await app("pacer").whole();
    models.push({ ...shared.model, route: "other" });
    const spec = shared.spec().replace(/routingTemplates[^]*/, "") + routeTemplate("other", ...shared.versions);
    await scene.routemap("other", spec);
    await scene.untilShares("other", shared.shares(80, 20));
    await scene.patch(configMaps, "other", { metadata: { annotations: { "iter8.tools/paused": "true" } } });
    await scene.untilCondition("other", "Paused");
    await scene.delete(services, shared.version(2));
    await scene.delete(deployments, shared.version(2));
    await shared.untilShares(80, 0);
    await confirmed("shared");
    await pacer.remove(2);
    await pacer.untilGone(2);
    expect(await scene.shares("other")).toBe(shared.shares(80, 20));
    await shared.untilHeld(2);
    await scene.patch(configMaps, "other", { metadata: { annotations: { "iter8.tools/paused": null } } });
    await scene.untilShares("other", shared.shares(80, 0));
    await shared.untilGone(2);
  });

  it("returns and releases a version that left the spec, so that its deletion waits for nothing", async () => {
    const promoted = await app("promoted").whole();
    await promoted.routemap(2);
    await scene.untilShares("promoted", "promoted-v2=20");
    await promoted.untilHeld(1, false);
    await promoted.untilHeld(2, false);
    await promoted.remove(1);
    await promoted.untilGone(1);
    expect(await scene.shares("promoted")).toBe("promoted-v2=20");
  });

  it("lets a version go that is deleted in the same moment in which it leaves the spec", async () => {
    const dropped = await app("dropped", 50, 30, 20).whole();
    await Promise.all([dropped.routemap(2, 3), dropped.remove(1)]);
    await dropped.untilGone(1);
    await scene.untilShares("dropped", "dropped-v2=30 dropped-v3=20");
    for (const number of [2, 3]) await dropped.untilHeld(number);
  });

  it("releases a deleted version only after its weight 0 was stored and confirmed", async () => {
    const deleted = await app("deleted").whole();
    await deleted.remove(2);
    await deleted.untilGone(2);
    const end = (await ending("Deployment", "deleted-v2")).stored;
    const before = revisionsOf("HTTPRoute", "deleted").filter(({ stored }) => stored < end);
    const last = before.at(-1)?.object;
    expect(refs(last).map((ref) => numberAt(ref, "weight"))).toEqual([80, 0]);
    expect(observedGeneration(last)).toBe(last?.metadata.generation);
    expect((await ending("Service", "deleted-v2")).stored).toBeGreaterThan(end);
  });

  it("waits for a gateway that does not confirm until the time for it is over, and then settles", async () => {
    const stalled = await app("stalled").whole();
    await confirmed("stalled");
    scene.gateway.setStalled(true);
    await stalled.remove(2);
    await stalled.untilGone(2);
    const end = await ending("Deployment", "stalled-v2");
    const routes = revisionsOf("HTTPRoute", "stalled");
    const unconfirmed = routes.findLast((revision) => revision.stored < end.stored);
    expect(observedGeneration(unconfirmed?.object)).toBeLessThan(unconfirmed?.object.metadata.generation ?? 0);
    const generation = unconfirmed?.object.metadata.generation;
    const stored = routes.find(({ object }) => object.metadata.generation === generation);
    expect(end.at - (stored?.at ?? Infinity)).toBeGreaterThan(2000);
    scene.gateway.setStalled(false);
  });

  it("row 25: moves the traffic of a deleted primary to the ready candidate and then releases the primary", async () => {
    const primary = await app("primary").whole();
    await primary.remove(1);
    await primary.untilShares(0, 20);
    await primary.untilGone(1);
    expect(await scene.shares("primary")).toBe(primary.shares(0, 20));
  });

  it("row 25: releases everything at once when everything is deleted", async () => {
    const all = await app("all").whole();
    const start = systemClock.monotonic();
    await Promise.all([all.remove(1), all.remove(2)]);
    await all.untilGone(1);
    await all.untilGone(2);
    expect(systemClock.monotonic() - start).toBeLessThan(10_000);
  });

  it("row 22: holds Service and Deployment that go in Helm's order, and releases the Service last", async () => {
    const helm = await app("helm").whole();
    await scene.delete(services, "helm-v2");
    await scene.delete(deployments, "helm-v2");
    const doomed = await Promise.all([scene.find(services, "helm-v2"), scene.find(deployments, "helm-v2")]);
    for (const object of doomed) expect(object?.metadata.finalizers).toContain(finalizer);
    await helm.untilGone(2);
    const ends = await Promise.all(["Deployment", "Service"].map((kind) => ending(kind, "helm-v2")));
    expect(ends[0]?.stored).toBeLessThan(ends[1]?.stored ?? 0);
    expect(await scene.shares("helm")).toBe(helm.shares(80, 0));
  });

  it("takes the weight of a version that is scaled to zero and gives it back when it is scaled up", async () => {
    const scaled = await app("scaled").whole();
    await scene.patch(deployments, "scaled-v2", { spec: { replicas: 0 } });
    await scaled.untilShares(80, 0);
    await scene.patch(deployments, "scaled-v2", { spec: { replicas: 1 } });
    await scaled.untilShares(80, 20);
  });

  it("row 11: begins at weight 0 with a Deployment of the same name and raises it anew", async () => {
    const again = await app("again").whole();
    const old = (await scene.find(deployments, "again-v2"))?.metadata.uid;
    await scene.delete(deployments, "again-v2");
    await scene.untilGone(deployments, "again-v2");
    await again.deploy(2);
    await again.untilShares(80, 20);
    await record.caughtUp();
    const created = revisionsOf("Deployment", "again-v2").find(({ object }) => object.metadata.uid !== old);
    expect(created?.object.metadata.finalizers ?? []).toEqual([]);
    const then = revisionsOf("HTTPRoute", "again").findLast(({ stored }) => stored < (created?.stored ?? 0));
    expect(refs(then?.object).map((ref) => numberAt(ref, "weight"))).toEqual([80, 0]);
    await again.untilHeld(2);
  });

  it("row 30: puts back a finalizer that somebody's merge patch took away, without moving traffic", async () => {
    const clobbered = await app("clobbered").whole();
    const { generation } = await routeOf("clobbered");
    for (const gvr of [deployments, services]) {
      const patched = await scene.patch(gvr, "clobbered-v2", { metadata: { finalizers: null } });
      foreign.add(patched.metadata.resourceVersion);
      expect(patched.metadata.finalizers ?? []).toEqual([]);
    }
    await clobbered.untilHeld(2);
    expect((await routeOf("clobbered")).generation).toBe(generation);
  });

  it("row 31: takes weight and finalizer of a version that loses its label", async () => {
    const unlabelled = await app("unlabelled").whole();
    await scene.patch(deployments, "unlabelled-v2", { metadata: { labels: { "iter8.tools/watch": null } } });
    await unlabelled.untilShares(80, 0);
    await unlabelled.untilHeld(2, false);
    await scene.patch(deployments, "unlabelled-v2", { metadata: { labels: { "iter8.tools/watch": "true" } } });
    await unlabelled.untilShares(80, 20);
    await unlabelled.untilHeld(2);
  });

  it("writes nothing but its lease once everything is at rest", async () => {
    expect(await unquiet(scene, 5000)).toEqual([]);
  });

  it("broke no invariant in any stored revision", async () => {
    await record.stop();
    expect(record.revisions.length).toBeGreaterThan(200);
    expect(violations(record.revisions, { apps: models, foreign, holdMs })).toEqual([]);
  });

  const routeOf = async (name: string): Promise<{ readonly generation: number }> => {
    const route = await scene.find(httpRoutes, name);
    return { generation: route?.metadata.generation ?? 0 };
  };

  const confirmed = (name: string): Promise<true> =>
    waitFor(
      async () => {
        const route = await scene.find(httpRoutes, name);
        return observedGeneration(route) === route?.metadata.generation;
      },
      { describe: `${name} to be confirmed` },
    );
});

describe("kinds of the configuration", () => {
  const group = `late-${randomBytes(4).toString("hex")}.example.org`;
  const widgets = { group: "example.com", version: "v1", resource: "widgets" };
  const gadgets = { group, version: "v1", resource: "gadgets" };
  const config = `${quickConfig}
resourceTypes:
  widget: {Group: example.com, Version: v1, Resource: widgets, conditions: [Ready]}
  gadget: {Group: ${group}, Version: v1, Resource: gadgets, conditions: [Ready], hold: true}
`;
  let scene: Scene;
  let controller: ControllerProcess;

  beforeAll(async () => {
    scene = await Scene.open("kinds");
    const account = await scene.account();
    await account.allow(widgets, ["get", "list", "watch"]);
    await account.allow(gadgets, ["get", "list", "watch", "patch"]);
    controller = await scene.controller({ config });
  }, 60_000);
  afterAll(async () => {
    await scene.admin.delete(definitions, { name: `gadgets.${group}` });
    await scene.close();
  }, 60_000);

  /** An app whose second version has an object of a kind of its own instead of a Deployment. */
  async function mixed(name: string, shorthand: string): Promise<App> {
    const app = new App(scene, name);
    await scene.routemap(name, app.spec().replace(`deploy, name: ${name}-v2`, `${shorthand}, name: ${name}-v2`));
    await app.deploy(1, 2);
    await scene.untilShares(name, app.shares(80, 0));
    return app;
  }

  const setCondition = (gvr: GroupVersionResource, name: string, status: string): Promise<KubeObject> =>
    scene.admin.patch(
      gvr,
      { namespace: scene.namespace, name },
      { status: { conditions: [{ type: "Ready", status }] } },
      { subresource: "status" },
    );

  it("judges a kind by the conditions that Iter8's configuration gives it", async () => {
    const app = await mixed("wide", "widget");
    const metadata = { name: "wide-v2", labels: { "iter8.tools/watch": "true" } };
    await scene.apply(widgets, { apiVersion: "example.com/v1", kind: "Widget", metadata, spec: { size: 1 } });
    await setCondition(widgets, "wide-v2", "True");
    await app.untilShares(80, 20);
    expect((await scene.find(widgets, "wide-v2"))?.metadata.finalizers ?? []).toEqual([]);
    expect(await scene.held(services, "wide-v2")).toBe(true);
    await setCondition(widgets, "wide-v2", "False");
    await app.untilShares(80, 0);
  });

  it("works with a kind whose CRD is installed while it runs", async () => {
    const app = await mixed("late", "gadget");
    await scene.admin.apply(definitions, { name: `gadgets.${group}` }, gadgetDefinition(group));
    await waitFor(async () => (await scene.admin.list(gadgets, scene.namespace)).length === 0, {
      describe: "gadgets to be served",
      timeoutMs: 20_000,
    });
    const metadata = { name: "late-v2", labels: { "iter8.tools/watch": "true" } };
    await scene.apply(gadgets, { apiVersion: `${group}/v1`, kind: "Gadget", metadata });
    await setCondition(gadgets, "late-v2", "True");
    await scene.untilShares("late", app.shares(80, 20), 40_000);
    expect(await scene.held(gadgets, "late-v2")).toBe(true);
    expect(controller.exitCode).toBeUndefined();
    await scene.delete(gadgets, "late-v2");
    await scene.untilGone(gadgets, "late-v2");
    expect(await scene.shares("late")).toBe(app.shares(80, 0));
  }, 90_000);
});

function gadgetDefinition(group: string): JsonObject & { readonly metadata: JsonObject } {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `gadgets.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "Gadget", listKind: "GadgetList", plural: "gadgets", singular: "gadget" },
      versions: [{ name: "v1", served: true, storage: true, subresources: { status: {} }, schema }],
    },
  };
}

function weightAnnotation(weight: string | null): { metadata: { annotations: Record<string, string | null> } } {
  return { metadata: { annotations: { "iter8.tools/weight": weight } } };
}

function refs(route: KubeObject | undefined): ReturnType<typeof arrayAt> {
  return arrayAt(route, "spec", "rules", 0, "backendRefs");
}

function isHeld({ object }: Revision): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

function observedGeneration(route: KubeObject | undefined): number {
  return numberAt(at(route, "status", "parents", 0, "conditions", 0), "observedGeneration") ?? 0;
}
