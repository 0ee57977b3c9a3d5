import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { KubeObject } from "../../src/kube/object.js";
import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { OtherWriters } from "../support/otherWriters.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, httpRoutes, routeTemplate, Scene, services } from "../support/scene.js";

const ownerLabel = "iter8.tools/routemap-uid";

let scene: Scene;
let others: OtherWriters;
beforeAll(async () => {
  scene = await Scene.open("life");
  others = new OtherWriters(scene);
  await scene.controller();
}, 60_000);
afterAll(async () => scene.close(), 60_000);

async function whole(name: string): Promise<App> {
  const app = await new App(scene, name).whole();
  await others.untilReady(name, "True");
  await others.untilReported(name);
  return app;
}

async function uidOf(routemap: string): Promise<string> {
  return (await scene.find(configMaps, routemap))?.metadata.uid ?? "no such routemap";
}

function ownersOf(object: KubeObject | undefined): readonly string[] {
  return (object?.metadata.ownerReferences ?? []).map((owner) => `${owner.kind}/${owner.uid}`);
}

/** Both templates below one `routingTemplates`. */
function withTemplate(spec: string, more: string): string {
  return spec + more.replace("routingTemplates:\n", "");
}

describe("an output that is no longer rendered", () => {
  it("goes with its template, but only where label and owner reference are both ours", async () => {
    const app = new App(scene, "pruned");
    await app.deploy(1, 2);
    const edge = routeTemplate("pruned-edge", app.version(1), app.version(2));
    await scene.routemap("pruned", withTemplate(app.spec(), edge));
    await app.untilShares(80, 20);
    await scene.untilShares("pruned-edge", app.shares(80, 20));
    const uid = await uidOf("pruned");
    const spec = {
      parentRefs: [{ name: "gateway" }],
      rules: [{ backendRefs: [{ name: "elsewhere", port: 80, weight: 1 }] }],
    };
    await others.apply("pruned-labelled", "kubectl", spec, { labels: { [ownerLabel]: uid } });
    const ownerReferences = [{ apiVersion: "v1", kind: "ConfigMap", name: "pruned", uid }];
    await others.apply("pruned-owned", "kubectl", spec, { ownerReferences });
    const labelled = (await others.untilReported("pruned-labelled")).metadata.resourceVersion;
    const owned = (await others.untilReported("pruned-owned")).metadata.resourceVersion;
    await scene.routemap("pruned", app.spec());
    await scene.untilGone(httpRoutes, "pruned-edge");
    await others.untilEvent("pruned", "RoutePruned", "pruned-edge");
    expect(await others.expectQuiet(httpRoutes, "pruned-labelled")).toBe(labelled);
    expect(await others.expectQuiet(httpRoutes, "pruned-owned")).toBe(owned);
    expect(await scene.shares("pruned")).toBe(app.shares(80, 20));
  }, 60_000);

  it("goes when its template yields nothing, and is back when it yields it again", async () => {
    const app = new App(scene, "empty");
    await app.deploy(1, 2);
    const edge = routeTemplate("empty-edge", app.version(1), app.version(2))
      .replace("template: |\n", "template: |\n      {{ if index .Weights 1 }}\n")
      .concat("      {{ end }}\n");
    await scene.routemap("empty", withTemplate(app.spec(), edge));
    await scene.untilShares("empty-edge", app.shares(80, 20));
    await app.setReady(2, false);
    await app.untilShares(80, 0);
    await scene.untilGone(httpRoutes, "empty-edge");
    await app.setReady(2, true);
    await app.untilShares(80, 20);
    await scene.untilShares("empty-edge", app.shares(80, 20));
    await others.untilReady("empty", "True");
  }, 60_000);

  it("keeps a deleted version until it is gone", async () => {
    const app = new App(scene, "kept");
    await app.deploy(1, 2);
    const edge = routeTemplate("kept-edge", app.version(1), app.version(2));
    await scene.routemap("kept", withTemplate(app.spec(), edge));
    await app.untilShares(80, 20);
    await scene.untilShares("kept-edge", app.shares(80, 20));
    const record = await recordRevisions(scene.admin, scene.namespace, httpRoutes, deployments);
    await scene.routemap("kept", app.spec());
    await app.remove(2);
    await app.untilGone(2);
    const goneAt = (name: string): number | undefined =>
      record.revisions.find(({ type, object }) => type === "DELETED" && object.metadata.name === name)?.stored;
    await record.stop();
    expect(goneAt("kept-edge")).toBeLessThan(goneAt(app.version(2)) ?? 0);
    expect(await scene.shares("kept")).toBe(app.shares(80, 0));
  }, 60_000);
});

