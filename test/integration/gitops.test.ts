import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { numberAt } from "../../src/base/json.js";
import { App } from "../support/app.js";
import type { GitManifest } from "../support/gitops.js";
import { ArgoCd, documentsOf, Flux, ignoredPointers, shippedPolicy } from "../support/gitops.js";
import { OtherWriters, writersOf } from "../support/otherWriters.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, finalizer, httpRoutes, Scene } from "../support/scene.js";

const weight = "iter8.tools/weight";
const ssa = "kustomize.toolkit.fluxcd.io/ssa";

let scene: Scene;
let others: OtherWriters;
beforeAll(async () => {
  scene = await Scene.open("gitops");
  others = new OtherWriters(scene);
  await scene.controller();
}, 60_000);
afterAll(async () => scene.close(), 60_000);

function routemapOf(app: App, annotations: JsonObject = {}): GitManifest {
  const labels = { "iter8.tools/kind": "routemap", "iter8.tools/version": "v1.1" };
  const metadata = { name: app.name, labels, annotations };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { strSpec: app.spec() } };
}

function deploymentOf(name: string, annotations: JsonObject = {}): GitManifest {
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "app", image: "example.com/app:1" }], terminationGracePeriodSeconds: 1 },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: { "iter8.tools/watch": "true" }, annotations },
    spec: { replicas: 1, selector: { matchLabels: { app: name } }, template },
  };
}

