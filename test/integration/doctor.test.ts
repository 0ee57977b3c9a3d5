import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { quickConfig } from "../support/controllerProcess.js";
import type { Told } from "../support/doctorFindings.js";
import { doctor, findings } from "../support/doctorFindings.js";
import { hasKubectl } from "../support/kubectl.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, httpRoutes, Scene } from "../support/scene.js";

const leases = { group: "coordination.k8s.io", version: "v1", resource: "leases" };
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

/** For this scene's namespace, with all rights unless told. */
function asked(...words: readonly string[]): readonly string[] {
  const place = words.includes("--kubeconfig") ? [] : ["--kubeconfig", scene.plane.kubeconfigPath];
  const account = ["--service-account", `${scene.namespace}/pointsman`];
  return ["--namespace", scene.namespace, "--config", configFile, ...account, ...place, ...words];
}

function found(...words: readonly string[]): Promise<readonly Told[]> {
  return findings(asked(...words));
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
    const { code, out } = await doctor(asked());
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toContain(`rights of      ServiceAccount ${scene.namespace}/pointsman`);
    expect(out).toContain("its Pods have no preStop hook");
    expect(out).toMatch(/\n0 errors, \d+ warnings?, \d+ notes?\n$/);
  }, 60_000);

  it("tells of a controller that was lost, by its Lease alone", async () => {
    await controller.kill();
    await scene.patch(leases, "pointsman", { spec: { renewTime: "2020-01-01T00:00:00.000000Z" } });
    expect(await short("controllers")).toEqual([`error controllers Lease ${scene.namespace}/pointsman`]);
    expect((await doctor(asked())).code).toBe(1);
  }, 60_000);

  it("tells who else writes a route, and of the fields", async () => {
    const route = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata: { name: "app" } };
    await scene.apply(httpRoutes, { ...route, spec: { hostnames: ["app.example"] } });
    const [finding] = (await found()).filter(({ check }) => check === "routes");
    expect(finding).toMatchObject({ severity: "warning", object: `HTTPRoute ${scene.namespace}/app` });
    expect(finding?.message).toMatch(/ spec\.hostnames/);
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
  const { code, out, err } = await doctor(asked("--kubeconfig", kubeconfig));
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^pointsman: cannot read the cluster at http:\/\/127\.0\.0\.1:9\/: [^\n]+\n$/);
}, 60_000);
