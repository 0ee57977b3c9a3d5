import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { systemClock } from "../../src/base/clock.js";
import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, numberAt, stringAt } from "../../src/base/json.js";
import { parseYaml } from "../../src/base/yaml.js";
import type { KubeObject } from "../../src/kube/object.js";
import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { OtherWriters, writersOf } from "../support/otherWriters.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, httpRoutes, Scene, versionsOf, virtualServices } from "../support/scene.js";

const ownerLabel = "iter8.tools/routemap-uid";
const adopt = { "iter8.tools/adopt": "true" };
/** The garbage collector looks for kinds it does not know yet every 30 s. */
const patienceWithCollector = 60_000;
const parentRefs = [{ name: "gateway" }];

let scene: Scene;
let others: OtherWriters;
let controller: ControllerProcess;
beforeAll(async () => {
  scene = await Scene.open("ownership");
  others = new OtherWriters(scene);
  controller = await scene.controller();
}, 60_000);
afterAll(async () => scene.close(), 60_000);

const refs = (app: App, ...weights: readonly number[]): JsonObject[] =>
  weights.map((weight, index) => ({ name: app.version(index + 1), port: 80, weight }));

const rules = (app: App, ...weights: readonly number[]): JsonObject[] => [{ backendRefs: refs(app, ...weights) }];

/** An app whose versions run; its routemap is not there yet. */
async function deployed(name: string): Promise<App> {
  const app = new App(scene, name);
  await app.deploy(1, 2);
  return app;
}

async function uidOf(routemap: string): Promise<string> {
  return (await scene.find(configMaps, routemap))?.metadata.uid ?? "no such routemap";
}

function ownersOf(object: KubeObject | undefined): readonly string[] {
  return (object?.metadata.ownerReferences ?? []).map((owner) => `${owner.kind}/${owner.uid}`);
}

async function whole(name: string): Promise<App> {
  const app = await new App(scene, name).whole();
  await others.untilReady(name, "True");
  await others.untilReported(name);
  return app;
}

describe("a route that somebody else wrote at an output's name", () => {
  it("is not touched, not even by an owner reference, and outlives the routemap", async () => {
    const app = await deployed("foreign");
    await others.apply("foreign", "kubectl", { parentRefs, rules: rules(app, 100) }, { labels: { team: "a" } });
    const before = (await others.untilReported("foreign")).metadata.resourceVersion;
    await app.routemap();
    const told = await scene.untilCondition("foreign", "NotOurs");
    expect(told.message).toContain("kubectl");
    expect(told.message).toContain("adopt");
    await others.untilReady("foreign", "False");
    await others.untilEvent("foreign", "NotOurs", "kubectl");
    expect(await others.expectQuiet(httpRoutes, "foreign")).toBe(before);
    expect(await app.held(1)).toBe(false);
    await scene.delete(configMaps, "foreign");
    await scene.untilGone(configMaps, "foreign");
    expect(await others.expectQuiet(httpRoutes, "foreign")).toBe(before);
    const route = await scene.find(httpRoutes, "foreign");
    expect(ownersOf(route)).toEqual([]);
    expect(route?.metadata.labels).toEqual({ team: "a" });
  }, 60_000);

  it("is taken over once the routemap says adopt, and keeps what others own in it", async () => {
    const app = await deployed("adopted");
    const theirs = { parentRefs, hostnames: ["app.example.com"], rules: rules(app, 100) };
    await others.apply("adopted", "kubectl", theirs, { labels: { team: "a" } });
    await app.routemap();
    await scene.untilCondition("adopted", "NotOurs");
    await others.annotate("adopted", adopt);
    await app.untilShares(80, 20);
    await others.untilReady("adopted", "True");
    const route = await scene.find(httpRoutes, "adopted");
    expect(ownersOf(route)).toEqual([`ConfigMap/${await uidOf("adopted")}`]);
    expect(route?.metadata.labels).toEqual({ team: "a", [ownerLabel]: await uidOf("adopted") });
    expect(arrayAt(route, "spec", "hostnames")).toEqual(["app.example.com"]);
  }, 60_000);
});

