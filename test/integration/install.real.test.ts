import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, at, objectAt, stringAt } from "../../src/base/json.js";
import { defaultConfig } from "../../src/config/defaults.js";
import { groupResourceOf } from "../../src/kube/resource.js";
import { neededPermissions } from "../../src/routing/permissions.js";
import type { KubeObject } from "../../src/kube/object.js";
import { App } from "../support/app.js";
import { ControllerProcess, quickConfig } from "../support/controllerProcess.js";
import { aggregationLabel } from "../support/install/account.js";
import { applyManifest } from "../support/install/apply.js";
import { EveryKind } from "../support/install/everyKind.js";
import { invocationOf } from "../support/install/invocation.js";
import type { Manifest } from "../support/install/render.js";
import { ofKind, one, render } from "../support/install/render.js";
import { rightsOf } from "../support/install/rules.js";
import { Plane, plane as sharedPlane } from "../support/plane/plane.js";
import type { RunningPlane } from "../support/plane/startPlane.js";
import { startPlane } from "../support/plane/startPlane.js";
import { waitFor } from "../support/plane/waitFor.js";
import { httpRoutes, Scene, services } from "../support/scene.js";

const run = promisify(execFile);
const overlays = resolve("kustomize/overlays");
const components = resolve("kustomize/components");
const widgets = { group: "example.com", version: "v1", resource: "widgets" };
const leases = { group: "coordination.k8s.io", version: "v1", resource: "leases" };

/** Kustomizations as a user writes them, in a folder of their own. */
class Kustomization {
  private constructor(private readonly root: string) {}

  static async create(): Promise<Kustomization> {
    return new Kustomization(await mkdtemp(join(await realpath(tmpdir()), "pointsman-kustomize-")));
  }

