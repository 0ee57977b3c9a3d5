import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { quickConfig } from "../support/controllerProcess.js";
import type { Told } from "../support/doctorFindings.js";
import { findings } from "../support/doctorFindings.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, deployments, httpRoutes, Scene, services } from "../support/scene.js";

const leases = { group: "coordination.k8s.io", version: "v1", resource: "leases" };
const rbac = { group: "rbac.authorization.k8s.io", version: "v1" };
const bindings = { ...rbac, resource: "clusterrolebindings" };
const clusterRoles = { ...rbac, resource: "clusterroles" };

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
beforeEach(async () => {
  scene = await Scene.open("doctor");
  controller = await scene.controller();
  await new App(scene, "app").whole();
  await scene.untilCondition("app", "Ready");
}, 90_000);
afterEach(() => scene.close(), 60_000);

/** For this scene's namespace and its account, with all rights unless told. */
function found(kubeconfig = scene.plane.kubeconfigPath): Promise<readonly Told[]> {
  const place = ["--namespace", scene.namespace, "--service-account", `${scene.namespace}/pointsman`];
  return findings([...place, "--config", configFile, "--kubeconfig", kubeconfig]);
}

describe("doctor about the controller's rights", () => {
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
    await waitFor(async () => (await found(kubeconfig)).every(({ check }) => check !== "access"), {
      describe: "the account to have its rights",
      timeoutMs: 20_000,
    });
    expect(await versions()).toEqual(before);
  }, 60_000);

  it("says which verb on what it may not use, and goes on with the rest", async () => {
    const kubeconfig = await credentials("few", [{ apiGroups: [""], resources: ["configmaps"], verbs: ["list"] }]);
    const all = await waitFor(
      async () => {
        const told = await found(kubeconfig);
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