describe("a field of ours that somebody else changed", () => {
  it("is forced back after an update, with an Event that names who did it", async () => {
    const app = await whole("drift");
    await others.update("drift", "careless-editor", { spec: { rules: rules(app, 30, 70) } });
    await app.untilShares(80, 20);
    await others.untilEvent("drift", "DriftRepaired", "careless-editor");
    await others.untilReported("drift");
    await others.expectQuiet(httpRoutes, "drift");
  }, 60_000);

  it("is forced back where it is our owner reference", async () => {
    await whole("stripped");
    const uid = await uidOf("stripped");
    await others.update("stripped", "careless-editor", { metadata: { ownerReferences: null } });
    await waitFor(async () => ownersOf(await scene.find(httpRoutes, "stripped")).includes(`ConfigMap/${uid}`), {
      describe: "the owner reference",
    });
    await others.untilReported("stripped");
    await others.expectQuiet(httpRoutes, "stripped");
  }, 60_000);

  it("is given up where it is our label: only what carries it is ours to write", async () => {
    const app = await whole("unmarked");
    await others.update("unmarked", "careless-editor", {
      metadata: { labels: { [ownerLabel]: null } },
      spec: { rules: rules(app, 50, 50) },
    });
    const told = await scene.untilCondition("unmarked", "NotOurs");
    expect(told.message).toContain("careless-editor");
    await others.untilReported("unmarked");
    await others.expectQuiet(httpRoutes, "unmarked");
    expect(await scene.shares("unmarked")).toBe(app.shares(50, 50));
  }, 60_000);

  it("is left alone after an apply, with manager and field, until the routemap says adopt", async () => {
    const app = await whole("claimed");
    await others.apply("claimed", "gitops", { rules: rules(app, 50, 50) });
    const told = await scene.untilCondition("claimed", "FieldConflict");
    expect(told.message).toMatch(/gitops.*\.spec\.rules/);
    await others.untilEvent("claimed", "FieldConflict", "gitops");
    await others.untilReady("claimed", "False");
    await others.untilReported("claimed");
    await others.expectQuiet(httpRoutes, "claimed");
    expect(await scene.shares("claimed")).toBe(app.shares(50, 50));
    await others.annotate("claimed", adopt);
    await app.untilShares(80, 20);
    await others.untilReady("claimed", "True");
    expect((await scene.conditions("claimed")).map(({ type }) => type)).toEqual(["Ready"]);
  }, 60_000);

  it("is taken back from a claim where a version loses its readiness", async () => {
    const app = await whole("unsafe");
    await others.apply("unsafe", "gitops", { rules: rules(app, 50, 50) });
    await scene.untilCondition("unsafe", "FieldConflict");
    await app.setReady(2, false);
    await waitFor(async () => (await scene.shares("unsafe")).endsWith("v2=0"), { describe: "the return" });
  }, 60_000);

  it("row 34: is not fought for beyond five times, while traffic still returns from what is not ready or deleted", async () => {
    const app = await whole("fight");
    for (let fight = 1; fight <= 5; fight += 1) {
      await others.update("fight", "stubborn", { spec: { rules: rules(app, 50 + fight, 50) } });
      await app.untilShares(80, 20);
    }
    await others.update("fight", "stubborn", { spec: { rules: rules(app, 5, 95) } });
    await scene.untilCondition("fight", "Fighting");
    await others.untilReady("fight", "False");
    await others.untilEvent("fight", "Fighting", "5 times");
    await others.untilReported("fight");
    await others.expectQuiet(httpRoutes, "fight");
    expect(await scene.shares("fight")).toBe(app.shares(5, 95));
    await app.setReady(2, false);
    await waitFor(async () => (await scene.shares("fight")).endsWith("v2=0"), { describe: "the return" });
    await app.setReady(2, true);
    // Before the controller has seen it ready, weight given to it would be one more thing to return.
    await waitFor(async () => (await wantedWeight("fight", 1)) === 20, { describe: "v2 to be seen ready" });
    await others.update("fight", "stubborn", { spec: { rules: rules(app, 5, 95) } });
    await waitFor(async () => (await scene.shares("fight")) === app.shares(5, 95), { describe: "the other's weights" });
    await app.remove(2);
    await waitFor(async () => (await scene.shares("fight")).endsWith("v2=0"), { describe: "the second return" });
    await app.untilGone(2);
  }, 60_000);
});

/** The weight that a routemap's published status says a version should have. */
async function wantedWeight(routemap: string, version: number): Promise<number | undefined> {
  const text = (await scene.find(configMaps, routemap))?.metadata.annotations?.["iter8.tools/status"];
  const status = parseYaml(text ?? "{}");
  return status.ok ? numberAt(status.value.value, "versions", version, "weight") : undefined;
}

/** What Iter8 sets on each of its outputs; the kind is written as it writes it. */
function iter8Metadata(name: string, uid: string): JsonObject {
  const owner = { apiVersion: "v1", kind: "configmap", name, uid };
  return { annotations: { "example.com/by": "iter8" }, ownerReferences: [owner] };
}

const iter8Manager = { manager: "iter8-controller", force: true };

function hostTemplate(app: App): string {
  const routes = [1, 2].map(
    (number) => `          - {destination: {host: ${app.version(number)}}, weight: {{ index .Weights ${number - 1} }}}`,
  );
  return `routingTemplates:
  main:
    gvrShort: vs
    template: |
      apiVersion: networking.istio.io/v1beta1
      kind: VirtualService
      metadata: {name: ${app.name}}
      spec:
        hosts: [${app.name}.example.com]
        http:
        - route:
${routes.join("\n")}
`;
}

