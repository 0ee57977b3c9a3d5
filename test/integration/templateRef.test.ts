import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { stringAt } from "../../src/base/json.js";
import { App } from "../support/app.js";
import { quickConfig } from "../support/controllerProcess.js";
import { waitFor } from "../support/plane/waitFor.js";
import { configMaps, httpRoutes, Scene, versionsOf } from "../support/scene.js";

let scene: Scene;
let shared: string;
beforeAll(async () => {
  scene = await Scene.open("templates");
  shared = await scene.plane.createNamespace("shared-templates");
  await (await scene.account()).allowTemplatesOf(shared);
  await scene.controller({ config: `${quickConfig}\ntemplateNamespaces: [${shared}]\n` });
}, 60_000);
afterAll(async () => scene.close(), 60_000);

const blueGreen = (parent: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: {{ .Values.route }}}
spec:
  parentRefs: [{name: ${parent}}]
  rules:
  - backendRefs:
{{- range $i, $v := .Versions }}
    - {name: {{ $v.Name }}, port: 80, weight: {{ index $.Weights $i }}}
{{- end }}
`;

async function library(namespace: string, name: string, data: Record<string, string>): Promise<void> {
  const labels = { "iter8.tools/kind": "routetemplate" };
  await scene.admin.apply(
    configMaps,
    { namespace, name },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name, labels }, data },
  );
}

function spec(app: App, ref: string): string {
  return `${versionsOf([app.version(1), 80], [app.version(2), 20])}
routingTemplates:
  main: {gvrShort: httproute, templateRef: ${ref}, values: {route: ${app.name}}}
`;
}

async function parentOf(name: string): Promise<string | undefined> {
  return stringAt(await scene.find(httpRoutes, name), "spec", "parentRefs", 0, "name");
}

describe("a route template in a ConfigMap", () => {
  it("is rendered, and every routemap that uses it is rendered anew when it changes", async () => {
    const one = new App(scene, "one");
    const two = new App(scene, "two");
    await Promise.all([one.deploy(1, 2), two.deploy(1, 2)]);
    await library(scene.namespace, "own", { "blue-green": blueGreen("first") });
    await scene.routemap("one", spec(one, "{name: own}"));
    await scene.routemap("two", spec(two, "{name: own, key: blue-green}"));
    await Promise.all([one.untilShares(80, 20), two.untilShares(80, 20)]);
    expect([await parentOf("one"), await parentOf("two")]).toEqual(["first", "first"]);
    await library(scene.namespace, "own", { "blue-green": blueGreen("second") });
    for (const name of ["one", "two"])
      await waitFor(async () => (await parentOf(name)) === "second", { describe: `${name} to be rendered anew` });
    expect(await scene.shares("one")).toBe(one.shares(80, 20));
  }, 60_000);

  it("may live in a namespace that the administrator shares, and may come later than its user", async () => {
    const app = new App(scene, "later");
    await app.deploy(1, 2);
    await scene.routemap("later", spec(app, `{name: common, namespace: ${shared}}`));
    const condition = await scene.untilCondition("later", "TemplateFailed");
    expect(condition.message).toContain(`there is no route template ${shared}/common`);
    await library(shared, "common", { "blue-green": blueGreen("gateway") });
    await app.untilShares(80, 20);
  }, 60_000);

  it("that is broken or deleted leaves the live route alone, and traffic still leaves what is not ready", async () => {
    const app = new App(scene, "broken");
    await app.deploy(1, 2);
    await library(scene.namespace, "fragile", { "blue-green": blueGreen("gateway") });
    await scene.routemap("broken", spec(app, "{name: fragile}"));
    await app.untilShares(80, 20);
    await library(scene.namespace, "fragile", { "blue-green": "{{ if }}" });
    const condition = await scene.untilCondition("broken", "TemplateFailed");
    expect(condition.message).toContain("fragile: data.blue-green");
    expect(await scene.shares("broken")).toBe(app.shares(80, 20));
    await app.setReady(2, false);
    await app.untilShares(80, 0);
    await scene.delete(configMaps, "fragile");
    await scene.untilCondition("broken", "TemplateFailed");
    await library(scene.namespace, "fragile", { "blue-green": blueGreen("gateway") });
    await app.setReady(2, true);
    await app.untilShares(80, 20);
  }, 60_000);

  it("of a namespace that nobody shares is refused with the way to share it", async () => {
    const app = new App(scene, "private");
    await scene.routemap("private", spec(app, "{name: common, namespace: kube-system}"));
    const condition = await scene.untilCondition("private", "SpecInvalid");
    expect(condition.message).toContain("routingTemplates.main.templateRef.namespace");
    expect(condition.message).toContain("templateNamespaces");
  }, 60_000);
});
