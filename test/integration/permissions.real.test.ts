import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { JsonObject } from "../../src/base/json.js";
import { at } from "../../src/base/json.js";
import { defaultConfig } from "../../src/config/defaults.js";
import { groupResourceOf } from "../../src/kube/resource.js";
import { neededPermissions } from "../../src/routing/permissions.js";
import { App } from "../support/app.js";
import type { ControllerProcess } from "../support/controllerProcess.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, httpRoutes, routeTemplate, Scene, virtualServices } from "../support/scene.js";

const rbac = { group: "rbac.authorization.k8s.io", version: "v1" };
const roles = { ...rbac, resource: "roles" };
const bindings = { ...rbac, resource: "rolebindings" };
const account = "limited";

/** What is missing is asked for every 15 s; a refused watch is tried again then, or after 10 to 30 s. */
const patience = 45_000;

/** A right that is kept from the controller, and what of it must be seen. */
interface Case {
  /** Verbs and resource that the Role leaves out. */
  readonly verbs: readonly string[];
  readonly groupResource: string;
  readonly reason: string;
  /** Text of the condition after the namespace. */
  readonly why: string;
  /** The other condition by which the routemap tells what comes of it. */
  readonly effect: string;
  readonly ready: string;
  /** What the route is nevertheless, as `App.shares` shows it; none: it is not written. */
  readonly shares?: readonly number[];
  /** Another routemap that needs nothing of what is missing, and the kind of its route. */
  readonly other: string;
  readonly otherKind: typeof httpRoutes;
}

const versionOf = (kind: string): string => `versions: [{resources: [{gvrShort: ${kind}, name: app-v1}]}]\n`;

const meshTemplate = `routingTemplates:
  other:
    gvrShort: vs
    template: |
      apiVersion: networking.istio.io/v1beta1
      kind: VirtualService
      metadata: {name: other}
      spec: {hosts: [other], http: [{route: [{destination: {host: app-v1}}]}]}
`;

const cases: readonly Case[] = [
  {
    verbs: ["list", "watch"],
    groupResource: "services",
    reason: "NoWatch",
    why: "to see whether versions are there and ready",
    effect: "Unseen",
    ready: "Unknown",
    other: versionOf("deploy") + routeTemplate("other", "app-v1"),
    otherKind: httpRoutes,
  },
  {
    verbs: ["patch"],
    groupResource: "deployments.apps",
    reason: "NoPatch",
    why: "to hold a version until its traffic is back",
    effect: "HoldFailed",
    ready: "False",
    other: versionOf("svc") + routeTemplate("other", "app-v1"),
    otherKind: httpRoutes,
  },
  {
    verbs: ["create"],
    groupResource: "httproutes.gateway.networking.k8s.io",
    reason: "NoCreate",
    why: "to write routes",
    effect: "WriteFailed",
    ready: "False",
    other: versionOf("svc") + meshTemplate,
    otherKind: virtualServices,
  },
  {
    verbs: ["list", "watch"],
    groupResource: "endpointslices.discovery.k8s.io",
    reason: "NoWatch",
    why: "to count the ready endpoints of Services",
    effect: "Unseen",
    ready: "Unknown",
    // Nothing is known to be ready: the primary has everything.
    shares: [1, 0],
    other: versionOf("deploy") + routeTemplate("other", "app-v1"),
    otherKind: httpRoutes,
  },
];

