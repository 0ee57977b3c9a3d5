import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { App } from "../support/app.js";
import type { Ended } from "../support/commandProcess.js";
import { CommandProcess } from "../support/commandProcess.js";
import { kubeconfigText } from "../support/plane/credentialFiles.js";
import { waitFor } from "../support/plane/waitFor.js";
import { httpRoutes, Scene } from "../support/scene.js";

const roles = { group: "rbac.authorization.k8s.io", version: "v1", resource: "roles" };
const bindings = { group: "rbac.authorization.k8s.io", version: "v1", resource: "rolebindings" };
const reader = "reader";

/** What a person of one team may read who may not read Deployments. */
const readable: readonly (readonly [group: string, resources: readonly string[]])[] = [
  ["", ["configmaps", "services"]],
  ["discovery.k8s.io", ["endpointslices"]],
  ["gateway.networking.k8s.io", ["httproutes"]],
];

describe("a user who may read a part of one namespace", () => {
  let scene: Scene;
  let kubeconfig: string;

  beforeAll(async () => {
    scene = await Scene.open("rights");
    const app = new App(scene, "app");
    await app.deploy(1, 2);
    await app.routemap();
    kubeconfig = await credentials();
  }, 60_000);
  afterAll(() => scene.close(), 60_000);

  /** Credentials of an account that may only read what is readable, in this namespace. */
  async function credentials(): Promise<string> {
    const rules = readable.map(([group, resources]) => ({ apiGroups: [group], resources, verbs: ["get", "list"] }));
    const apiVersion = "rbac.authorization.k8s.io/v1";
    await scene.apply(roles, { apiVersion, kind: "Role", metadata: { name: reader }, rules });
    const subject = { kind: "ServiceAccount", name: reader, namespace: scene.namespace };
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: reader };
    const binding = { apiVersion, kind: "RoleBinding", metadata: { name: reader }, roleRef, subjects: [subject] };
    await scene.apply(bindings, binding);
    const { plane, namespace } = scene;
    const token = await plane.serviceAccountToken(namespace, reader);
    const path = join(plane.info.folder, `${namespace}.kubeconfig`);
    const target = { url: plane.url, ca: plane.info.ca, token };
    await writeFile(path, kubeconfigText(target, namespace), { mode: 0o600 });
    return path;
  }

  const run = (...words: readonly string[]): Promise<Ended> =>
    CommandProcess.start([...words, "--kubeconfig", kubeconfig]).ended;

  it("is told what he may not list, and sees the rest in the namespace of his kubeconfig", async () => {
    const note = `pointsman: may not list deployments.apps in the namespace ${scene.namespace}\n`;
    const status = await waitFor(
      async () => {
        const ended = await run("status");
        return ended.err === note ? ended : undefined;
      },
      { describe: "the role to count", timeoutMs: 20_000 },
    );
    expect(status.code).toBe(0);
    expect(status.out).toMatch(/^app +Unknown +app-v1 /m);
    const plan = await run("plan");
    expect(plan.err).toBe(note);
    expect(plan.out).toContain("(Forbidden)");
  }, 60_000);

  it("is told that he may not list all namespaces", async () => {
    const { code, out, err } = await run("status", "-A");
    expect([code, out]).toEqual([0, ""]);
    expect(err).toContain("pointsman: may not list configmaps in all namespaces\n");
  }, 30_000);

  it("changes nothing by planning", async () => {
    await run("plan", "-o", "json");
    expect(await scene.find(httpRoutes, "app")).toBeUndefined();
  }, 30_000);
});
