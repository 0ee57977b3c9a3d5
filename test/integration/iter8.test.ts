import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import type { GroupVersionResource } from "../../src/kube/resource.js";
import type { Iter8File } from "../support/iter8/fixtures.js";
import { iter8Config, leadsTo } from "../support/iter8/fixtures.js";
import { applyRoutemap, deployVersion, routemap, untilLeadsTo } from "../support/iter8/scenes.js";
import { recordRevisions } from "../support/plane/recorder.js";
import { waitFor } from "../support/plane/waitFor.js";
import { deployments, httpRoutes, Scene, services, virtualServices } from "../support/scene.js";

interface Strategy {
  readonly file: Iter8File;
  readonly promoted: Iter8File;
  readonly gvr: GroupVersionResource;
  /** Where the route leads with the candidate ready, without it, and after its promotion. */
  readonly ready: string;
  readonly alone: string;
  readonly after: string;
  /** Versions for which the chart makes the ConfigMap that carries their weight. */
  readonly weightConfigs: readonly number[];
  /** Whether the template leads to the candidate even where that has weight 0. */
  readonly unsafe: boolean;
}

const strategies: readonly Strategy[] = [
  {
    file: "istio-blue-green",
    promoted: "istio-promoted",
    gvr: virtualServices,
    ready: "httpbin-0=30 httpbin-1=70",
    alone: "httpbin-0",
    after: "httpbin-0",
    weightConfigs: [0, 1],
    unsafe: false,
  },
  {
    file: "istio-canary",
    promoted: "istio-promoted",
    gvr: virtualServices,
    ready: "test> httpbin-1 | httpbin-0",
    alone: "httpbin-0",
    after: "httpbin-0",
    weightConfigs: [],
    unsafe: false,
  },
  {
    file: "istio-mirror",
    promoted: "istio-promoted",
    gvr: virtualServices,
    ready: "httpbin-0 ~httpbin-1@20",
    alone: "httpbin-0",
    after: "httpbin-0",
    weightConfigs: [1],
    unsafe: false,
  },
  {
    file: "gateway-blue-green",
    promoted: "gateway-promoted",
    gvr: httpRoutes,
    ready: "httpbin-0=80 httpbin-1=20",
    alone: "httpbin-0=1 httpbin-1=0",
    after: "httpbin-0=1",
    weightConfigs: [],
    unsafe: true,
  },
  {
    file: "gateway-canary",
    promoted: "gateway-promoted",
    gvr: httpRoutes,
    ready: "test> httpbin-1=1 | httpbin-0=1",
    alone: "httpbin-0=1",
    after: "httpbin-0=1",
    weightConfigs: [],
    unsafe: true,
  },
];

describe.each(strategies)("Iter8's routemap $file", (strategy) => {
  const { gvr } = strategy;
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.open("iter8");
    await deployVersion(scene, 0, strategy.weightConfigs.includes(0));
    await applyRoutemap(scene, strategy.file);
    await scene.controller();
  }, 60_000);
  afterAll(async () => scene.close(), 60_000);

  it("leads to the primary alone while there is no candidate", async () => {
    await untilLeadsTo(scene, gvr, strategy.alone);
    await waitFor(async () => (await scene.conditions(routemap)).length > 0, { describe: "the status" });
    const types = (await scene.conditions(routemap)).map(({ type }) => type);
    if (strategy.unsafe) expect(types).toContain("GuardCorrected");
    else expect(types).not.toContain("GuardCorrected");
  }, 60_000);

  it("leads to the candidate as the template says once it is ready", async () => {
    await deployVersion(scene, 1, strategy.weightConfigs.includes(1));
    await untilLeadsTo(scene, gvr, strategy.ready);
    expect(await scene.held(deployments, "httpbin-1")).toBe(true);
    expect(await scene.held(services, "httpbin-1")).toBe(true);
  }, 60_000);

  it("leads away from the candidate while it is down, and back when it is up", async () => {
    await scene.kubelet.setReady(scene.namespace, { labels: { app: "httpbin-1" } }, false);
    await untilLeadsTo(scene, gvr, strategy.alone);
    await scene.kubelet.setReady(scene.namespace, { labels: { app: "httpbin-1" } }, true);
    await untilLeadsTo(scene, gvr, strategy.ready);
  }, 60_000);

  it("lets a deleted candidate go once nothing leads to it", async () => {
    const record = await recordRevisions(scene.admin, scene.namespace, gvr, deployments);
    await scene.delete(deployments, "httpbin-1");
    await scene.delete(services, "httpbin-1");
    await scene.untilGone(deployments, "httpbin-1");
    await scene.untilGone(services, "httpbin-1");
    await record.stop();
    const gone = record.revisions.find((r) => r.type === "DELETED");
    if (gone === undefined) throw new Error("nothing went");
    const routes = record.revisions.filter((r) => r.object.metadata.name === "httpbin" && r.stored < gone.stored);
    expect(leadsTo(routes.at(-1)?.object)).toBe(strategy.alone);
  }, 60_000);

  it("leads to the promoted version alone, and lets the former candidate go", async () => {
    await deployVersion(scene, 1, strategy.weightConfigs.includes(1));
    await untilLeadsTo(scene, gvr, strategy.ready);
    await applyRoutemap(scene, strategy.promoted);
    await scene.delete(deployments, "httpbin-1");
    await scene.delete(services, "httpbin-1");
    await untilLeadsTo(scene, gvr, strategy.after);
    await scene.untilGone(deployments, "httpbin-1");
    await scene.untilGone(services, "httpbin-1");
    await waitFor(async () => !(await scene.held(deployments, "httpbin-0")), {
      describe: "the last version to be free",
    });
    await waitFor(
      async () => {
        const found = (await scene.conditions(routemap)).map(({ type, status }) => `${type} ${status}`);
        return found.join() === "Ready True";
      },
      { describe: "no condition but Ready" },
    );
  }, 60_000);
});

