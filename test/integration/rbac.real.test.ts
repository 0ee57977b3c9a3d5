import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { at } from "../../src/base/json.js";
import type { GroupVersionResource } from "../../src/kube/resource.js";
import { accountName } from "../support/install/account.js";
import type { AdminClient, Reply } from "../support/plane/adminClient.js";
import { waitFor } from "../support/plane/waitFor.js";
import { deployments, httpRoutes, Scene, services } from "../support/scene.js";

const bindings = { group: "rbac.authorization.k8s.io", version: "v1", resource: "rolebindings" };
const apiVersion = "rbac.authorization.k8s.io/v1";

/** What nobody who takes over the controller may do, as verb, resource and group. */
const forbidden = [
  ["create", "deployments", "apps"],
  ["update", "deployments", "apps"],
  ["delete", "deployments", "apps"],
  ["deletecollection", "deployments", "apps"],
  ["patch", "deployments/scale", "apps"],
  ["patch", "deployments/status", "apps"],
  ["create", "services", ""],
  ["delete", "services", ""],
  ["update", "inferenceservices", "serving.kserve.io"],
  ["create", "configmaps", ""],
  ["delete", "configmaps", ""],
  ["get", "secrets", ""],
  ["list", "secrets", ""],
  ["get", "pods", ""],
  ["create", "pods", ""],
  ["create", "pods/exec", ""],
  ["create", "serviceaccounts/token", ""],
  ["impersonate", "serviceaccounts", ""],
  ["create", "rolebindings", "rbac.authorization.k8s.io"],
  ["escalate", "roles", "rbac.authorization.k8s.io"],
  ["bind", "roles", "rbac.authorization.k8s.io"],
  ["deletecollection", "httproutes", "gateway.networking.k8s.io"],
  ["patch", "httproutes/status", "gateway.networking.k8s.io"],
  ["patch", "gateways", "gateway.networking.k8s.io"],
  ["delete", "leases", "coordination.k8s.io"],
  ["list", "events", "events.k8s.io"],
] as const;

describe("the rights of the shipped ServiceAccount", () => {
  let scene: Scene;
  let elsewhere: string;
  beforeAll(async () => {
    scene = await Scene.open("rbac");
    elsewhere = await scene.plane.createNamespace("elsewhere");
    await scene.account();
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  /** Whether the API server would allow a request; no request of that account is made. */
  async function may(
    verb: string,
    resource: string,
    group: string,
    namespace = scene.namespace,
    name = "",
  ): Promise<boolean> {
    const [plural = "", subresource = ""] = resource.split("/");
    const user = `system:serviceaccount:${scene.namespace}:${accountName}`;
    const attributes = { verb, group, resource: plural, subresource, namespace, name };
    const spec = { user, groups: ["system:serviceaccounts", "system:authenticated"], resourceAttributes: attributes };
    const body = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec };
    const review = await scene.admin.success("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", { body });
    return at(review, "status", "allowed") === true;
  }

  it.each(forbidden.map(([verb, resource, group]) => ({ verb, resource, group, of: group || "the core group" })))(
    "do not let it $verb $resource of $of",
    async ({ verb, resource, group }) => {
      expect(await may(verb, resource, group)).toBe(false);
    },
  );

  it("reach the one Lease, and in its own namespace only", async () => {
    const group = "coordination.k8s.io";
    expect(await may("update", "leases", group, scene.namespace, "pointsman")).toBe(true);
    expect(await may("update", "leases", group, scene.namespace, "another")).toBe(false);
    expect(await may("update", "leases", group, elsewhere, "pointsman")).toBe(false);
  });

  it("of an installation for one namespace end at that namespace", async () => {
    for (const [verb, { resource, group }] of [
      ["list", services],
      ["patch", deployments],
      ["create", httpRoutes],
    ] as const) {
      expect(await may(verb, resource, group)).toBe(true);
      expect(await may(verb, resource, group, elsewhere)).toBe(false);
      expect(await may(verb, resource, group, "")).toBe(false);
    }
  });

  describe("held by a client that makes every mistake", () => {
    let client: AdminClient;
    beforeAll(async () => {
      const subjects = [{ kind: "ServiceAccount", name: "prober", namespace: scene.namespace }];
      for (const role of ["pointsman-workloads", "pointsman-routes"]) {
        const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role };
        const metadata = { name: `prober-${role}` };
        await scene.apply(bindings, { apiVersion, kind: "RoleBinding", metadata, roleRef, subjects });
      }
      client = scene.plane.clientFor(await scene.plane.serviceAccountToken(scene.namespace, "prober"));
      for (const { group, version, resource } of [deployments, httpRoutes])
        await waitFor(
          async () =>
            (await client.request("GET", `/apis/${group}/${version}/namespaces/${scene.namespace}/${resource}`))
              .status === 200,
          { describe: `the prober to see ${resource}` },
        );
    });
    afterAll(() => client.close());

    const apply = (
      { group, version, resource }: GroupVersionResource,
      name: string,
      body: JsonObject,
    ): Promise<Reply> =>
      client.request(
        "PATCH",
        `/apis/${group}/${version}/namespaces/${scene.namespace}/${resource}/${name}?fieldManager=pointsman&force=true`,
        {
          body,
          contentType: "application/apply-patch+yaml",
        },
      );

    it("bring no workload back that is gone: a late apply is refused and leaves no ghost", async () => {
      const metadata = { name: "gone", namespace: scene.namespace, finalizers: ["iter8.tools/finalizer"] };
      const template = {
        metadata: { labels: { app: "gone" } },
        spec: { containers: [{ name: "app", image: "app:1" }] },
      };
      const spec = { selector: { matchLabels: { app: "gone" } }, template };
      const reply = await apply(deployments, "gone", { apiVersion: "apps/v1", kind: "Deployment", metadata, spec });
      expect(reply.status).toBe(403);
      expect(await scene.find(deployments, "gone")).toBeUndefined();
    });

    it("make a route by the same kind of request", async () => {
      const metadata = { name: "made", namespace: scene.namespace };
      const spec = { parentRefs: [{ name: "gateway" }] };
      const kind = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" };
      expect((await apply(httpRoutes, "made", { ...kind, metadata, spec })).status).toBe(201);
    });
  });
});
