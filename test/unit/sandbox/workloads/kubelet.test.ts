import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { arrayAt, stringAt } from "../../../../src/base/json.js";
import type { KubeletOptions } from "../../../../src/sandbox/workloads/kubelet.js";
import { Kubelet } from "../../../../src/sandbox/workloads/kubelet.js";
import { FakeApi, failures } from "../../../support/fakeApi.js";
import { FakeClock } from "../../../support/fakeClock.js";

const pods = { group: "", version: "v1", resource: "pods" };

describe("the stand-in kubelet", () => {
  let clock: FakeClock;
  let api: FakeApi;
  let kubelet: Kubelet;

  beforeEach(() => {
    clock = new FakeClock();
    api = new FakeApi(clock);
  });

  afterEach(() => kubelet.stop());

  async function start(options: Partial<KubeletOptions> = {}): Promise<void> {
    kubelet = new Kubelet({ api, clock, nodeName: "here", ...options });
    expect(await kubelet.start()).toMatchObject({ ok: true });
    await clock.advance(0);
  }

  function put(name: string, metadata: JsonObject = {}, nodeName = "here"): void {
    api.server.put(pods, { namespace: "ns", name, metadata, spec: { nodeName, containers: [{ name: "app" }] } });
  }

  function readiness(name: string): string | undefined {
    const conditions = arrayAt(api.server.get(pods, { namespace: "ns", name }), "status", "conditions");
    return stringAt(
      conditions.find((condition) => stringAt(condition, "type") === "Ready"),
      "status",
    );
  }

  test("binds a Pod that has no Node, by its uid", async () => {
    await start();
    const pod = api.server.put(pods, { namespace: "ns", name: "a", spec: {} });
    api.paths.set("/api/v1/namespaces/ns/pods/a/binding", {});
    await clock.advance(0);
    expect(api.made("raw")).toMatchObject([
      { body: { kind: "Binding", metadata: { name: "a", uid: pod.metadata.uid }, target: { name: "here" } } },
    ]);
  });

  test("reports a Pod ready only after its start time", async () => {
    await start({ startMs: 500 });
    put("a");
    await clock.advance(499);
    expect(readiness("a")).toBeUndefined();
    await clock.advance(1);
    expect(readiness("a")).toBe("True");
  });

  test("writes nothing about a Pod that is as it should be", async () => {
    await start();
    put("a");
    await clock.advance(10_000);
    expect(api.made("mergePatch")).toHaveLength(1);
  });

  test("repeats a report that was refused", async () => {
    await start();
    api.writeFailures.push(failures.unavailable, failures.conflict);
    put("a");
    await clock.advance(1_000);
    expect(readiness("a")).toBe("True");
    expect(api.made("mergePatch")).toHaveLength(3);
  });

  test("keeps a version unready until told otherwise, later Pods of it included", async () => {
    await start();
    put("v2-a");
    put("v1-a");
    await clock.advance(0);
    await kubelet.setReady("ns", { prefix: "v2-" }, false);
    put("v2-b");
    await clock.advance(0);
    expect(["v1-a", "v2-a", "v2-b"].map(readiness)).toEqual(["True", "False", "False"]);
    await kubelet.setReady("ns", { prefix: "v2-" }, true);
    expect(["v1-a", "v2-a", "v2-b"].map(readiness)).toEqual(["True", "True", "True"]);
  });

  const ending = { deletionTimestamp: "2030-01-01T00:00:00Z", finalizers: ["test/keep"] };

  test.each([
    [{ terminationMs: 800 }, 30, 800],
    [{ terminationMs: 800 }, 0, 0],
    [{}, 30, 0],
  ])("with %j ends a Pod of %i s grace after %i ms", async (options, deletionGracePeriodSeconds, ms) => {
    await start(options);
    put("a", { ...ending, deletionGracePeriodSeconds });
    if (ms > 0) {
      await clock.advance(ms - 1);
      expect(api.made("delete")).toEqual([]);
      await clock.advance(1);
    } else await clock.advance(0);
    expect(api.made("delete")).toMatchObject([{ target: "pods/ns/a", at: ms }]);
  });

  test("stops with timers under way", async () => {
    await start({ startMs: 5_000 });
    put("a");
    await clock.advance(0);
    expect(clock.pending).toBe(1);
    await kubelet.stop();
    expect(clock.pending).toBe(0);
  });
});
