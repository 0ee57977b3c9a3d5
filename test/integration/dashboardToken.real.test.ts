import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { arrayAt, at } from "../../src/base/json.js";
import { App } from "../support/app.js";
import { dashboardOf } from "../support/dashboard/dashboardOf.js";
import { StreamReader } from "../support/dashboard/streamReader.js";
import { applyManifest } from "../support/install/apply.js";
import { writeOverlay } from "../support/install/overlay.js";
import { one, render } from "../support/install/render.js";
import { waitFor } from "../support/plane/waitFor.js";
import { Scene } from "../support/scene.js";

const rbac = "rbac.authorization.k8s.io";
const serviceAccounts = { group: "", version: "v1", resource: "serviceaccounts" };

describe("a dashboard that asks for tokens", () => {
  let scene: Scene;
  let url: string;

  beforeAll(async () => {
    scene = await Scene.open("dashtoken");
    await new App(scene, "shown").routemap();
    for (const name of ["reader", "stranger"])
      await applyManifest(
        scene.admin,
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } },
        scene.namespace,
      );
    const metadata = { name: "reads-routemaps" };
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] }];
    const roleRef = { apiGroup: rbac, kind: "Role", name: metadata.name };
    const subjects = [{ kind: "ServiceAccount", name: "reader", namespace: scene.namespace }];
    const apiVersion = `${rbac}/v1`;
    await applyManifest(scene.admin, { apiVersion, kind: "Role", metadata, rules }, scene.namespace);
    await applyManifest(scene.admin, { apiVersion, kind: "RoleBinding", metadata, roleRef, subjects }, scene.namespace);
    await allowReviews();
    const flags = ["--leader-elect=true", "--dashboard-address", "127.0.0.1:0", "--dashboard-auth", "token"];
    url = await dashboardOf(await scene.controller({ flags }));
    const token = await scene.plane.tokenOf(scene.namespace, "reader");
    await waitFor(async () => (await ask(`routemaps?namespace=${scene.namespace}`, token)).status === 200, {
      describe: "the reader to be let in",
    });
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  /** Gives the controller of this scene the roles of the component, as an administrator would. */
  async function allowReviews(): Promise<void> {
    const rendered = await render(await writeOverlay({ base: "cluster", components: ["dashboard"] }));
    const role = one(rendered, "ClusterRole", "pointsman-dashboard");
    const binding = one(rendered, "ClusterRoleBinding", "pointsman-dashboard");
    const [subject] = arrayAt(binding, "subjects");
    expect(subject).toEqual({ kind: "ServiceAccount", name: "pointsman", namespace: "pointsman-system" });
    const name = `pointsman-dashboard-${scene.namespace}`;
    await applyManifest(scene.admin, { ...role, metadata: { name } });
    await applyManifest(scene.admin, {
      ...binding,
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", name: "pointsman", namespace: scene.namespace }],
    });
    const user = `system:serviceaccount:${scene.namespace}:pointsman`;
    const resourceAttributes = { verb: "create", group: "authentication.k8s.io", resource: "tokenreviews" };
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: { user, resourceAttributes },
    };
    const review = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    await waitFor(async () => at(await scene.admin.success("POST", review, { body }), "status", "allowed") === true, {
      describe: "the API server to go by the new role",
    });
  }

  /** Status of a request in the name of an account; without one: with the text as the token, or none. */
  async function ask(path: string, token?: string): Promise<{ status: number; detail: string }> {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}api/v1/${path}`, { headers });
    const body: unknown = await answer.json();
    return { status: answer.status, detail: JSON.stringify(body) };
  }

  it("a reader sees the namespace that he may read, and no other", async () => {
    const token = await scene.plane.tokenOf(scene.namespace, "reader");
    const { status, detail } = await ask(`routemaps/${scene.namespace}/shown`, token);
    expect([status, detail]).toEqual([200, expect.stringContaining('"name":"shown"')]);
    expect((await ask("routemaps", token)).status).toBe(403);
    const other = await ask("routemaps?namespace=kube-system", token);
    expect(other.status).toBe(403);
    expect(other.detail).toContain(`system:serviceaccount:${scene.namespace}:reader may not list configmaps`);
    expect((await ask("routemaps/kube-system/anything", token)).status).toBe(403);
    expect((await ask("stream", token)).status).toBe(403);
  });

  it.each(["routemaps", "routemaps/default/x", "stream"])("%s wants a token, and one that is real", async (path) => {
    expect((await ask(path)).status).toBe(401);
    expect((await ask(path, "made-up")).status).toBe(401);
    const token = await scene.plane.tokenOf(scene.namespace, "stranger");
    expect((await ask(path, token)).status).toBe(403);
  });

  it("an account that goes is out within seconds, its open streams too", async () => {
    const token = await scene.plane.tokenOf(scene.namespace, "reader");
    const headers = { Authorization: `Bearer ${token}` };
    const stream = await StreamReader.open(`${url}api/v1/stream?namespace=${scene.namespace}`, headers);
    expect(stream.status).toBe(200);
    await scene.delete(serviceAccounts, "reader");
    await waitFor(async () => (await ask(`routemaps?namespace=${scene.namespace}`, token)).status === 401, {
      describe: "the token to be refused",
      timeoutMs: 40_000,
    });
    await waitFor(() => stream.over, { describe: "the stream to end", timeoutMs: 40_000 });
  }, 90_000);
});
