import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { describeError } from "../../src/base/errors.js";
import type { Json, JsonObject } from "../../src/base/json.js";
import { stringAt } from "../../src/base/json.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { App } from "../support/app.js";
import { ControllerProcess } from "../support/controllerProcess.js";
import { untilCaged } from "../support/install/cage.js";
import { EveryKind } from "../support/install/everyKind.js";
import { writeOverlay } from "../support/install/overlay.js";
import type { AdminClient, Reply } from "../support/plane/adminClient.js";
import { Plane, plane as sharedPlane } from "../support/plane/plane.js";
import type { RunningPlane } from "../support/plane/startPlane.js";
import { startPlane } from "../support/plane/startPlane.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, finalizer, httpRoutes, Scene, services } from "../support/scene.js";

const run = promisify(execFile);
const widgets = { group: "example.com", version: "v1", resource: "widgets" };
const leases = { group: "coordination.k8s.io", version: "v1", resource: "leases" };
const roles = { group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterroles" };
const bindings = { group: "rbac.authorization.k8s.io", version: "v1", resource: "rolebindings" };
const namespace = "traffic";
const account = "acme-pointsman";

let running: RunningPlane;
let plane: Plane;
let scene: Scene;
let pointsman: AdminClient;
let controller: ControllerProcess;
const folders: string[] = [];

/** Applies the overlay for the whole cluster, renamed and moved, with components. */
async function install(...components: readonly string[]): Promise<void> {
  const inner = await writeOverlay({ base: "cluster", over: { namespace, namePrefix: "acme-" } });
  const outer = await writeOverlay({ base: inner, components });
  folders.push(inner, outer);
  await kubectl("apply", "--server-side", "-k", outer);
}

function kubectl(...args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return run("kubectl", ["--kubeconfig", plane.kubeconfigPath, ...args]);
}

beforeAll(async () => {
  const shared = sharedPlane();
  running = await startPlane(shared.ownPlaneOptions());
  shared.close();
  plane = new Plane(running.info);
  await install("deletion-guard");
  scene = await Scene.open("shop", plane);
  await untilCaged(plane, namespace, account, scene.namespace);
  const token = await plane.tokenOf(namespace, account);
  pointsman = plane.clientFor(token);
  controller = await ControllerProcess.start({
    kubeconfig: await plane.kubeconfigFor(token, namespace),
    env: { POD_NAMESPACE: namespace },
  });
}, 120_000);
afterAll(async () => {
  await controller.kill();
  pointsman.close();
  await scene.close();
  await running.stop();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
}, 60_000);

describe("the controller in its cage, under another name and in another namespace", () => {
  it("reads, writes, holds and releases every kind, and is refused nothing", async () => {
    const app = new EveryKind(scene);
    await app.create("every");
    await app.untilRouted("every");
    for (const version of ["v1", "v2"]) await app.untilHeld(version);
    await app.routes("renamed");
    await app.untilRouted("renamed");
    await app.untilUnrouted("every");
    await app.remove("v2");
    expect(controller.log).not.toMatch(/forbidden/i);
    expect(await scene.eventReasons("every-kind")).toContain("RouteCreated");
  }, 120_000);
});

describe("the account of the controller", () => {
  const pathOf = ({ group, version, resource }: GroupVersionResource, name: string): string =>
    `${group === "" ? "/api" : `/apis/${group}`}/${version}/namespaces/${scene.namespace}/${resource}/${name}`;

  const merge = (kind: GroupVersionResource, name: string, body: Json, client = pointsman): Promise<Reply> =>
    client.request("PATCH", pathOf(kind, name), { body, contentType: "application/merge-patch+json" });

  /** The finalizers of an object, as an administrator sets them and as the account then changes them. */
  async function changeFinalizers(
    kind: GroupVersionResource,
    before: readonly string[],
    after: readonly string[],
  ): Promise<Reply> {
    await scene.patch(kind, "caged", { metadata: { finalizers: before } });
    return merge(kind, "caged", { metadata: { finalizers: after } });
  }

  beforeAll(async () => {
    await scene.deploy("caged", { labels: { "iter8.tools/watch": "false" } });
    await scene.apply(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "caged" },
      data: { text: "a" },
    });
    await scene.apply(widgets, {
      apiVersion: "example.com/v1",
      kind: "Widget",
      metadata: { name: "caged" },
      spec: { size: 1 },
    });
    await plane.admin.apply(
      roles,
      { name: "widgets" },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: "widgets", labels: { "pointsman.dev/aggregate-to-controller": "true" } },
        rules: [{ apiGroups: ["example.com"], resources: ["widgets"], verbs: ["get", "list", "watch", "patch"] }],
      },
    );
    await waitFor(async () => (await merge(widgets, "caged", {})).status === 200, { describe: "the right on widgets" });
  }, 60_000);
  afterAll(async () => {
    for (const kind of [deployments, services, configMaps, widgets])
      await scene.patch(kind, "caged", { metadata: { finalizers: null } });
  });

  const other = "example.com/theirs";

  it.each([
    ["puts our finalizer on a Deployment", deployments, [], [finalizer]],
    ["puts our finalizer on a Service beside another", services, [other], [other, finalizer]],
    ["takes our finalizer off a Deployment", deployments, [other, finalizer], [other]],
    ["takes foregroundDeletion off a Deployment", deployments, [finalizer, "foregroundDeletion"], [finalizer]],
    ["takes our finalizer off a ConfigMap", configMaps, [finalizer], []],
    ["takes our finalizer off a kind it does not hold", widgets, [other, finalizer], [other]],
  ])("%s", async (_, kind, before, after) => {
    const reply = await changeFinalizers(kind, before, after);
    expect(reply.status).toBe(200);
    expect((await scene.find(kind, "caged"))?.metadata.finalizers ?? []).toEqual(after);
  });

  it.each([
    ["another finalizer off a Deployment", deployments, [other, finalizer], [finalizer]],
    ["another finalizer onto a Deployment", deployments, [], [other]],
    ["foregroundDeletion onto a Deployment", deployments, [], ["foregroundDeletion"]],
    ["our finalizer onto a ConfigMap", configMaps, [], [finalizer]],
    ["foregroundDeletion off a ConfigMap", configMaps, ["foregroundDeletion"], []],
    ["our finalizer onto a kind it does not hold", widgets, [], [finalizer]],
  ])("is refused to put or take %s", async (_, kind, before, after) => {
    const reply = await changeFinalizers(kind, before, after);
    expect(stringAt(reply.body, "message")).toMatch(/pointsman-cage\.traffic.*finalizer/s);
    expect(reply.status).toBe(403);
  });

  it("writes the status of a routemap, and takes it off", async () => {
    const annotations = { "iter8.tools/status": "{}", "iter8.tools/ready": "True" };
    expect((await merge(configMaps, "caged", { metadata: { annotations } })).status).toBe(200);
    const none = { "iter8.tools/status": null, "iter8.tools/ready": null };
    expect((await merge(configMaps, "caged", { metadata: { annotations: none } })).status).toBe(200);
  });

  const containers = [{ name: "app", image: "example.com/miner:1" }];
  it.each<readonly [string, GroupVersionResource, JsonObject]>([
    ["run another image", deployments, { spec: { template: { spec: { containers } } } }],
    ["scale a Deployment", deployments, { spec: { replicas: 7 } }],
    ["relabel a Deployment", deployments, { metadata: { labels: { colour: "red" } } }],
    ["weigh a version", deployments, { metadata: { annotations: { "iter8.tools/weight": "9" } } }],
    ["claim to be its own status", deployments, { metadata: { annotations: { "iter8.tools/status": "9" } } }],
    ["select other Pods", services, { spec: { selector: { app: "another" } } }],
    ["edit a ConfigMap", configMaps, { data: { text: "b" } }],
    ["add to a ConfigMap", configMaps, { data: { more: "b" } }],
    ["empty a ConfigMap", configMaps, { data: null }],
    ["pause a routemap", configMaps, { metadata: { annotations: { "iter8.tools/paused": "true" } } }],
    ["make a ConfigMap a routemap", configMaps, { metadata: { labels: { "iter8.tools/kind": "routemap" } } }],
    ["change a kind of the user's own", widgets, { spec: { size: 2 } }],
  ])("may not %s", async (_, kind, body) => {
    const before = await scene.find(kind, "caged");
    const reply = await merge(kind, "caged", body);
    expect(stringAt(reply.body, "message")).toContain("pointsman-cage.traffic");
    expect(reply.status).toBe(403);
    expect((await scene.find(kind, "caged"))?.metadata.generation).toBe(before?.metadata.generation);
  });

  it("may not change owners, which would have the garbage collector delete what it may not", async () => {
    const owner = { apiVersion: "v1", kind: "ConfigMap", name: "none", uid: "0" };
    const reply = await merge(deployments, "caged", { metadata: { ownerReferences: [owner] } });
    expect(stringAt(reply.body, "message")).toContain("neither labels nor owners");
  });

  it("writes routes as it likes, and its Lease", async () => {
    const body = { spec: { hostnames: ["a.example.com"] } };
    expect((await merge(httpRoutes, "renamed", body)).status).toBe(200);
    const lease = await pointsman.get(leases, { namespace, name: "pointsman" });
    expect(stringAt(lease, "spec", "holderIdentity")).not.toBe("");
    expect(controller.log).not.toContain("pointsman-cage");
  });

  it("has a cage that keeps nobody else", async () => {
    expect((await merge(deployments, "caged", { spec: { replicas: 2 } }, plane.admin)).status).toBe(200);
  });
});

