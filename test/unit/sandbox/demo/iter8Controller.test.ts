import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { arrayAt, numberAt, objectAt } from "../../../../src/base/json.js";
import type { GroupVersionResource } from "../../../../src/kube/resource.js";
import { Iter8Controller } from "../../../../src/sandbox/demo/iter8Controller.js";
import type { DemoVersion } from "../../../../src/sandbox/demo/objects.js";
import { demoNamespace as namespace, routemapManifest, smokeTests } from "../../../../src/sandbox/demo/objects.js";
import { demoKinds } from "../../../../src/sandbox/demo/world.js";
import { FakeApi } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";

const { configMaps, deployments, services, routes } = demoKinds;
const finalizer = "iter8.tools/finalizer";
const versions: readonly DemoVersion[] = [
  { name: "v1", weight: 70 },
  { name: "v2", weight: 30 },
];

let clock: FakeClock;
let api: FakeApi;
let controller: Iter8Controller;

beforeEach(async () => {
  clock = new FakeClock();
  api = new FakeApi(clock);
  controller = new Iter8Controller(api, clock, namespace);
  const { name, body } = routemapManifest(versions);
  api.server.put(configMaps, {
    namespace,
    name,
    metadata: { labels: objectAt(body, "metadata", "labels") },
    data: objectAt(body, "data"),
  });
  controller.start();
  await clock.advance(0);
});

afterEach(() => controller.stop());

const labels = { "iter8.tools/watch": "true" };

function put(kind: GroupVersionResource, name: string, status: JsonObject, metadata: JsonObject = {}): void {
  api.server.put(kind, { namespace, name, metadata: { labels, ...metadata }, status });
}

const condition = (type: string, isTrue: boolean): JsonObject => ({
  conditions: [{ type, status: isTrue ? "True" : "False" }],
});

/** A version of the shop, as far as its Deployment and its smoke test have come. */
async function version(name: string, { available = true, tested = true, metadata = {} } = {}): Promise<void> {
  put(services, name, {});
  put(smokeTests, name, condition("Ready", tested));
  put(deployments, name, condition("Available", available), metadata);
  await clock.advance(0);
}

/** The weights of the stored route; undefined where there is none. */
function weights(): readonly (number | undefined)[] | undefined {
  const route = api.server.get(routes, { namespace, name: "shop" });
  if (route === undefined) return undefined;
  return arrayAt(route, "spec", "rules", 0, "backendRefs").map((backend) => numberAt(backend, "weight"));
}

const finalizersOf = (kind: GroupVersionResource, name: string): readonly string[] | undefined =>
  api.server.get(kind, { namespace, name })?.metadata.finalizers;

describe("a controller that does as Iter8 1.1.2", () => {
  test("sends everything to the first version while none is available", () => {
    expect(weights()).toEqual([1, 0]);
  });

  test("gives weight to what is available at this moment, without waiting", async () => {
    await version("v1");
    expect(weights()).toEqual([70, 0]);
    await version("v2", { available: false });
    expect(weights()).toEqual([70, 0]);
    await version("v2", { tested: false });
    expect(weights()).toEqual([70, 0]);
    await version("v2");
    expect(weights()).toEqual([70, 30]);
    await version("v2", { tested: false });
    expect(weights()).toEqual([70, 0]);
  });

  test("goes by the annotation of the first resource, unless that is no weight", async () => {
    await version("v1");
    await version("v2", { metadata: { annotations: { "iter8.tools/weight": "70" } } });
    expect(weights()).toEqual([70, 70]);
    await version("v2", { metadata: { annotations: { "iter8.tools/weight": "many" } } });
    expect(weights()).toEqual([70, 30]);
  });

  test("does not count a status that speaks of an older generation", async () => {
    await version("v1");
    await version("v2");
    put(deployments, "v2", { ...condition("Available", true), observedGeneration: 0 });
    await clock.advance(0);
    expect(weights()).toEqual([70, 0]);
  });

  test("holds what it watches, beside others that hold it", async () => {
    await version("v2", { metadata: { finalizers: ["example.com/other"] } });
    expect(finalizersOf(deployments, "v2")).toEqual(["example.com/other", finalizer]);
    expect(finalizersOf(services, "v2")).toEqual([finalizer]);
    expect(finalizersOf(smokeTests, "v2")).toEqual([finalizer]);
  });

  test("applies the route and then lets a deleted version go, at that very moment", async () => {
    await version("v1");
    await version("v2");
    const before = api.requests.length;
    api.server.remove(deployments, { namespace, name: "v2" });
    await clock.advance(0);
    const made = api.requests.slice(before).filter(({ verb }) => verb === "apply" || verb === "update");
    expect(made.slice(0, 2).map(({ verb, target }) => [verb, target])).toEqual([
      ["apply", `httproutes.gateway.networking.k8s.io/${namespace}/shop`],
      ["update", `deployments.apps/${namespace}/v2`],
    ]);
    expect(weights()).toEqual([70, 0]);
    expect(api.server.get(deployments, { namespace, name: "v2" })).toBeUndefined();
    expect(clock.monotonic()).toBe(0);
  });

  test("knows no brake", async () => {
    await version("v1");
    await version("v2");
    const annotations = { "iter8.tools/force-primary": "true" };
    api.server.put(configMaps, {
      ...api.server.get(configMaps, { namespace, name: "shop" }),
      namespace,
      name: "shop",
      metadata: { annotations },
    });
    await clock.advance(0);
    expect(weights()).toEqual([70, 30]);
  });

  test("leaves a routemap alone that it cannot read, and others too", async () => {
    const labels = { "iter8.tools/kind": "routemap" };
    api.server.put(configMaps, { namespace, name: "broken", metadata: { labels }, data: { strSpec: "versions: [" } });
    await version("v1");
    expect(weights()).toEqual([70, 0]);
  });

  test("writes nothing after its end", async () => {
    await controller.stop();
    const before = api.requests.length;
    await version("v1");
    await clock.advance(10_000);
    expect(api.requests.length).toBe(before);
  });
});
