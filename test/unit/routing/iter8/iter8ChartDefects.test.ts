import { describe, expect, it } from "@jest/globals";

import { reportStatus } from "../../../../src/routing/report.js";
import { ChartWorld } from "../../../support/iter8/chart/chartWorld.js";
import { routedEnvironments } from "../../../support/iter8/chart/values.js";
import type { ChartValues } from "../../../support/iter8/chart/values.js";
import { chartRoutemap, chartSpec } from "../../../support/iter8/chart/render.js";
import { arrivalText, send } from "../../../support/requests/send.js";
import { samples } from "../../../support/iter8/chart/combinations.js";

const base: ChartValues = {
  environment: "deployment-istio",
  strategy: "blue-green",
  app: "httpbin",
  namespace: "default",
  versions: [{}, {}],
  namespaces: true,
  weightConfigs: true,
};

function running(values: ChartValues): ChartWorld {
  const world = new ChartWorld(values);
  for (const index of values.versions.keys()) world.setState(index, "ready");
  world.pass(8000, 2000);
  return world;
}

function everybody(world: ChartWorld): string {
  const [first] = samples;
  return world.route === undefined || first === undefined ? "nowhere" : arrivalText(send(world.route, first));
}

function conditions(world: ChartWorld): readonly string[] {
  const { conditions: found } = reportStatus(world.look(), undefined);
  return found.flatMap(({ type, status }) => (type !== "Ready" && status === "True" ? [type] : []));
}

describe("Iter8's chart", () => {
  it("makes no routemap without a strategy, except for Deployments without a route", () => {
    for (const environment of routedEnvironments)
      expect(chartRoutemap({ ...base, environment, strategy: "none" })).toBeUndefined();
    for (const environment of ["deployment-gtw", "kserve", "kserve-modelmesh-istio"] as const)
      expect(chartRoutemap({ ...base, environment, strategy: "mirror" })).toBeUndefined();
    const world = running({ ...base, environment: "deployment", strategy: "none", weightConfigs: false });
    expect(world.log).toEqual([]);
    expect(conditions(world)).toEqual([]);
    expect(world.look().survey?.desire.weights).toEqual([1, 1]);
  });

  it("makes the same of kserve-0.11 as of kserve", () => {
    for (const strategy of ["blue-green", "canary"] as const)
      expect(chartSpec({ ...base, environment: "kserve-0.11", strategy })).toBe(
        chartSpec({ ...base, environment: "kserve", strategy }),
      );
  });

  it("takes a weight of 0 for none", () => {
    expect(everybody(running({ ...base, versions: [{ weight: 50 }, { weight: 0 }] }))).toBe(
      "httpbin-0 50%, httpbin-1 50%",
    );
  });
});

describe("a weight that the chart's ConfigMap carries", () => {
  it.each(["deployment-istio", "deployment-gtw", "kserve", "kserve-modelmesh-istio"] as const)(
    "moves traffic in %s at once when it changes",
    (environment) => {
      const world = running({ ...base, environment });
      expect(everybody(world)).toBe("httpbin-0 50%, httpbin-1 50%");
      world.put("cm", "httpbin-1-weight-config", { metadata: { annotations: { "iter8.tools/weight": "150" } } });
      world.settle();
      expect(everybody(world)).toBe("httpbin-0 25%, httpbin-1 75%");
      world.put("cm", "httpbin-1-weight-config", { metadata: { annotations: { "iter8.tools/weight": "0" } } });
      world.settle();
      expect(everybody(world)).toBe("httpbin-0 100%");
      expect(world.broken).toEqual([]);
    },
  );

  it("is that of the spec again when the ConfigMap is missing, as the chart never makes some that it lists", () => {
    const world = running(base);
    world.put("cm", "httpbin-1-weight-config", { metadata: { annotations: { "iter8.tools/weight": "150" } } });
    world.settle();
    expect(everybody(world)).toBe("httpbin-0 25%, httpbin-1 75%");
    world.delete("cm", "httpbin-1-weight-config");
    world.settle();
    expect(everybody(world)).toBe("httpbin-0 50%, httpbin-1 50%");
  });
});

describe("what the chart forgets", () => {
  it("is filled in where the weights of three versions depend on the second one, and the status says so", () => {
    const versions = [{ weight: 60 }, { weight: 20 }, { weight: 20 }];
    for (const environment of ["deployment-istio", "deployment-gtw", "kserve", "kserve-modelmesh-istio"] as const) {
      const world = running({ ...base, environment, versions });
      expect(conditions(world)).toEqual([]);
      world.setState(1, "down");
      expect([environment, everybody(world)]).toEqual([environment, "httpbin-0 75%, httpbin-2 25%"]);
      expect(conditions(world)).toEqual(["GuardCorrected"]);
    }
  });

  it("gives a canary of Gateway API nothing where it has no matches, or has them in Istio's spelling", () => {
    for (const version of [{}, { match: [{ headers: { candidate: { exact: "1" } } }] }]) {
      const values: ChartValues = { ...base, environment: "deployment-gtw", strategy: "canary", weightConfigs: false };
      const world = running({ ...values, versions: [{}, version] });
      expect(everybody(world)).toBe("httpbin-0 100%");
      expect(conditions(world)).toEqual(["GuardCorrected"]);
      expect(world.isHeld("httpbin-1")).toBe(false);
    }
  });

  it("lets a mirror work although its primary lists a ConfigMap that nobody makes", () => {
    const world = running({ ...base, strategy: "mirror", versions: [{}, { weight: 20 }] });
    expect(everybody(world)).toBe("httpbin-0 100%, copy of 20% to httpbin-1");
    expect(world.isHeld("httpbin-0")).toBe(true);
    expect(world.isHeld("httpbin-1")).toBe(true);
  });

  it("does not lead a shadow's copies back to it after the primary is gone", () => {
    const world = running({ ...base, strategy: "mirror", weightConfigs: false });
    world.remove("httpbin-0");
    expect(everybody(world)).toBe("httpbin-1 100%");
    expect(world.broken).toEqual([]);
  });
});
