import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { arrayAt, isObject, stringAt } from "../../src/base/json.js";
import { App } from "../support/app.js";
import type { Ended } from "../support/commandProcess.js";
import { CommandProcess } from "../support/commandProcess.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { quickConfig } from "../support/controllerProcess.js";
import { hasKubectl } from "../support/kubectl.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, httpRoutes, Scene, services } from "../support/scene.js";

const leases = { group: "coordination.k8s.io", version: "v1", resource: "leases" };
const rbac = { group: "rbac.authorization.k8s.io", version: "v1" };
const bindings = { ...rbac, resource: "clusterrolebindings" };
const clusterRoles = { ...rbac, resource: "clusterroles" };
const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
const applications = { group: "argoproj.io", version: "v1alpha1", resource: "applications" };

let folder: string;
let configFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pointsman-doctor-"));
  configFile = join(folder, "config.yaml");
  await writeFile(configFile, quickConfig);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let scene: Scene;
let controller: ControllerProcess;
let app: App;
beforeEach(async () => {
  scene = await Scene.open("doctor");
  controller = await scene.controller();
  app = await new App(scene, "app").whole();
  await scene.untilCondition("app", "Ready");
}, 90_000);
afterEach(() => scene.close(), 60_000);

/** A finding in short. */
interface Told {
  readonly severity: string;
  readonly check: string;
  readonly object: string;
  readonly message: string;
  readonly fix: string;
}

/** Runs the command for this scene's namespace, with all rights unless told. */
async function doctor(...words: readonly string[]): Promise<Ended> {
  const place = words.includes("--kubeconfig") ? [] : ["--kubeconfig", scene.plane.kubeconfigPath];
  const account = ["--service-account", `${scene.namespace}/pointsman`];
  const common = ["--namespace", scene.namespace, "--config", configFile, ...account, ...place];
  return CommandProcess.start(["doctor", ...common, ...words]).ended;
}

async function found(...words: readonly string[]): Promise<readonly Told[]> {
  const { out, err } = await doctor("-o", "json", ...words);
  expect(err).toBe("");
  const value: unknown = JSON.parse(out);
  if (!isObject(value)) throw new Error("an object was expected");
  const text = (finding: Parameters<typeof stringAt>[0], name: string): string => stringAt(finding, name) ?? "";
  return arrayAt(value, "findings").map((finding) => ({
    severity: text(finding, "severity"),
    check: text(finding, "check"),
    object: text(finding, "object"),
    message: text(finding, "message"),
    fix: text(finding, "fix"),
  }));
}

/** Findings of some checks, in short; what the scene lacks by nature (hooks, Gateways, policies) is left out. */
async function short(...checks: readonly string[]): Promise<readonly string[]> {
  const all = await found();
  return all
    .filter(({ check }) => checks.includes(check))
    .map(({ severity, check, object }) => `${severity} ${check} ${object}`);
}

const sound = ["access", "controllers", "permissions", "iter8", "routemaps", "kinds", "labels", "routes", "finalizers"];

/** Runs a fix as it is printed, in a shell, as a user would. */
async function carryOut(fix: string): Promise<void> {
  const env = { ...process.env, KUBECONFIG: scene.plane.kubeconfigPath, HOME: folder };
  await promisify(execFile)("bash", ["-c", fix], { env });
}

