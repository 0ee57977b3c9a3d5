import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import { follow } from "../../../../src/sandbox/workloads/follow.js";
import { FakeApi, failures } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";

const pods = { group: "", version: "v1", resource: "pods" };

describe("following objects", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let told: string[];
  let controller: AbortController;
  let running: Promise<void>;

  beforeEach(() => {
    clock = new FakeClock();
    api = new FakeApi(clock);
    told = [];
    controller = new AbortController();
  });

  afterEach(async () => {
    controller.abort();
    await running;
  });

  function start(): Promise<void> {
    const follower = {
      onObject: (object: { readonly metadata: { readonly name: string } }): void =>
        void told.push(object.metadata.name),
      onGone: (uid: string): void => void told.push(`gone ${uid}`),
    };
    running = follow(api, clock, { resource: pods, namespace: "ns" }, follower, controller.signal);
    return clock.advance(0);
  }

  test("tells what is there, then every change, and nothing of other namespaces", async () => {
    api.server.put(pods, { namespace: "ns", name: "a" });
    api.server.put(pods, { namespace: "other", name: "x" });
    await start();
    const b = api.server.put(pods, { namespace: "ns", name: "b" });
    api.server.remove(pods, { namespace: "ns", name: "b" });
    await clock.advance(0);
    expect(told).toEqual(["a", "b", `gone ${b.metadata.uid}`]);
  });

  test("after a broken watch tells all again, and of what went meanwhile", async () => {
    const a = api.server.put(pods, { namespace: "ns", name: "a" });
    api.server.put(pods, { namespace: "ns", name: "b" });
    await start();
    api.watchOf(pods).break(failures.reset);
    api.server.remove(pods, { namespace: "ns", name: "a" });
    api.server.put(pods, { namespace: "ns", name: "c" });
    await clock.advance(1_000);
    expect(told.slice(2)).toEqual([`gone ${a.metadata.uid}`, "b", "c"]);
    expect(api.watches.size).toBe(1);
  });

  test("goes on trying while lists fail, less and less often", async () => {
    api.everyList = failures.unavailable;
    await start();
    await clock.advance(60_000);
    const tries = api.made("list").length;
    expect(tries).toBeGreaterThan(25);
    expect(tries).toBeLessThan(45);
    api.everyList = undefined;
    api.server.put(pods, { namespace: "ns", name: "a" });
    await clock.advance(3_000);
    expect(told).toEqual(["a"]);
  });

  test("ends when it is told to", async () => {
    await start();
    controller.abort();
    await running;
    expect(api.watches.size).toBe(0);
    expect(clock.pending).toBe(0);
  });
});
