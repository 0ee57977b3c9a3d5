import { afterAll, beforeAll, it } from "@jest/globals";

import type { Json } from "../../src/base/json.js";
import { arrayAt, isObject } from "../../src/base/json.js";
import { LiveRelease } from "../support/iter8/chart/liveRelease.js";
import { Plane } from "../support/plane/plane.js";
import { plane } from "../support/plane/plane.js";
import type { RunningPlane } from "../support/plane/startPlane.js";
import { startPlane } from "../support/plane/startPlane.js";
import { waitFor } from "../support/plane/waitFor.js";
import { Scene } from "../support/scene.js";

const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
const shared = plane();
let own: RunningPlane;
let scene: Scene;

beforeAll(async () => {
  own = await startPlane(shared.ownPlaneOptions());
  const ref = { name: "httproutes.gateway.networking.k8s.io" };
  const crd = await own.admin.get(definitions, ref);
  const versions = arrayAt(crd, "spec", "versions").map((version): Json =>
    isObject(version) && version["name"] === "v1beta1" ? { ...version, served: false } : version,
  );
  await own.admin.patch(definitions, ref, { spec: { versions } });
  await waitFor(
    async () => (await own.admin.request("GET", "/apis/gateway.networking.k8s.io/v1beta1/httproutes")).status === 404,
    { describe: "v1beta1 to be served no more" },
  );
  scene = await Scene.open("iter8-version", new Plane(own.info));
}, 90_000);

afterAll(async () => {
  await scene.close();
  shared.close();
  await own.stop();
}, 60_000);

it("the chart's HTTPRoute is written in the version that the cluster serves", async () => {
  const release = new LiveRelease(scene, {
    environment: "deployment-gtw",
    strategy: "blue-green",
    app: "httpbin",
    namespace: scene.namespace,
    versions: [{ weight: 80 }, { weight: 20 }],
    gateway: "shop",
    namespaces: true,
    weightConfigs: false,
  });
  await release.install();
  await scene.controller({ kubeconfig: own.info.kubeconfigPath });
  await release.untilMeant("ready", "ready");
}, 60_000);