  /**
   * Writes `kustomization.yaml` into a folder of this name and returns its path. `resources` and `used` (components) are absolute
   * paths, which kustomize does not take.
   */
  async write(name: string, over: JsonObject, resources: readonly string[], used: readonly string[] = []) {
    const folder = join(this.root, name);
    await mkdir(folder);
    const paths = (list: readonly string[]): readonly string[] => list.map((path) => relative(folder, path));
    const content = { ...over, resources: paths(resources), components: paths(used) };
    await writeFile(join(folder, "kustomization.yaml"), JSON.stringify(content));
    return folder;
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

const everyComponent = ["prometheus", "servicemonitor", "networkpolicy", "flowschema", "dashboard"];

let own: Kustomization;
beforeAll(async () => {
  own = await Kustomization.create();
});
afterAll(() => own.remove());

describe("the manifests", () => {
  it.each(["base", "overlays/cluster", "overlays/namespace", "overlays/ha"])(
    "of %s build without a warning",
    async (folder) => {
      expect((await render(resolve("kustomize", folder))).length).toBeGreaterThan(5);
    },
  );

  it.each(["cluster", "namespace", "ha"])(
    "of the overlay %s name the account in every binding, under any name and namespace",
    async (overlay) => {
      const over = { namespace: "traffic", namePrefix: "acme-", nameSuffix: "-eu" };
      const rendered = await render(await own.write(`renamed-${overlay}`, over, [join(overlays, overlay)]));
      const roles = ofKind(rendered, "Role", "ClusterRole").map(({ metadata }) => metadata["name"]);
      const bindings = ofKind(rendered, "RoleBinding", "ClusterRoleBinding");
      expect(bindings.length).toBe(roles.length);
      for (const binding of bindings) {
        expect(at(binding, "subjects")).toEqual([
          { kind: "ServiceAccount", name: "acme-pointsman-eu", namespace: "traffic" },
        ]);
        expect(roles).toContain(stringAt(binding, "roleRef", "name"));
      }
      const deployment = one(rendered, "Deployment", "acme-pointsman-eu");
      expect(stringAt(deployment, "spec", "template", "spec", "serviceAccountName")).toBe("acme-pointsman-eu");
      const strays = rendered.filter(
        ({ metadata }) => !["traffic", undefined].includes(metadata["namespace"] as string),
      );
      expect(strays).toEqual([]);
    },
  );

  it("of the overlay namespace have nothing that belongs to no namespace", async () => {
    const rendered = await render(join(overlays, "namespace"));
    expect(rendered.filter(({ metadata }) => metadata["namespace"] !== "default")).toEqual([]);
    expect(invocationOf(rendered, "pod").flags).toEqual(["--namespace=default"]);
  });

  it.each([
    ["cluster", {}],
    ["namespace", { namespace: "default" }],
  ])("of the overlay %s grant, role by role, what the program says it needs, and no more", async (overlay, place) => {
    const rendered = await render(join(overlays, overlay));
    const granted = ofKind(rendered, "Role", "ClusterRole").flatMap((role) =>
      [...rightsOf(arrayAt(role, "rules"))].map((right) => `${stringAt(role, "metadata", "name") ?? ""}: ${right}`),
    );
    const lease = { namespace: "default", name: "pointsman" };
    const needed = neededPermissions(defaultConfig(), { ...place, lease }).map(
      (need) => `${need.role}: ${need.verb} ${groupResourceOf(need)}`,
    );
    expect([...new Set(granted)].sort()).toEqual([...new Set(needed)].sort());
  });

  it("of all components fit an installation that was renamed and moved", async () => {
    const over = { namespace: "traffic", namePrefix: "acme-" };
    const inner = await own.write("inner", over, [join(overlays, "ha")]);
    const outer = await own.write(
      "outer",
      {},
      [inner],
      everyComponent.map((name) => join(components, name)),
    );
    const rendered = await render(outer);
    const [rule] = arrayAt(one(rendered, "FlowSchema", "pointsman"), "spec", "rules");
    const subject = { name: "acme-pointsman", namespace: "traffic" };
    expect(at(rule, "subjects", 0, "serviceAccount")).toEqual(subject);
    for (const kind of ["NetworkPolicy", "ServiceMonitor"])
      expect(one(rendered, kind, "pointsman").metadata["namespace"]).toBe("traffic");
    expect(one(rendered, "Service", "pointsman-dashboard").metadata["namespace"]).toBe("traffic");
    const [reviewer] = arrayAt(one(rendered, "ClusterRoleBinding", "pointsman-dashboard"), "subjects");
    expect(reviewer).toEqual({ kind: "ServiceAccount", ...subject });
    expect(invocationOf(rendered, "pod").flags).toEqual(
      expect.arrayContaining(["--dashboard-address", ":8081", "--dashboard-auth", "token"]),
    );
    expect(at(one(rendered, "NetworkPolicy", "pointsman"), "spec", "ingress", 1, "ports", 0, "port")).toBe("dashboard");
    const template = objectAt(one(rendered, "Deployment", "acme-pointsman"), "spec", "template");
    expect(at(template, "metadata", "annotations")).toMatchObject({ "prometheus.io/port": "8080" });
    const policy = one(rendered, "NetworkPolicy", "pointsman");
    expect(at(template, "metadata", "labels")).toMatchObject(objectAt(policy, "spec", "podSelector", "matchLabels"));
  });
});

describe("an installation on a cluster that sends no initial events and checks owner references, as OpenShift does", () => {
  let running: RunningPlane;
  let plane: Plane;
  let scene: Scene;
  let rendered: readonly Manifest[];
  let folder: string;
  const controllers: ControllerProcess[] = [];

  beforeAll(async () => {
    const shared = sharedPlane();
    const flags = [
      "--feature-gates=WatchList=false",
      "--enable-admission-plugins=OwnerReferencesPermissionEnforcement",
    ];
    running = await startPlane({ ...shared.ownPlaneOptions(), apiServerFlags: flags });
    shared.close();
    plane = new Plane(running.info);
    scene = await Scene.open("shop", plane);
    folder = await own.write(
      "all",
      {},
      [join(overlays, "ha")],
      ["prometheus", "networkpolicy", "flowschema"].map((name) => join(components, name)),
    );
    rendered = await render(folder);
  }, 120_000);
  afterAll(async () => {
    await Promise.all(controllers.map((controller) => controller.kill()));
    await scene.close();
    await running.stop();
  }, 60_000);

  const kubectl = (...args: readonly string[]) => run("kubectl", ["--kubeconfig", plane.kubeconfigPath, ...args]);

  /** Runs the program as a Pod of a rendered installation would be, with the token of its account. */
  async function start(installation: readonly Manifest[], podName: string): Promise<ControllerProcess> {
    const { namespace, flags, env, config } = invocationOf(installation, podName);
    const kubeconfig = await plane.kubeconfigFor(await plane.tokenOf(namespace, "pointsman"), namespace);
    const quick = `${config}\n${quickConfig.replace(/^clusterScoped.*$/m, "")}`;
    // A Pod finds its credentials by itself, and then takes part in the election without being told.
    const more = { flags: [...flags, "--leader-elect=true"], env };
    const controller = await ControllerProcess.start({ kubeconfig, config: quick, ...more });
    controllers.push(controller);
    return controller;
  }

  it("is accepted without a warning, and changes nothing when it is applied again", async () => {
    const first = await kubectl("apply", "--server-side", "-k", folder);
    expect(first.stderr).toBe("");
    const versions = await resourceVersions();
    const second = await kubectl("apply", "--server-side", "-k", folder);
    expect(second.stderr).toBe("");
    expect(await resourceVersions()).toEqual(versions);
  });

  /** Of what no controller writes to by itself. */
  const resourceVersions = async (): Promise<readonly string[]> => {
    const { stdout } = await kubectl("get", "-k", folder, "-o", "json");
    const items = arrayAt(JSON.parse(stdout) as JsonObject, "items");
    const quiet = items.filter(
      (item) => !["Deployment", "PodDisruptionBudget", "FlowSchema"].includes(stringAt(item, "kind") ?? ""),
    );
    return quiet.map(
      (item) => `${stringAt(item, "kind") ?? ""} ${stringAt(item, "metadata", "resourceVersion") ?? ""}`,
    );
  };

  it("lets its own Pod into its namespace, which refuses what has more privileges", async () => {
    const deployment = one(rendered, "Deployment", "pointsman");
    const { metadata, spec } = objectAt(deployment, "spec", "template");
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...objectAt(metadata ?? null), name: "trial" }, spec };
    const path = "/api/v1/namespaces/pointsman-system/pods?dryRun=All";
    const accepted = await plane.admin.request("POST", path, { body: pod });
    expect(accepted.status).toBe(201);
    const plain = { ...pod, spec: { containers: [{ name: "app", image: "example.com/app:1" }] } };
    const refused = await plane.admin.request("POST", path, { body: plain });
    expect(stringAt(refused.body, "message")).toContain("PodSecurity");
  });

  it("runs as its Deployment says: ready, leading from its own namespace, with metrics", async () => {
    const first = await start(rendered, "pointsman-0");
    await waitFor(() => first.log.includes('"state":"leader"'), {
      describe: "the first replica to lead",
      timeoutMs: 30_000,
    });
    const second = await start(rendered, "pointsman-1");
    expect((await second.http("/readyz"))?.status).toBe(200);
    const lease = await plane.admin.get(leases, { namespace: "pointsman-system", name: "pointsman" });
    expect(stringAt(lease, "spec", "holderIdentity")).toMatch(/^pointsman-0_/);
    expect(first.log).toContain('"scope":{"kind":"cluster"}');
    const deployment = one(rendered, "Deployment", "pointsman");
    const [container] = arrayAt(deployment, "spec", "template", "spec", "containers");
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"])
      expect((await first.http(stringAt(container, probe, "httpGet", "path") ?? ""))?.status).toBe(200);
    const annotations = objectAt(deployment, "spec", "template", "metadata", "annotations");
    expect((await first.http(stringAt(annotations, "prometheus.io/path") ?? ""))?.status).toBe(200);
    await second.kill();
  });

  it("reads, writes, holds and releases every kind it has by default, each with the right it was given", async () => {
    const app = new EveryKind(scene);
    await app.create("every");
    await app.untilRouted("every");
    for (const version of ["v1", "v2"]) await app.untilHeld(version);
    await app.routes("renamed");
    await app.untilRouted("renamed");
    await app.untilUnrouted("every");
    await app.remove("v2");
    expect(await scene.shares("renamed")).toBe("v1=80 v2=0");
  }, 120_000);

  it("works with a kind of the user's own that a labelled ClusterRole allows", async () => {
    const [controller] = controllers;
    if (controller === undefined) throw new Error("no controller runs");
    await controller.kill();
    const config = one(rendered, "ConfigMap", "pointsman-config");
    const widget = "{Group: example.com, Version: v1, Resource: widgets, conditions: [Ready], hold: true}";
    const text = `${stringAt(config, "data", "config.yaml") ?? ""}\nresourceTypes:\n  widget: ${widget}\n`;
    const edited = rendered.map((each) => (each === config ? { ...each, data: { "config.yaml": text } } : each));
    const rules = [{ apiGroups: ["example.com"], resources: ["widgets"], verbs: ["get", "list", "watch", "patch"] }];
    const metadata = { name: "widgets-for-pointsman", labels: { [aggregationLabel]: "true" } };
    await applyManifest(plane.admin, {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata,
      rules,
    });
    await waitFor(
      async () => arrayAt(await plane.admin.get(clusterRoles, { name: "pointsman-custom-kinds" }), "rules").length > 0,
      { describe: "the role to be filled" },
    );
    await start(edited, "pointsman-2");
    const app = new App(scene, "own");
    await scene.routemap("own", app.spec().replace("deploy, name: own-v2", "widget, name: own-v2"));
    await app.deploy(1, 2);
    const object = { apiVersion: "example.com/v1", kind: "Widget", spec: { size: 1 } };
    await scene.apply(widgets, { ...object, metadata: { name: "own-v2", labels: { "iter8.tools/watch": "true" } } });
    const status = { status: { conditions: [{ type: "Ready", status: "True" }] } };
    await plane.admin.patch(widgets, { namespace: scene.namespace, name: "own-v2" }, status, { subresource: "status" });
    await scene.untilShares("own", app.shares(80, 20), 30_000);
    expect(await scene.held(widgets, "own-v2")).toBe(true);
  }, 90_000);

  it("may be applied again when its role for own kinds has been filled", async () => {
    const again = await kubectl("apply", "--server-side", "-k", folder);
    expect(again.stderr).toBe("");
    const role = await plane.admin.get(clusterRoles, { name: "pointsman-custom-kinds" });
    expect(arrayAt(role, "rules").length).toBeGreaterThan(0);
  });

  it("has a share of the API server of its own for what must not wait", async () => {
    const schema = await plane.admin.get(flowSchemas, { name: "pointsman" });
    const token = await plane.tokenOf("pointsman-system", "pointsman");
    const path = "/apis/coordination.k8s.io/v1/namespaces/pointsman-system/leases/pointsman";
    const { stdout } = await run("kubectl", [
      "--kubeconfig",
      await plane.kubeconfigFor(token),
      "get",
      "--raw",
      path,
      "-v=8",
    ]).then(({ stdout, stderr }) => ({ stdout: stdout + stderr }));
    expect(stdout).toMatch(new RegExp(`X-Kubernetes-Pf-Flowschema-Uid: ${schema.metadata.uid}`, "i"));
  });

  it("goes as its page says: first what it holds, then the program, and its routes stay", async () => {
    const [giveUp, held, remove] = await commandsUnder("Uninstalling");
    const shell = async (command = "") => (await run("bash", ["-c", command], { env: shellEnv() })).stdout;
    expect((await shell(held)).split("\n")).toContain(`Deployment ${scene.namespace}/own-v1`);
    await shell(giveUp);
    await waitFor(async () => (await shell(held)) === "", { describe: "nothing to be held", timeoutMs: 30_000 });
    const route = await scene.find(httpRoutes, "own");
    expect(route?.metadata.ownerReferences ?? []).toEqual([]);
    expect(await scene.shares("own")).toBe("own-v1=80 own-v2=20");
    expect(await ownBindings()).not.toEqual([]);
    // Nobody is the kubelet of these Pods; they would go on asking with rights that are gone.
    for (const controller of controllers) await controller.kill();
    await shell(`${(remove ?? "").replace("kustomize/overlays/cluster", folder)} --wait=false`);
    expect(await ownBindings()).toEqual([]);
  }, 60_000);

  const shellEnv = (): NodeJS.ProcessEnv => ({ ...process.env, KUBECONFIG: plane.kubeconfigPath });

  const ownBindings = (): Promise<readonly KubeObject[]> =>
    plane.admin.list(clusterRoleBindings, undefined, "labelSelector=app.kubernetes.io%2Fname%3Dpointsman");

  it("serves one namespace with Roles alone, and sees no other", async () => {
    const namespace = await plane.createNamespace("alone");
    const installation = await own.write("alone", { namespace }, [join(overlays, "namespace")]);
    const applied = await kubectl("apply", "--server-side", "-k", installation);
    expect(applied.stderr).toBe("");
    const manifests = await render(installation);
    const controller = await start(manifests, "pointsman-0");
    expect(controller.log).toContain(`"scope":{"kind":"namespace","namespace":"${namespace}"}`);
    expect(controller.log).not.toContain("forbidden");
    const token = await plane.tokenOf(namespace, "pointsman");
    const client = plane.clientFor(token);
    const reviews = await Promise.all(
      [namespace, scene.namespace].map(async (place) => {
        const attributes = { group: "", resource: services.resource, verb: "list", namespace: place };
        const body = {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SelfSubjectAccessReview",
          spec: { resourceAttributes: attributes },
        };
        return at(
          await client.success("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { body }),
          "status",
          "allowed",
        );
      }),
    );
    client.close();
    expect(reviews).toEqual([true, false]);
  }, 60_000);
});

/** The shell commands of a section of the page on installing. */
async function commandsUnder(heading: string): Promise<readonly string[]> {
  const page = await readFile("docs/install.md", "utf8");
  const section = page.split(/^## /m).find((text) => text.startsWith(heading)) ?? "";
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map((block) => (block[1] ?? "").trim());
}

const clusterRoles = { group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterroles" };
const clusterRoleBindings = { group: "rbac.authorization.k8s.io", version: "v1", resource: "clusterrolebindings" };
const flowSchemas = { group: "flowcontrol.apiserver.k8s.io", version: "v1", resource: "flowschemas" };
