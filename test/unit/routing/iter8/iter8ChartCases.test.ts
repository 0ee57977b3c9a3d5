import { expect, it } from "@jest/globals";

import { ChartWorld } from "../../../support/iter8/chart/chartWorld.js";
import { samples } from "../../../support/iter8/chart/combinations.js";
import { send } from "../../../support/requests/send.js";
import type { ChartValues } from "../../../support/iter8/chart/values.js";

const mirror: ChartValues = {
  environment: "deployment-istio",
  strategy: "mirror",
  app: "httpbin",
  namespace: "default",
  versions: [{}, { weight: 20 }],
  namespaces: true,
  weightConfigs: true,
};

function deploy(world: ChartWorld, ...indexes: readonly number[]): void {
  for (const index of indexes) {
    world.setState(index, "ready");
    world.pass(8000, 2000);
  }
}

it("a mirror's primary that was deleted and deployed again gets its traffic back, though its ConfigMap was never there", () => {
  const world = new ChartWorld(mirror);
  deploy(world, 0, 1);
  world.remove("httpbin-0");
  world.pass(60_000, 5000);
  deploy(world, 0);
  expect(world.strays()).toEqual([]);
});

it("a mirror's percentage can be raised while its primary is held back by that ConfigMap", () => {
  const world = new ChartWorld(mirror);
  deploy(world, 0, 1);
  world.upgrade({ ...mirror, versions: [{}, { weight: 40 }] });
  world.pass(8000, 2000);
  expect(world.strays()).toEqual([]);
});

it("a canary gets its match while the primary is down and another candidate has its own", () => {
  const versions = [1, 2].map((value) => ({ match: [{ headers: { candidate: { exact: String(value) } } }] }));
  const world = new ChartWorld({ ...mirror, strategy: "canary", weightConfigs: false, versions: [{}, ...versions] });
  deploy(world, 0, 1, 2);
  for (const index of [0, 1, 2]) world.setState(index, "down");
  deploy(world, 2, 1);
  expect(world.strays()).toEqual([]);
});

it("an app with two shadows that are ready from the start is served", () => {
  const world = new ChartWorld({ ...mirror, weightConfigs: false, versions: [{}, {}, {}] });
  for (const index of [1, 2]) world.setState(index, "ready");
  deploy(world, 0);
  expect(world.route).toBeDefined();
});

it("two shadows that are ready both get their copies, though the chart writes one key for both", () => {
  const world = new ChartWorld({ ...mirror, weightConfigs: false, versions: [{}, {}, { weight: 30 }] });
  deploy(world, 0, 1, 2);
  const [everybody] = samples;
  const copied = world.route === undefined || everybody === undefined ? undefined : send(world.route, everybody).copied;
  expect(copied?.get("httpbin-1")).toBeCloseTo(0.5);
  expect(copied?.get("httpbin-2")).toBeCloseTo(0.3);
});