describe("a foreground deletion of what may serve", () => {
  const remove = (
    propagationPolicy: string,
    name: string,
    dryRun: readonly string[] = [],
    client = plane.admin,
  ): Promise<Reply> => {
    const path = `/apis/apps/v1/namespaces/${scene.namespace}/deployments/${name}`;
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy, dryRun };
    return client.request("DELETE", path, { body });
  };
  const dryRun = ["All"];

  it("is warned of, and goes through, unless the component deny is added", async () => {
    await new App(scene, "warned").whole();
    const place = ["--namespace", scene.namespace, "--dry-run=server"];
    const { stderr } = await kubectl("delete", "deployment", "warned-v2", "--cascade=foreground", ...place);
    expect(stderr).toMatch(/^Warning: .*Deployment warned-v2 may still serve.*PrunePropagationPolicy=background/s);
    const quiet = await kubectl("delete", "deployment", "warned-v2", "--cascade=background", ...place);
    expect(quiet.stderr).not.toContain("may still serve");
    const unheld = await kubectl("delete", "deployment", "caged", "--cascade=foreground", ...place);
    expect(unheld.stderr).not.toContain("may still serve");
  }, 60_000);

  it("is refused with the component deny, while a background deletion is not", async () => {
    await install("deletion-guard", "deletion-guard/deny");
    await waitFor(async () => (await remove("Foreground", "warned-v2", dryRun)).status === 422, {
      describe: "the policy to refuse",
      timeoutMs: 30_000,
    });
    const refused = await remove("Foreground", "warned-v2");
    expect(stringAt(refused.body, "message")).toMatch(
      /iter8\.tools\/weight: "0", or take its version out of the routemap/,
    );
    expect((await scene.find(deployments, "warned-v2"))?.metadata.deletionTimestamp).toBeUndefined();
    expect((await remove("Background", "warned-v2", dryRun)).status).toBe(200);
    expect((await remove("Orphan", "warned-v2", dryRun)).status).toBe(200);
  }, 60_000);

  it("passes once the weight 0 has drained it", async () => {
    const app = new App(scene, "warned");
    await scene.patch(deployments, "warned-v2", { metadata: { annotations: { "iter8.tools/weight": "0" } } });
    await app.untilShares(80, 0);
    await app.untilHeld(2, false);
    expect((await remove("Foreground", "warned-v2")).status).toBe(200);
    await scene.untilGone(deployments, "warned-v2");
  }, 60_000);

  it("passes once its version is out of the routemap and drained", async () => {
    const app = await new App(scene, "dropped").whole();
    expect((await remove("Foreground", "dropped-v2")).status).toBe(422);
    await app.routemap(1);
    await app.untilHeld(2, false);
    expect((await remove("Foreground", "dropped-v2")).status).toBe(200);
    await scene.untilGone(deployments, "dropped-v2");
  }, 60_000);

  it("passes for the garbage collector, so that no owner's deletion waits for ever", async () => {
    await scene.deploy("owned", { labels: { "iter8.tools/watch": "false" } });
    await scene.patch(deployments, "owned", { metadata: { finalizers: [finalizer] } });
    expect((await remove("Foreground", "owned", dryRun)).status).toBe(422);
    const collector = plane.clientFor(await plane.serviceAccountToken("kube-system", "generic-garbage-collector"));
    expect((await remove("Foreground", "owned", dryRun, collector)).status).toBe(200);
    collector.close();
    await scene.patch(deployments, "owned", { metadata: { finalizers: null } });
  }, 60_000);
});