describe("what Iter8's controller left", () => {
  /** The routemap as an ordinary ConfigMap: nobody works on it until it gets its label. */
  async function unlabelled(name: string): Promise<string> {
    await scene.apply(configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
    return uidOf(name);
  }

  async function adoptedRoute(name: string): Promise<App> {
    const app = await deployed(name);
    const metadata = iter8Metadata(name, await unlabelled(name));
    await others.apply(name, iter8Manager.manager, { parentRefs, rules: rules(app, 1) }, metadata);
    await app.routemap();
    await app.untilShares(80, 20);
    await waitFor(async () => !writersOf(await scene.find(httpRoutes, name)).includes("iter8-controller"), {
      describe: "Iter8's fields to go",
    });
    return app;
  }

  it("is taken over: an HTTPRoute", async () => {
    await adoptedRoute("left");
    const route = await scene.find(httpRoutes, "left");
    expect(writersOf(route)).toEqual(["pointsman"]);
    expect(ownersOf(route)).toEqual([`ConfigMap/${await uidOf("left")}`]);
    expect(route?.metadata.annotations).not.toHaveProperty("example.com/by");
    await others.untilReady("left", "True");
  }, 60_000);

  it("is taken over: a VirtualService", async () => {
    const app = await deployed("left-vs");
    const metadata = { ...iter8Metadata("left-vs", await unlabelled("left-vs")), name: "left-vs" };
    const route = [{ destination: { host: app.version(1) } }];
    const identity = { apiVersion: "networking.istio.io/v1beta1", kind: "VirtualService" };
    const spec = { hosts: ["left-vs.example.com"], http: [{ route }], tcp: [] };
    const ref = { namespace: scene.namespace, name: "left-vs" };
    await scene.admin.apply(virtualServices, ref, { ...identity, metadata, spec }, iter8Manager);
    const versions = versionsOf([app.version(1), 80], [app.version(2), 20]);
    await scene.routemap("left-vs", versions + hostTemplate(app));
    const done = await waitFor(
      async () => {
        const object = await scene.find(virtualServices, "left-vs");
        return numberAt(object, "spec", "http", 0, "route", 1, "weight") === 20 && writersOf(object).length === 1
          ? object
          : undefined;
      },
      { describe: "the VirtualService" },
    );
    expect(writersOf(done)).toEqual(["pointsman"]);
    expect(ownersOf(done)).toEqual([`ConfigMap/${await uidOf("left-vs")}`]);
    expect(done["spec"]).not.toHaveProperty("tcp");
  }, 60_000);

  it("is not fought for while that controller still runs", async () => {
    const app = await adoptedRoute("running");
    const ours = (await scene.find(httpRoutes, "running"))?.metadata.managedFields ?? [];
    const last = Math.max(...ours.map((entry) => Date.parse(entry.time ?? "")));
    await waitFor(() => systemClock.now() > last + 1000, { describe: "a later second: managedFields have no finer" });
    await others.apply("running", iter8Manager.manager, { parentRefs, rules: rules(app, 1) });
    const told = await scene.untilCondition("running", "Iter8Running");
    expect(told.message).toContain("iter8-controller");
    await others.untilReady("running", "False");
    await others.untilEvent("running", "Iter8Running", "iter8-controller");
    await others.untilReported("running");
    await others.expectQuiet(httpRoutes, "running");
    expect(await scene.shares("running")).toBe("running-v1=1");
  }, 60_000);
});

describe("an output that goes by hand", () => {
  it("is made again at once, as it was", async () => {
    const app = await whole("again");
    const before = (await scene.find(httpRoutes, "again"))?.metadata.uid;
    const writes = await controller.metric("pointsman_writes_total", 'kind="httproute",reason="create"');
    const start = systemClock.monotonic();
    await scene.delete(httpRoutes, "again");
    await app.untilShares(80, 20);
    expect(systemClock.monotonic() - start).toBeLessThan(2500);
    const after = await scene.find(httpRoutes, "again");
    expect(after?.metadata.uid).not.toBe(before);
    expect(stringAt(after, "metadata", "labels", ownerLabel)).toBe(await uidOf("again"));
    expect(await controller.metric("pointsman_writes_total", 'kind="httproute",reason="create"')).toBe(writes + 1);
  }, 60_000);
});

describe("an output that two routemaps render", () => {
  it("belongs to the first until that goes, and then to the second", async () => {
    const app = await whole("shared");
    await scene.routemap("rival", app.spec().replace("weight: 80", "weight: 60"));
    const told = await scene.untilCondition("rival", "OutputTaken");
    expect(told.message).toContain(await uidOf("shared"));
    await others.untilReady("rival", "False");
    await others.untilEvent("rival", "OutputTaken", "shared");
    await others.expectQuiet(httpRoutes, "shared");
    expect(await scene.shares("shared")).toBe(app.shares(80, 20));
    await others.untilReady("shared", "True");
    await scene.delete(configMaps, "shared");
    await scene.untilShares("shared", app.shares(60, 20), patienceWithCollector);
    await others.untilReady("rival", "True");
    expect(ownersOf(await scene.find(httpRoutes, "shared"))).toEqual([`ConfigMap/${await uidOf("rival")}`]);
  }, 90_000);
});
