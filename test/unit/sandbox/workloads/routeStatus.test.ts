import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import { arrayAt, numberAt, stringAt } from "../../../../src/base/json.js";
import { RouteStatusWriter } from "../../../../src/sandbox/workloads/routeStatus.js";
import { FakeApi, failures } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";

const httpRoutes = { group: "gateway.networking.k8s.io", version: "v1", resource: "httproutes" };
const ref = { namespace: "ns", name: "app" };

describe("the writer of route status", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let writer: RouteStatusWriter;

  beforeEach(async () => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    writer = new RouteStatusWriter({ api, clock, controllerName: "example.com/gw", lagMs: 100 });
    writer.start();
    await clock.advance(0);
  });

  afterEach(() => writer.stop());

  function put(weight: number, parents: readonly string[] = ["gw"]): void {
    const parentRefs = parents.map((name) => ({ name }));
    // A user's write leaves the status alone.
    const status = api.server.get(httpRoutes, ref)?.["status"];
    api.server.put(httpRoutes, { ...ref, spec: { parentRefs, weight }, ...(status === undefined ? {} : { status }) });
  }

  function reported(): readonly (readonly [string | undefined, string | undefined, number | undefined])[] {
    return arrayAt(api.server.get(httpRoutes, ref), "status", "parents").map((entry) => {
      const accepted = arrayAt(entry, "conditions")[0];
      return [
        stringAt(entry, "parentRef", "name"),
        stringAt(accepted, "status"),
        numberAt(accepted, "observedGeneration"),
      ];
    });
  }

  test("reports each generation a lag after its change, on every parent", async () => {
    put(1, ["one", "two"]);
    await clock.advance(99);
    expect(reported()).toEqual([]);
    await clock.advance(1);
    expect(reported()).toEqual([
      ["one", "True", 1],
      ["two", "True", 1],
    ]);
    put(2, ["one", "two"]);
    await clock.advance(60);
    put(3, ["one", "two"]);
    await clock.advance(40);
    expect(reported()[0]).toEqual(["one", "True", 2]);
    await clock.advance(60);
    expect(reported()[0]).toEqual(["one", "True", 3]);
  });

  test("does not answer its own writes, nor those of other controllers", async () => {
    put(1);
    await clock.advance(100);
    await clock.advance(60_000);
    expect(api.made("mergePatch")).toHaveLength(1);
  });

  test("says nothing while stalled, and afterwards the newest only", async () => {
    put(1);
    await clock.advance(100);
    writer.setStalled(true);
    put(2);
    await clock.advance(150);
    put(3);
    await clock.advance(5_000);
    expect(reported()).toEqual([["gw", "True", 1]]);
    writer.setStalled(false);
    await clock.advance(0);
    expect(reported()).toEqual([["gw", "True", 3]]);
    expect(api.made("mergePatch")).toHaveLength(2);
  });

  test("repeats a write that failed, and keeps the entries of other controllers", async () => {
    put(1);
    const stored = api.server.get(httpRoutes, ref);
    const other = { parentRef: { name: "gw" }, controllerName: "example.com/other", conditions: [] };
    api.server.store(httpRoutes, { ...stored, status: { parents: [other] } });
    api.writeFailures.push(failures.conflict);
    await clock.advance(1_000);
    expect(reported()).toEqual([
      ["gw", undefined, undefined],
      ["gw", "True", 1],
    ]);
  });

  test("refuses routes when told to", async () => {
    writer.setAccepted(false);
    put(1);
    await clock.advance(100);
    expect(reported()).toEqual([["gw", "False", 1]]);
  });

  test("a shorter lag overtakes: an older generation is not reported after a newer one", async () => {
    put(1);
    await clock.advance(100);
    put(2);
    await clock.advance(10);
    writer.setLag(0);
    put(3);
    await clock.advance(0);
    expect(reported()).toEqual([["gw", "True", 3]]);
    await clock.advance(1_000);
    expect(reported()).toEqual([["gw", "True", 3]]);
  });
});