describe("row 41: the author of a routemap, with the component author,", () => {
  let author: AdminClient;
  const routemap = (strSpec: string, name: string): JsonObject => {
    const metadata = { name, labels: { "iter8.tools/kind": "routemap" } };
    return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { strSpec } };
  };
  const write = async (strSpec: string, name = "authored"): Promise<string> => {
    const ref = { namespace: scene.namespace, name };
    return author.apply(configMaps, ref, routemap(strSpec, name)).then(
      () => "written",
      (thrown: unknown) => describeError(thrown),
    );
  };

  async function allow(name: string, apiGroups: readonly string[], resources: readonly string[]): Promise<void> {
    const rules = [{ apiGroups, resources, verbs: ["get", "create", "patch"] }];
    const apiVersion = "rbac.authorization.k8s.io/v1";
    await plane.admin.apply(roles, { name }, { apiVersion, kind: "ClusterRole", metadata: { name }, rules });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
    const subjects = [{ kind: "ServiceAccount", name: "author", namespace: scene.namespace }];
    await scene.apply(bindings, { apiVersion, kind: "RoleBinding", metadata: { name }, roleRef, subjects });
  }

  beforeAll(async () => {
    author = plane.clientFor(await plane.serviceAccountToken(scene.namespace, "author"));
    await allow("author-configmaps", [""], ["configmaps"]);
    await install("deletion-guard", "deletion-guard/author");
    // What changes nothing is nobody's business, so each try writes another text.
    let tries = 0;
    await waitFor(async () => (await write(`# ${tries++}`, "trial")).includes("pointsman-routemap-author"), {
      describe: "the policy for authors",
      timeoutMs: 30_000,
    });
  }, 60_000);
  afterAll(() => author.close());

  it("may not write what he may not write himself, and is told which kinds", async () => {
    expect(await write("versions: []")).toContain("httproutes.gateway.networking.k8s.io");
    expect(await scene.find(configMaps, "authored")).toBeUndefined();
  });

  it("may not make a ConfigMap of his a routemap by its label", async () => {
    const ref = { namespace: scene.namespace, name: "authored" };
    const { data, apiVersion, kind } = routemap("versions: []", "authored");
    await author.apply(configMaps, ref, { apiVersion, kind, metadata: { name: "authored" }, data: data ?? null });
    expect(await write("versions: []")).toContain("which system:serviceaccount:");
  });

  it("may once he has the rights, and keeps the routemap's status and labels to himself without them", async () => {
    await allow("author-routes", ["gateway.networking.k8s.io"], ["httproutes", "grpcroutes"]);
    await waitFor(async () => !(await write("versions: []")).includes("httproutes"), { describe: "the first rights" });
    expect(await write("versions: []")).toContain("virtualservices.networking.istio.io");
    await allow("author-mesh", ["networking.istio.io"], ["virtualservices", "destinationrules"]);
    await waitFor(async () => (await write("versions: []")) === "written", { describe: "the other rights" });
    await plane.admin.delete(bindings, { namespace: scene.namespace, name: "author-mesh" });
    let tries = 0;
    await waitFor(async () => (await write(`# ${tries++}`)).includes("may not patch"), { describe: "their end" });
    const ref = { namespace: scene.namespace, name: "authored" };
    await author.patch(configMaps, ref, { metadata: { annotations: { note: "mine" } } });
  }, 60_000);

  it.each(["adopt", "paused", "force-primary"])("may not steer routes by the annotation %s", async (name) => {
    const ref = { namespace: scene.namespace, name: "authored" };
    const steered = author.patch(configMaps, ref, { metadata: { annotations: { [`iter8.tools/${name}`]: "true" } } });
    await expect(steered).rejects.toThrow("may not patch");
  });

  it("may not write the template of a routemap either, nor make one of a ConfigMap of his", async () => {
    const ref = { namespace: scene.namespace, name: "template" };
    const plain = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "template" }, data: { route: "a" } };
    const labels = { "iter8.tools/kind": "routetemplate" };
    const labelled = { ...plain, metadata: { ...plain.metadata, labels } };
    await expect(author.apply(configMaps, ref, labelled)).rejects.toThrow("may not patch");
    await author.apply(configMaps, ref, plain);
    await expect(author.patch(configMaps, ref, { metadata: { labels } })).rejects.toThrow("may not patch");
  });
});