describe("a template that leads to a dead version", () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open("iter8-unsafe");
    await deployVersion(scene, 0);
  }, 60_000);
  afterEach(async () => scene.close(), 60_000);

  it("is corrected where the candidate's rule matches everything", async () => {
    await applyRoutemap(scene, "gateway-canary-without-matches");
    await scene.controller();
    await untilLeadsTo(scene, httpRoutes, "httpbin-0=1");
    const condition = await scene.untilCondition(routemap, "GuardCorrected");
    expect(condition.message).toContain("spec.rules[0] would lead to Service");
    await deployVersion(scene, 1);
    await scene.delete(deployments, "httpbin-0");
    await untilLeadsTo(scene, httpRoutes, "httpbin-1=1");
    await scene.untilGone(deployments, "httpbin-0");
    await deployVersion(scene, 0);
    await untilLeadsTo(scene, httpRoutes, "httpbin-0=1");
  }, 60_000);

  it("is corrected where one of three versions has no weight, and the others keep what they have", async () => {
    await deployVersion(scene, 1);
    await deployVersion(scene, 2);
    await applyRoutemap(scene, "gateway-blue-green-three");
    await scene.controller();
    await untilLeadsTo(scene, httpRoutes, "httpbin-0=50 httpbin-1=20 httpbin-2=30");
    await scene.kubelet.setReady(scene.namespace, { labels: { app: "httpbin-1" } }, false);
    await untilLeadsTo(scene, httpRoutes, "httpbin-0=50 httpbin-1=0 httpbin-2=30");
    await scene.kubelet.setReady(scene.namespace, { labels: { app: "httpbin-2" } }, false);
    await untilLeadsTo(scene, httpRoutes, "httpbin-0=1 httpbin-1=0 httpbin-2=0");
  }, 60_000);
});

describe("Iter8's own configuration file", () => {
  it("configures the controller, with its version of HTTPRoute", async () => {
    const scene = await Scene.open("iter8-config");
    try {
      await deployVersion(scene, 0);
      await deployVersion(scene, 1);
      await applyRoutemap(scene, "gateway-blue-green");
      await scene.controller({ config: await iter8Config() });
      await untilLeadsTo(scene, httpRoutes, "httpbin-0=80 httpbin-1=20", 40_000);
      await scene.kubelet.setReady(scene.namespace, { labels: { app: "httpbin-1" } }, false);
      await untilLeadsTo(scene, httpRoutes, "httpbin-0=1 httpbin-1=0");
      const written = (await scene.find(httpRoutes, "httpbin"))?.metadata.managedFields?.find(
        ({ manager }) => manager === "pointsman",
      );
      expect(written?.apiVersion).toBe("gateway.networking.k8s.io/v1beta1");
    } finally {
      await scene.close();
    }
  }, 90_000);
});
