import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { systemClock } from "../../../src/base/clock.js";
import type { JsonObject } from "../../../src/base/json.js";
import { at } from "../../../src/base/json.js";
import { defaultConfig } from "../../../src/config/defaults.js";
import { neededPermissions } from "../../../src/routing/permissions.js";
import { App } from "../../support/app.js";
import { OtherWriters } from "../../support/otherWriters.js";
import { waitFor } from "../../support/plane/waitFor.js";
import { Scene } from "../../support/scene.js";

const rbac = { group: "rbac.authorization.k8s.io", version: "v1" };
const roles = { ...rbac, resource: "roles" };
const bindings = { ...rbac, resource: "rolebindings" };
/** Not the shipped account, of which the audit knows that it is refused nothing. */
const account = "limited";
const deadlineMs = 4000;

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open("rights");
  const token = await scene.plane.serviceAccountToken(scene.namespace, account);
  await grant();
  const kubeconfig = await scene.plane.kubeconfigFor(token, scene.namespace);
  await scene.controller({ kubeconfig, flags: ["--leader-elect=false"] });
}, 60_000);
afterAll(async () => scene.close(), 60_000);

it("row 29: without the right to write routes a deleted candidate is told about, tried on, and goes at the deadline", async () => {
  const others = new OtherWriters(scene);
  const app = new App(scene, "app");
  await scene.routemap("app", `${app.spec()}release: {deadline: ${deadlineMs}ms}\n`);
  await app.deploy(1, 2);
  await app.untilShares(80, 20);
  await grant("create", "patch", "delete");
  const begun = systemClock.monotonic();
  await app.remove(2);
  await scene.untilCondition("app", "WriteFailed");
  expect((await scene.conditions("app")).find(({ type }) => type === "Ready")?.status).toBe("False");
  expect(await app.held(2)).toBe(true);
  await app.untilGone(2);
  // Times of deletion are whole seconds.
  expect(systemClock.monotonic() - begun).toBeGreaterThan(deadlineMs - 1000);
  expect(systemClock.monotonic() - begun).toBeLessThan(deadlineMs + 10_000);
  await others.untilEvent("app-v2", "ReleasedAtDeadline", "without proof");
  expect(await scene.shares("app")).toBe(app.shares(80, 20));
  await grant();
  await app.untilShares(80, 0);
}, 60_000);

/** Gives the account what the controller needs, without these verbs on HTTPRoutes. */
async function grant(...without: readonly string[]): Promise<void> {
  const needed = neededPermissions(defaultConfig(), { namespace: scene.namespace });
  const given = needed.filter(({ verb, resource }) => !(resource === "httproutes" && without.includes(verb)));
  const rules = given.map(({ verb, group, resource }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
  }));
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const metadata = { name: account };
  await scene.apply(roles, { apiVersion, kind: "Role", metadata, rules });
  const subjects = [{ kind: "ServiceAccount", name: account, namespace: scene.namespace }];
  const roleRef = { apiGroup: rbac.group, kind: "Role", name: account };
  await scene.apply(bindings, { apiVersion, kind: "RoleBinding", metadata, roleRef, subjects });
  await untilMay("patch", !without.includes("patch"));
}

/** Waits until the API server says so of the account and HTTPRoutes. */
async function untilMay(verb: string, allowed: boolean): Promise<void> {
  const { namespace } = scene;
  const resourceAttributes = { verb, group: "gateway.networking.k8s.io", resource: "httproutes", namespace };
  const user = `system:serviceaccount:${namespace}:${account}`;
  const body: JsonObject = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { user, resourceAttributes },
  };
  const path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
  await waitFor(async () => at(await scene.admin.success("POST", path, { body }), "status", "allowed") === allowed, {
    describe: `the account ${allowed ? "to get" : "to lose"} ${verb}`,
  });
}