async function untilGood(...checks: readonly string[]): Promise<void> {
  let last: readonly string[] = [];
  await waitFor(async () => (last = await short(...checks)).length === 0, {
    describe: "nothing to be found",
    timeoutMs: 30_000,
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${last.join("; ")}`);
  });
}

describe("doctor on a cluster", () => {
  it("finds no error in a sound installation, and what its Pods lack", async () => {
    await untilGood(...sound);
    const { code, out } = await doctor();
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toContain(`rights of      ServiceAccount ${scene.namespace}/pointsman`);
    expect(out).toContain("its Pods have no preStop hook");
    expect(out).toMatch(/\n0 errors, \d+ warnings?, \d+ notes?\n$/);
  }, 60_000);

  it("tells of a controller that was lost, by its Lease alone", async () => {
    await controller.kill();
    await scene.patch(leases, "pointsman", { spec: { renewTime: "2020-01-01T00:00:00.000000Z" } });
    expect(await short("controllers")).toEqual([`error controllers Lease ${scene.namespace}/pointsman`]);
    expect((await doctor()).code).toBe(1);
  }, 60_000);

  it("tells who else writes a route, and of the fields", async () => {
    const route = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata: { name: "app" } };
    await scene.apply(httpRoutes, { ...route, spec: { hostnames: ["app.example"] } });
    const [finding] = (await found()).filter(({ check }) => check === "routes");
    expect(finding).toMatchObject({ severity: "warning", object: `HTTPRoute ${scene.namespace}/app` });
    expect(finding?.message).toContain(".spec.hostnames");
  }, 60_000);

  it("tells of rights that were taken from the controller's account", async () => {
    const name = "pointsman-routes";
    await scene.delete({ ...rbac, resource: "rolebindings" }, name);
    const told = await waitFor(
      async () => {
        const missing = (await found()).filter(
          ({ check, severity }) => check === "permissions" && severity === "error",
        );
        return missing.length > 0 ? missing : undefined;
      },
      { describe: "the missing rights", timeoutMs: 30_000 },
    );
    expect(told.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("may not get, list, watch, create, patch, delete httproutes.gateway.networking.k8s.io"),
    );
  }, 60_000);

  it("tells of a kind that the cluster lacks, and of a spec that cannot be decoded", async () => {
    await scene.routemap("mesh", "versions: [{resources: [{gvrShort: isvc, name: model}]}]\n");
    await scene.routemap("broken", "versions: [{resources: [{gvrShort: deplo, name: app}]}]\n");
    const all = await found();
    const about = (name: string): readonly Told[] =>
      all.filter(({ object }) => object === `ConfigMap ${scene.namespace}/${name}`);
    expect(about("broken")).toContainEqual(
      expect.objectContaining({
        severity: "error",
        check: "routemaps",
        message: expect.stringContaining("SpecInvalid"),
      }),
    );
    const isServed = (await scene.plane.admin.request("GET", "/apis/serving.kserve.io/v1beta1")).status === 200;
    expect(about("mesh").some(({ check }) => check === "kinds")).toBe(!isServed);
  }, 60_000);

  it("tells of an Application of Argo CD that prunes in the foreground", async () => {
    const names = { plural: "applications", singular: "application", kind: "Application", listKind: "ApplicationList" };
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    const version = { name: "v1alpha1", served: true, storage: true, schema };
    const name = "applications.argoproj.io";
    await scene.admin.apply(
      definitions,
      { name },
      {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name },
        spec: { group: "argoproj.io", scope: "Namespaced", names, versions: [version] },
      },
    );
    const body: JsonObject & { readonly metadata: JsonObject } = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name: "app" },
      spec: { syncPolicy: { automated: { prune: true } } },
      status: { resources: [{ group: "apps", kind: "Deployment", namespace: scene.namespace, name: app.version(2) }] },
    };
    await waitFor(async () => (await scene.apply(applications, body).catch(() => undefined)) !== undefined, {
      describe: "Applications to be served",
      timeoutMs: 20_000,
    });
    expect(await short("argocd")).toEqual([`error argocd Application ${scene.namespace}/app`]);
    await scene.apply(applications, {
      ...body,
      spec: { syncPolicy: { syncOptions: ["PrunePropagationPolicy=background"] } },
    });
    expect(await short("argocd")).toEqual([]);
  }, 60_000);
});

(hasKubectl() ? describe : describe.skip)("the fixes of doctor, carried out as they are printed", () => {
  async function fixOf(check: string): Promise<string> {
    const [finding] = (await found()).filter((one) => one.check === check);
    return finding?.fix ?? `nothing was found by ${check}`;
  }

  it("label what has lost its label", async () => {
    await scene.patch(deployments, app.version(2), { metadata: { labels: { "iter8.tools/watch": null } } });
    expect(await short("labels")).toEqual([`error labels Deployment ${scene.namespace}/${app.version(2)}`]);
    await carryOut(await fixOf("labels"));
    await untilGood("labels");
    await app.untilShares(80, 20);
  }, 90_000);

  it("let go what nobody keeps, and nothing else", async () => {
    await controller.kill();
    await scene.delete(configMaps, "app");
    expect(await short("finalizers")).toContain(`warning finalizers Service ${scene.namespace}/${app.version(2)}`);
    await carryOut(await fixOf("finalizers"));
    const left = await short("finalizers");
    expect(left).toHaveLength(3);
  }, 60_000);
});

describe("doctor with few rights", () => {
  /** Credentials of an account with these rules in all namespaces. */
  async function credentials(name: string, rules: readonly JsonObject[]): Promise<string> {
    const full = `${scene.namespace}:${name}`;
    const token = await scene.plane.serviceAccountToken(scene.namespace, name);
    const base = { apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name: full } };
    await scene.admin.apply(clusterRoles, { name: full }, { ...base, kind: "ClusterRole", rules });
    await scene.admin.apply(
      bindings,
      { name: full },
      {
        ...base,
        kind: "ClusterRoleBinding",
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: full },
        subjects: [{ kind: "ServiceAccount", name, namespace: scene.namespace }],
      },
    );
    return scene.plane.kubeconfigFor(token, scene.namespace);
  }

  it("needs to read and to ask, and changes nothing", async () => {
    await controller.kill();
    await scene.kubelet.stop();
    await scene.gateway.stop();
    const kubeconfig = await credentials("reader", [
      { apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] },
      { apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
    ]);
    const versions = async (): Promise<readonly string[]> => {
      const kinds = [deployments, services, configMaps, httpRoutes, leases];
      const lists = await Promise.all(kinds.map((kind) => scene.admin.list(kind, scene.namespace)));
      return lists.flat().map(({ kind, metadata }) => `${kind} ${metadata.name} ${metadata.resourceVersion}`);
    };
    const before = await versions();
    await waitFor(async () => (await found("--kubeconfig", kubeconfig)).every(({ check }) => check !== "access"), {
      describe: "the account to have its rights",
      timeoutMs: 20_000,
    });
    expect(await versions()).toEqual(before);
  }, 60_000);

  it("says which verb on what it may not use, and goes on with the rest", async () => {
    const kubeconfig = await credentials("few", [{ apiGroups: [""], resources: ["configmaps"], verbs: ["list"] }]);
    const all = await waitFor(
      async () => {
        const told = await found("--kubeconfig", kubeconfig);
        return told.some(({ message }) => message.startsWith("you may not list configmaps")) ? undefined : told;
      },
      { describe: "the account to have its right", timeoutMs: 20_000 },
    );
    const messages = all.map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringContaining(`you may not list services in ${scene.namespace}`));
    expect(messages).toContainEqual(expect.stringContaining("you may not create subjectaccessreviews"));
    expect(messages).not.toContainEqual(expect.stringContaining("is not there"));
  }, 60_000);
});

it("is one line and exit 1 where there is no cluster", async () => {
  const kubeconfig = join(folder, "nowhere.yaml");
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "a",
      contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
      clusters: [{ name: "a", cluster: { server: "http://127.0.0.1:9" } }],
      users: [{ name: "a", user: {} }],
    }),
  );
  const { code, out, err } = await doctor("--kubeconfig", kubeconfig);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^pointsman: cannot read the cluster at http:\/\/127\.0\.0\.1:9\/: [^\n]+\n$/);
}, 60_000);