/** Someone at a terminal: `kubectl annotate --overwrite`. */
async function annotateByHand(name: string, value: string, manager = "kubectl-annotate"): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${scene.namespace}/deployments/${name}?fieldManager=${manager}`;
  const body = { metadata: { annotations: { [weight]: value } } };
  const reply = await scene.admin.request("PATCH", path, { body, contentType: "application/merge-patch+json" });
  expect(reply.status).toBe(200);
}

async function weightOf(name: string): Promise<string | undefined> {
  return (await scene.find(deployments, name))?.metadata.annotations?.[weight];
}

/** Waits until the status says that both versions have their traffic and that the gateway follows. */
async function untilSettled(routemap: string): Promise<void> {
  const status = async (): Promise<string> => (await others.annotation(routemap, "iter8.tools/status")) ?? "";
  await waitFor(
    async () => {
      const text = await status();
      return text.includes('"confirmed":true') && (text.match(/"phase":"Active"/g) ?? []).length === 2;
    },
    { describe: `the status of ${routemap} to be at rest`, timeoutMs: 15_000 },
  );
}

interface Tool {
  readonly name: string;
  readonly manager: string;
  readonly write: (gvr: typeof configMaps, manifest: GitManifest) => Promise<unknown>;
}

const tools: readonly Tool[] = [
  {
    name: "Argo CD",
    manager: "argocd-controller",
    write: (gvr, manifest) => new ArgoCd(scene).sync(gvr, manifest),
  },
  {
    name: "Argo CD with what the Application ignores",
    manager: "argocd-controller",
    write: async (gvr, manifest) => new ArgoCd(scene, await ignoredPointers("ConfigMap")).sync(gvr, manifest),
  },
  {
    name: "Flux",
    manager: "kustomize-controller",
    write: (gvr, manifest) => new Flux(scene).reconcile(gvr, manifest),
  },
];

describe.each(tools)("$name, that applies a routemap and its workloads from Git", ({ name, manager, write }) => {
  const prefix = `app-${tools.findIndex((tool) => tool.name === name)}`;
  let app: App;
  beforeAll(async () => {
    app = new App(scene, prefix);
    await app.deploy(1, 2);
    for (const version of app.versions) await write(deployments, deploymentOf(version));
    await write(configMaps, routemapOf(app));
    await app.untilShares(80, 20);
    await others.untilReady(app.name, "True");
    await untilSettled(app.name);
  }, 60_000);

  it("takes neither the status nor finalizers away, and writes nothing when it comes again", async () => {
    const status = await others.annotation(app.name, "iter8.tools/status");
    await write(configMaps, routemapOf(app));
    const settled = await others.expectQuiet(configMaps, app.name);
    await write(configMaps, routemapOf(app));
    expect(await others.expectQuiet(configMaps, app.name)).toBe(settled);
    expect(status).toContain('"type":"Ready"');
    expect(await others.annotation(app.name, "iter8.tools/status")).toBe(status);
    expect(writersOf(await scene.find(configMaps, app.name))).toEqual([manager, "pointsman-status"]);
    for (const version of app.versions) {
      await write(deployments, deploymentOf(version));
      expect((await scene.find(deployments, version))?.metadata.finalizers).toContain(finalizer);
    }
    expect(await scene.shares(app.name)).toBe(app.shares(80, 20));
  }, 60_000);

  it("leaves the status to Pointsman, which goes on to publish what changes", async () => {
    await app.setReady(2, false);
    await app.untilShares(80, 0);
    await write(configMaps, routemapOf(app));
    await app.setReady(2, true);
    await app.untilShares(80, 20);
    await untilSettled(app.name);
  }, 60_000);

  it("changes the routemap's text, and the route follows", async () => {
    const changed = new App(scene, app.name, [50, 50]);
    await write(configMaps, routemapOf(changed));
    await app.untilShares(50, 50);
    await write(configMaps, routemapOf(app));
    await app.untilShares(80, 20);
  }, 60_000);
});

describe("a status that Argo CD writes back as it was some time ago", () => {
  it("is put right at once", async () => {
    const app = await new App(scene, "stale").whole();
    await others.untilReady("stale", "True");
    const seen = await scene.find(configMaps, "stale");
    await app.setReady(2, false);
    await app.untilShares(80, 0);
    const now = async (): Promise<string> => (await others.annotation("stale", "iter8.tools/status")) ?? "";
    await waitFor(async () => /"phase":"(Returning|Draining|Dropping|Idle)"/.test(await now()), {
      describe: "the status of the return",
    });
    const argo = new ArgoCd(scene, await ignoredPointers("ConfigMap"));
    const written = await argo.sync(configMaps, routemapOf(app), seen);
    expect(written.metadata.annotations?.["iter8.tools/status"]).toBe(
      seen?.metadata.annotations?.["iter8.tools/status"],
    );
    await waitFor(async () => !/"name":"stale-v2","phase":"Active"/.test(await now()), {
      describe: "the true status",
      timeoutMs: 3000,
    });
  }, 60_000);
});

describe("a routemap that is replaced, as with Replace=true", () => {
  it("gets its status back at once", async () => {
    const app = await new App(scene, "replaced").whole();
    await others.untilReady("replaced", "True");
    await untilSettled("replaced");
    const status = await others.annotation("replaced", "iter8.tools/status");
    const ref = { namespace: scene.namespace, name: "replaced" };
    const written = routemapOf(app);
    const body = { ...written, metadata: { ...written.metadata, namespace: scene.namespace } };
    const replaced = await scene.admin.replace(configMaps, ref, body);
    expect(replaced.metadata.annotations?.["iter8.tools/status"]).toBeUndefined();
    await waitFor(async () => (await others.annotation("replaced", "iter8.tools/status")) === status, {
      describe: "the status to be back",
      timeoutMs: 3000,
    });
  }, 60_000);
});

describe("a weight that somebody set by hand", () => {
  interface Case {
    readonly tool: string;
    readonly git: JsonObject;
    readonly sync: (manifest: GitManifest) => Promise<unknown>;
    readonly manager?: string;
    readonly then: string | undefined;
  }

  const argo = (manifest: GitManifest): Promise<unknown> => new ArgoCd(scene).sync(deployments, manifest);
  const argoIgnoring = async (manifest: GitManifest): Promise<unknown> =>
    new ArgoCd(scene, await ignoredPointers("Deployment")).sync(deployments, manifest);
  const flux = (manifest: GitManifest): Promise<unknown> => new Flux(scene).reconcile(deployments, manifest);

  const cases: readonly Case[] = [
    { tool: "stays with Argo CD if Git has none", git: {}, sync: argo, then: "0" },
    { tool: "goes with Argo CD if Git has one", git: { [weight]: "30" }, sync: argo, then: "30" },
    {
      tool: "stays with Argo CD if Git has one that the Application ignores",
      git: { [weight]: "30" },
      sync: argoIgnoring,
      then: "0",
    },
    { tool: "goes with Flux though Git has none", git: {}, sync: flux, then: undefined },
    { tool: "stays with Flux and the policy Merge if Git has none", git: { [ssa]: "Merge" }, sync: flux, then: "0" },
    {
      tool: "stays with Flux if kubectl wrote it under another field manager",
      git: {},
      sync: flux,
      manager: "traffic",
      then: "0",
    },
    {
      tool: "goes with Flux and the policy Merge if Git has one",
      git: { [ssa]: "Merge", [weight]: "30" },
      sync: flux,
      then: "30",
    },
    {
      tool: "stays with Flux and the policy IfNotPresent",
      git: { [ssa]: "IfNotPresent", [weight]: "30" },
      sync: flux,
      then: "0",
    },
  ];

  it.each(cases)("$tool", async ({ tool, git, sync, manager, then }) => {
    const name = `by-hand-${cases.findIndex((each) => each.tool === tool)}`;
    const manifest = deploymentOf(name, git);
    await sync(manifest);
    await annotateByHand(name, "0", manager);
    await sync(manifest);
    expect(await weightOf(name)).toBe(then);
    // A second time, as tools come again every few minutes.
    await sync(manifest);
    expect(await weightOf(name)).toBe(then);
  });

  it("is what the shipped manifest for Flux asks to keep", async () => {
    expect(await shippedPolicy("Deployment")).toBe("Merge");
    expect(await shippedPolicy("HTTPRoute")).toBe("IfNotPresent");
  });
});

describe("a route that Git has as well, of a routemap that adopts", () => {
  const adopt = { "iter8.tools/adopt": "true" };

  /** Two versions and a route in Git that gives everything to the first; the routemap is there last. */
  async function started(name: string, write: (manifest: GitManifest) => Promise<unknown>): Promise<App> {
    const app = new App(scene, name);
    await app.deploy(1, 2);
    await write(routeOf(app));
    await scene.routemap(name, app.spec(), adopt);
    await app.untilShares(80, 20);
    await others.untilReported(name);
    return app;
  }

  function routeOf(app: App, annotations: JsonObject = {}): GitManifest {
    const rules = [{ backendRefs: [{ name: app.version(1), port: 80, weight: 1 }] }];
    const metadata = { name: app.name, labels: { team: "a" }, annotations };
    const spec = { parentRefs: [{ name: "gateway" }], hostnames: ["shop.example.com"], rules };
    return { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata, spec };
  }

  it("keeps its weights through Argo CD's syncs if the Application ignores its rules, and follows the routemap", async () => {
    const argo = new ArgoCd(scene, await ignoredPointers("HTTPRoute"));
    const write = (manifest: GitManifest): Promise<unknown> => argo.sync(httpRoutes, manifest);
    const app = await started("argo-route", write);
    await write(routeOf(app));
    const generation = async (): Promise<number | undefined> =>
      numberAt(await scene.find(httpRoutes, app.name), "metadata", "generation");
    const before = await generation();
    await write(routeOf(app));
    await others.expectSteady(async () => (await generation()) ?? 0);
    expect(await generation()).toBe(before);
    expect(await scene.shares(app.name)).toBe(app.shares(80, 20));
    // Argo CD owns the rules as well by now.
    await scene.routemap(app.name, new App(scene, app.name, [50, 50]).spec(), adopt);
    await app.untilShares(50, 50);
    await write(routeOf(app));
    await app.setReady(2, false);
    await app.untilShares(50, 0);
    const route = await scene.find(httpRoutes, app.name);
    expect(route?.metadata.labels?.["team"]).toBe("a");
  }, 60_000);

  it("is written to and fro if the Application does not ignore its rules, and told about", async () => {
    const argo = new ArgoCd(scene);
    const app = await started("argo-fight", (manifest) => argo.sync(httpRoutes, manifest));
    const written = await argo.sync(httpRoutes, routeOf(app));
    expect(JSON.stringify(written["spec"])).not.toContain(app.version(2));
    await app.untilShares(80, 20);
  }, 60_000);

  it("is created by Flux once with the policy IfNotPresent, and left to Pointsman then", async () => {
    const flux = new Flux(scene);
    const policy = { [ssa]: (await shippedPolicy("HTTPRoute")) ?? "" };
    const app = await started("flux-route", (manifest) =>
      flux.reconcile(httpRoutes, { ...manifest, metadata: { ...manifest.metadata, annotations: policy } }),
    );
    await flux.reconcile(httpRoutes, routeOf(app, policy));
    expect(await scene.shares(app.name)).toBe(app.shares(80, 20));
    await app.setReady(2, false);
    await app.untilShares(80, 0);
  }, 60_000);
});

describe("the shipped samples", () => {
  it("tell Argo CD to delete in the background, to apply on the server, and to leave alone what it ignores", async () => {
    const [application] = await documentsOf("config/gitops/argo-cd/application.yaml");
    const text = JSON.stringify(application);
    for (const option of [
      "PrunePropagationPolicy=background",
      "ServerSideApply=true",
      "RespectIgnoreDifferences=true",
      "resources-finalizer.argocd.argoproj.io/background",
    ])
      expect(text).toContain(option);
  });

  it("never ignore a field inside a list, which Argo CD would freeze as a whole", async () => {
    for (const kind of ["ConfigMap", "Deployment", "Service", "HTTPRoute", "GRPCRoute", "VirtualService"]) {
      const pointers = await ignoredPointers(kind);
      expect(pointers.length).toBeGreaterThan(0);
      for (const pointer of pointers) expect(pointer).not.toMatch(/\/(\d+|-|\*)(\/|$)/);
    }
  });
});