describe("annotations that stay the hand", () => {
  it("paused: nothing is written and a deleted version waits, until it goes", async () => {
    const app = await whole("paused");
    await others.annotate("paused", { "iter8.tools/paused": "true" });
    await scene.untilCondition("paused", "Paused");
    await scene.patch(deployments, app.version(1), { metadata: { annotations: { "iter8.tools/weight": "60" } } });
    await app.remove(2);
    await others.expectQuiet(httpRoutes, "paused");
    expect(await scene.shares("paused")).toBe(app.shares(80, 20));
    for (const gvr of [deployments, services])
      expect((await scene.find(gvr, app.version(2)))?.metadata.finalizers).toContain("iter8.tools/finalizer");
    await others.annotate("paused", { "iter8.tools/paused": null });
    await app.untilShares(60, 0);
    await app.untilGone(2);
    await others.untilReady("paused", "True");
    expect((await scene.conditions("paused")).map(({ type }) => type)).toEqual(["Ready"]);
  }, 60_000);

  it("force-primary: everything goes to the primary until it goes", async () => {
    const app = await whole("forced");
    await others.annotate("forced", { "iter8.tools/force-primary": "true" });
    await waitFor(async () => (await scene.shares("forced")).endsWith("v2=0"), { describe: "the return" });
    expect((await scene.untilCondition("forced", "ForcePrimary")).reason).toBe("Annotated");
    await others.expectQuiet(httpRoutes, "forced");
    await others.annotate("forced", { "iter8.tools/force-primary": null });
    await app.untilShares(80, 20);
  }, 60_000);

  it("force-primary with a primary that is not ready: the fallback gets it, with a condition", async () => {
    const app = await whole("unforced");
    await app.setReady(1, false);
    await app.untilShares(0, 20);
    await others.annotate("unforced", { "iter8.tools/force-primary": "true" });
    expect((await scene.untilCondition("unforced", "ForcePrimary")).reason).toBe("PrimaryNotReady");
    expect((await scene.shares("unforced")).startsWith("unforced-v1=0 ")).toBe(true);
    await app.setReady(1, true);
    await waitFor(async () => (await scene.shares("unforced")).endsWith("v2=0"), { describe: "the primary to get it" });
  }, 60_000);
});

describe("a status that is not ours", () => {
  const forged = {
    "iter8.tools/status": JSON.stringify({
      conditions: [
        { type: "Ready", status: "True", reason: "Fine", message: "", lastTransitionTime: "2020-01-01T00:00:00Z" },
      ],
      versions: [{ name: "forged-v2", phase: "Released", weight: 100, reason: "Forged" }],
      routes: [],
    }),
    "iter8.tools/ready": "True",
  };

  it("is not believed, and put right at the next look", async () => {
    const app = await whole("forged");
    await app.setReady(2, false);
    await app.untilShares(80, 0);
    await others.annotate("forged", forged);
    await app.setReady(2, true);
    await app.untilShares(80, 20);
    await waitFor(async () => (await others.annotation("forged", "iter8.tools/status"))?.includes("Active"), {
      describe: "our own status",
    });
    expect(await others.annotation("forged", "iter8.tools/status")).not.toContain("Forged");
    for (const number of [1, 2]) expect(await app.held(number)).toBe(true);
  }, 60_000);

  it("is not believed of a routemap that is created with it", async () => {
    const app = new App(scene, "newborn");
    await scene.routemap("newborn", app.spec(), forged);
    await others.untilReady("newborn", "False");
    expect(await others.annotation("newborn", "iter8.tools/status")).not.toContain("Forged");
    await app.deploy(1, 2);
    await app.untilShares(80, 20);
    await others.untilReady("newborn", "True");
  }, 60_000);
});

describe("a routemap that lost its label", () => {
  it("gives its route up as it is, and then what it held", async () => {
    const app = await whole("handed");
    const uid = (await scene.find(httpRoutes, "handed"))?.metadata.uid;
    await scene.patch(configMaps, "handed", { metadata: { labels: { "iter8.tools/kind": null } } });
    for (const number of [1, 2]) await app.untilHeld(number, false);
    const route = await scene.find(httpRoutes, "handed");
    expect(route?.metadata.uid).toBe(uid);
    expect(ownersOf(route)).toEqual([]);
    expect(route?.metadata.labels ?? {}).not.toHaveProperty([ownerLabel]);
    expect(await scene.shares("handed")).toBe(app.shares(80, 20));
    await others.expectQuiet(httpRoutes, "handed");
  }, 60_000);
});

/** Waits until a value was the same for a second. */
async function untilRest(read: () => Promise<string>): Promise<void> {
  let last = "";
  let same = 0;
  await waitFor(
    async () => {
      const now = await read();
      same = now === last ? same + 1 : 0;
      last = now;
      return same === 40;
    },
    { describe: "a second without work", timeoutMs: 20_000 },
  );
}

describe("a routemap at rest", () => {
  const looks = (controller: ControllerProcess): Promise<number> =>
    controller.metric("controller_runtime_reconcile_total");

  /** Looks at routemaps and writes, each of which would go on if one caused the other. */
  async function work(controller: ControllerProcess): Promise<string> {
    const writes = await controller.metric("pointsman_writes_total");
    const patches = await controller.metric("rest_client_requests_total", 'method="PATCH"');
    return `${await looks(controller)} looks, ${writes} writes, ${patches} patches`;
  }

  it("is neither looked at nor written, and its own status does not wake it", async () => {
    const own = await Scene.open("rest");
    try {
      const controller = await own.controller();
      const app = await new App(own, "rest").whole();
      const writers = new OtherWriters(own);
      await writers.untilReady("rest", "True");
      await writers.untilReported("rest");
      await untilRest(() => work(controller));
      await writers.expectSteady(() => work(controller));
      const before = await looks(controller);
      await writers.annotate("rest", { "iter8.tools/paused": "true" });
      await own.untilCondition("rest", "Paused");
      // One look for the annotation, one write for the status.
      expect(await looks(controller)).toBe(before + 1);
      await writers.expectSteady(() => looks(controller));
      expect(await own.shares("rest")).toBe(app.shares(80, 20));
    } finally {
      await own.close();
    }
  }, 60_000);
});

describe("a routemap that was deleted", () => {
  it("loses its route to the collector for good, and then lets go what it held", async () => {
    const app = await whole("deleted");
    await scene.delete(configMaps, "deleted");
    // The garbage collector looks for kinds it does not know yet every 30 s.
    await scene.untilGone(httpRoutes, "deleted", 60_000);
    for (const number of [1, 2]) await app.untilHeld(number, false);
    expect(await others.expectQuiet(httpRoutes, "deleted")).toBeUndefined();
  }, 90_000);
});
