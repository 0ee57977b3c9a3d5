import { randomBytes } from "node:crypto";

import { expect, it } from "@jest/globals";

import { systemClock } from "../../../src/base/clock.js";
import type { JsonObject } from "../../../src/base/json.js";
import { App } from "../../support/app.js";
import { quickConfig } from "../../support/controllerProcess.js";
import { waitFor } from "../../support/plane/waitFor.js";
import { Scene, services } from "../../support/scene.js";

const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
const group = `gone-${randomBytes(4).toString("hex")}.example.org`;
const gadgets = { group, version: "v1", resource: "gadgets" };
const config = `${quickConfig}
resourceTypes:
  gadget: {Group: ${group}, Version: v1, Resource: gadgets, conditions: [Ready], hold: true}
`;

it("row 28: a CRD that is deleted with a held candidate loses its traffic, and goes", async () => {
  const scene = await Scene.open("definitions");
  try {
    await (await scene.account()).allow(gadgets, ["get", "list", "watch", "patch"]);
    await scene.admin.apply(definitions, { name: `gadgets.${group}` }, definition());
    await waitFor(async () => (await scene.admin.list(gadgets, scene.namespace)).length === 0, {
      describe: "gadgets to be served",
      timeoutMs: 20_000,
    });
    await scene.controller({ config, flags: ["--leader-elect=false"] });
    const app = await mixed(scene);
    const begun = systemClock.monotonic();
    await scene.admin.delete(definitions, { name: `gadgets.${group}` });
    await app.untilShares(80, 0);
    await waitFor(async () => (await scene.admin.find(definitions, { name: `gadgets.${group}` })) === undefined, {
      describe: "the CRD to go",
      timeoutMs: 20_000,
    });
    expect(systemClock.monotonic() - begun).toBeLessThan(20_000);
    await waitFor(async () => !(await scene.held(services, "app-v2")), { describe: "the Service to be released" });
    expect(await scene.shares("app")).toBe(app.shares(80, 0));
  } finally {
    await scene.admin.delete(definitions, { name: `gadgets.${group}` });
    await scene.close();
  }
}, 90_000);

/** An app whose candidate is a gadget with a Service, at its full weight and held. */
async function mixed(scene: Scene): Promise<App> {
  const app = new App(scene, "app");
  await scene.routemap("app", app.spec().replace("deploy, name: app-v2", "gadget, name: app-v2"));
  await app.deploy(1, 2);
  const metadata = { name: "app-v2", labels: { "iter8.tools/watch": "true" } };
  await scene.apply(gadgets, { apiVersion: `${group}/v1`, kind: "Gadget", metadata });
  const ref = { namespace: scene.namespace, name: "app-v2" };
  const status = { conditions: [{ type: "Ready", status: "True" }] };
  await scene.admin.patch(gadgets, ref, { status }, { subresource: "status" });
  await app.untilShares(80, 20);
  expect(await scene.held(gadgets, "app-v2")).toBe(true);
  return app;
}

function definition(): JsonObject & { readonly metadata: JsonObject } {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `gadgets.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "Gadget", listKind: "GadgetList", plural: "gadgets", singular: "gadget" },
      versions: [{ name: "v1", served: true, storage: true, subresources: { status: {} }, schema }],
    },
  };
}