describe.each(cases)("a controller that may not $verbs $groupResource", (denied) => {
  const { verbs, groupResource, reason, why, effect, ready, shares, other, otherKind } = denied;
  let scene: Scene;
  let app: App;
  let controller: ControllerProcess;

  beforeAll(async () => {
    scene = await Scene.open("permissions");
    app = new App(scene, "app");
    await app.deploy(1, 2);
    await app.routemap();
    const token = await scene.plane.serviceAccountToken(scene.namespace, account);
    await grant(true);
    await untilInForce(token);
    const kubeconfig = await scene.plane.kubeconfigFor(token, scene.namespace);
    controller = await scene.controller({ kubeconfig, flags: ["--leader-elect=false"] });
  }, 60_000);
  afterAll(() => scene.close(), 60_000);

  /** Gives the account what the controller says that it needs, with or without the right of the case. */
  async function grant(isLimited: boolean): Promise<void> {
    const needed = neededPermissions(defaultConfig(), { namespace: scene.namespace });
    const given = needed.filter(
      (permission) => !(isLimited && verbs.includes(permission.verb) && groupResourceOf(permission) === groupResource),
    );
    const rules = given.map(({ verb, group, resource }): JsonObject => {
      return { apiGroups: [group], resources: [resource], verbs: [verb] };
    });
    const apiVersion = "rbac.authorization.k8s.io/v1";
    await scene.apply(roles, { apiVersion, kind: "Role", metadata: { name: account }, rules });
    const subject = { kind: "ServiceAccount", name: account, namespace: scene.namespace };
    const roleRef = { apiGroup: rbac.group, kind: "Role", name: account };
    await scene.apply(bindings, {
      apiVersion,
      kind: "RoleBinding",
      metadata: { name: account },
      roleRef,
      subjects: [subject],
    });
  }

  /** Waits until the API server goes by the Role. */
  async function untilInForce(token: string): Promise<void> {
    const client = scene.plane.clientFor(token);
    const attributes = { verb: "patch", group: "", resource: "configmaps", namespace: scene.namespace };
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: attributes },
    };
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    await waitFor(async () => at(await client.success("POST", path, { body }), "status", "allowed") === true, {
      describe: "the Role to be in force",
    });
    client.close();
  }

  const series = (verb: string): string => {
    const [resource = "", ...group] = groupResource.split(".");
    return `verb="${verb}",group="${group.join(".")}",resource="${resource}"`;
  };
  const missing = (label = ""): Promise<number> => controller.metric("pointsman_missing_permission{", label);
  const lines = (): readonly string[] =>
    controller.log.split("\n").filter((line) => line.includes("missing permission"));

  it("tells it by a condition with verb, resource, namespace and purpose, and is not Ready", async () => {
    const { message, reason: told } = await scene.untilCondition("app", "MissingPermission");
    expect(told).toBe(reason);
    expect(message).toBe(`may not ${verbs.join(", ")} ${groupResource} in ${scene.namespace}: needed ${why}`);
    await scene.untilCondition("app", effect);
    const { status } = (await scene.conditions("app")).find(({ type }) => type === "Ready") ?? {};
    expect(status).toBe(ready);
    expect(await scene.shares("app")).toBe(shares === undefined ? "" : app.shares(...shares));
  });

  it("has a series for each verb, and no other", async () => {
    for (const verb of verbs) expect(await missing(series(verb))).toBe(1);
    expect(await missing()).toBe(verbs.length);
  });

  it("wrote a line for each verb at its start, with the role that gives it", () => {
    for (const verb of verbs)
      expect(lines().join("\n")).toContain(
        `missing permission: may not ${verb} ${groupResource} in ${scene.namespace}`,
      );
    expect(lines()).toHaveLength(verbs.length);
    for (const line of lines()) expect(line).toMatch(/bind the role pointsman-\w+ .*docs\/install\.md/);
  });

  it("serves a routemap that needs nothing of it", async () => {
    await scene.routemap("other", other);
    await waitFor(async () => (await scene.find(otherKind, "other")) !== undefined, {
      describe: "the other routemap's route",
    });
    const status = async (): Promise<string | undefined> =>
      (await scene.find(configMaps, "other"))?.metadata.annotations?.["iter8.tools/ready"];
    await waitFor(async () => (await status()) === "True", { describe: "the other routemap to be Ready" });
    expect((await scene.conditions("other")).map(({ type }) => type)).not.toContain("MissingPermission");
  });

  it("does its work without a restart once it is given, and takes everything back", async () => {
    await grant(false);
    await scene.untilShares("app", app.shares(80, 20), patience);
    const types = async (): Promise<readonly string[]> => (await scene.conditions("app")).map(({ type }) => type);
    await waitFor(async () => !(await types()).some((type) => type === "MissingPermission" || type === effect), {
      describe: "the conditions to go",
      timeoutMs: patience,
    });
    expect(await missing()).toBe(0);
    expect(controller.log).toContain(`permission no longer missing: ${verbs[0] ?? ""} ${groupResource}`);
    expect(controller.exitCode).toBeUndefined();
  }, 100_000);
});
