import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import { at, numberAt, stringAt } from "../../../../src/base/json.js";
import type { JsonObject } from "../../../../src/base/json.js";
import { StandIn } from "../../../../src/sandbox/workloads/standIn.js";
import { FakeApi, failures } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";

const gadgets = { group: "example.com", version: "v1", resource: "gadgets" };
const services = { group: "", version: "v1", resource: "services" };
const ref = { namespace: "ns", name: "a" };

describe("the stand-in for a kind's controller", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let standIn: StandIn;

  beforeEach(async () => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    standIn = new StandIn(
      { api, clock, namespace: "ns", readyAfterMs: 100 },
      {
        resource: gadgets,
        status: (_, { generation, up, ready }) => ({ generation, up, ready }),
        children: (object) => [
          { resource: services, body: { apiVersion: "v1", kind: "Service", metadata: { name: object.metadata.name } } },
        ],
      },
    );
    standIn.start();
    await clock.advance(0);
  });

  afterEach(() => standIn.stop());

  function put(size: number, name = "a"): void {
    const where = { namespace: "ns", name };
    const status = api.server.get(gadgets, where)?.["status"];
    api.server.put(gadgets, { ...where, spec: { size }, ...(status === undefined ? {} : { status }) });
  }

  const status = (): JsonObject | undefined => {
    const object = api.server.get(gadgets, ref);
    const up = numberAt(object, "status", "up");
    if (object === undefined || up === undefined) return undefined;
    return { generation: numberAt(object, "status", "generation"), up, ready: at(object, "status", "ready") };
  };

  test("says at once that it is at work, and after its time that the object is up", async () => {
    put(1);
    await clock.advance(0);
    expect(status()).toEqual({ generation: 1, up: 0, ready: true });
    await clock.advance(99);
    expect(status()).toMatchObject({ up: 0 });
    await clock.advance(1);
    expect(status()).toMatchObject({ up: 1 });
  });

  test("keeps what was up while a newer generation comes, and begins anew with each", async () => {
    put(1);
    await clock.advance(100);
    put(2);
    await clock.advance(60);
    expect(status()).toEqual({ generation: 2, up: 1, ready: true });
    put(3);
    await clock.advance(60);
    expect(status()).toEqual({ generation: 3, up: 1, ready: true });
    await clock.advance(40);
    expect(status()).toEqual({ generation: 3, up: 3, ready: true });
  });

  test("makes an object not ready and ready again, and has said so when it resolves", async () => {
    put(1);
    put(1, "b");
    await clock.advance(100);
    await standIn.setReady("ns", "a", false);
    expect(status()).toMatchObject({ ready: false });
    expect(at(api.server.get(gadgets, { namespace: "ns", name: "b" }), "status", "ready")).toBe(true);
    await standIn.setReady("ns", "a", true);
    expect(status()).toMatchObject({ ready: true });
  });

  test("remembers what is meant not to be ready until it comes", async () => {
    await standIn.setReady("ns", "a", false);
    put(1);
    await clock.advance(100);
    expect(status()).toMatchObject({ up: 1, ready: false });
  });

  test("makes what belongs to an object once, before its status says anything", async () => {
    api.writeFailures.push(failures.unavailable);
    put(1);
    await clock.advance(49);
    expect(status()).toBeUndefined();
    await clock.advance(200);
    expect(stringAt(api.server.get(services, ref), "metadata", "name")).toBe("a");
    expect(api.made("create")).toHaveLength(2);
    expect(status()).toMatchObject({ up: 1 });
  });

  test("repeats a write that failed, and writes nothing twice", async () => {
    api.server.put(services, { ...ref });
    api.writeFailures.push(failures.conflict, failures.unavailable);
    put(1);
    await clock.advance(1_000);
    expect(status()).toMatchObject({ up: 1 });
    const writes = api.made("jsonPatch").length;
    await clock.advance(60_000);
    expect(api.made("jsonPatch")).toHaveLength(writes);
  });

  test("leaves an object alone that is being deleted", async () => {
    put(1);
    await clock.advance(100);
    const stored = api.server.get(gadgets, ref);
    const held = { deletionTimestamp: "2030-01-01T00:00:00Z", finalizers: ["example.com/held"] };
    api.server.store(gadgets, { ...stored, metadata: { ...stored?.metadata, ...held } });
    await standIn.setReady("ns", "a", false);
    expect(status()).toMatchObject({ ready: true });
  });
});
