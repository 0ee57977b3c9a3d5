import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { arrayAt, stringAt } from "../../../../src/base/json.js";
import { GatewayClasses, Gateways } from "../../../../src/sandbox/workloads/gateways.js";
import type { StandIn } from "../../../../src/sandbox/workloads/standIn.js";
import { FakeApi } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";

const gatewayApi = { group: "gateway.networking.k8s.io", version: "v1" };
const classes = { ...gatewayApi, resource: "gatewayclasses" };
const gateways = { ...gatewayApi, resource: "gateways" };
const ref = { namespace: "ns", name: "gateway" };

let clock: FakeClock;
let api: FakeApi;
let standIns: readonly StandIn[];

beforeEach(async () => {
  clock = new FakeClock();
  api = new FakeApi(clock);
  standIns = [new GatewayClasses({ api, clock }), new Gateways({ api, clock }, "127.0.0.1")];
  for (const standIn of standIns) standIn.start();
  await clock.advance(0);
});

afterEach(() => Promise.all(standIns.map((standIn) => standIn.stop())));

async function put(listeners: readonly JsonObject[]): Promise<void> {
  const status = api.server.get(gateways, ref)?.["status"];
  api.server.put(gateways, { ...ref, spec: { listeners }, ...(status === undefined ? {} : { status }) });
  await clock.advance(0);
}

const listener = (name: string): JsonObject => ({ name, protocol: "HTTP", port: 80 });

describe("the stand-in for a gateway's controller", () => {
  test("accepts every GatewayClass", async () => {
    api.server.put(classes, { name: "sandbox", spec: { controllerName: "pointsman.dev/sandbox" } });
    await clock.advance(0);
    expect(api.server.get(classes, { name: "sandbox" })?.["status"]).toMatchObject({
      conditions: [{ type: "Accepted", status: "True", reason: "Accepted", observedGeneration: 1 }],
    });
  });

  test("says that a Gateway is accepted and programmed, where, and so of each listener", async () => {
    await put([listener("http"), listener("other")]);
    const conditions = ["Accepted", "Programmed"].map((type) => ({
      type,
      status: "True",
      reason: type,
      message: "the sandbox's gateway listens",
      observedGeneration: 1,
      lastTransitionTime: "2030-01-01T00:00:00Z",
    }));
    const supportedKinds = ["HTTPRoute", "GRPCRoute"].map((kind) => ({ group: "gateway.networking.k8s.io", kind }));
    expect(api.server.get(gateways, ref)?.["status"]).toEqual({
      addresses: [{ type: "IPAddress", value: "127.0.0.1" }],
      conditions,
      listeners: ["http", "other"].map((name) => ({ name, supportedKinds, attachedRoutes: 0, conditions })),
    });
  });

  test("follows the listeners, speaks of the newest generation, and keeps the time since when it is so", async () => {
    await put([listener("http")]);
    await clock.advance(60_000);
    await put([listener("new")]);
    const gateway = api.server.get(gateways, ref);
    expect(arrayAt(gateway, "status", "listeners").map((each) => stringAt(each, "name"))).toEqual(["new"]);
    expect(arrayAt(gateway, "status", "conditions")).toMatchObject(
      ["Accepted", "Programmed"].map((type) => ({
        type,
        observedGeneration: 2,
        lastTransitionTime: "2030-01-01T00:00:00Z",
      })),
    );
  });

  test("writes once for each change", async () => {
    await put([listener("http")]);
    await clock.advance(60_000);
    expect(api.made("jsonPatch")).toHaveLength(1);
  });
});
