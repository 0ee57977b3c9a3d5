import { describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import { arrayAt, stringAt } from "../../../../src/base/json.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import { matchesPod, podStatus, podStep } from "../../../../src/sandbox/workloads/podStep.js";

const now = Date.UTC(2030, 0, 1, 12);

function pod(parts: {
  readonly metadata?: JsonObject;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
}): KubeObject {
  const metadata = { name: "app-1", namespace: "ns", uid: "u1", resourceVersion: "5", ...parts.metadata };
  const spec = { containers: [{ name: "app", image: "app:1" }], ...parts.spec };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata,
    spec,
    ...(parts.status === undefined ? {} : { status: parts.status }),
  };
}

const bound = { nodeName: "here" };
const deleted = { deletionTimestamp: "2030-01-01T00:00:00Z" };

function running(ready: boolean): KubeObject {
  const fresh = pod({ spec: bound });
  return pod({ spec: bound, status: podStatus(fresh, { address: "10.1.0.1", ready, now }) });
}

describe("the next step about a Pod", () => {
  test("is binding for one that has no Node", () => {
    expect(podStep(pod({}), "here", true)).toBe("bind");
  });

  test("is a report for one that was bound, or whose readiness is not what it should be", () => {
    expect(podStep(pod({ spec: bound }), "here", true)).toBe("report");
    expect(podStep(running(true), "here", false)).toBe("report");
    expect(podStep(running(false), "here", true)).toBe("report");
  });

  test("is nothing once what was reported holds", () => {
    for (const ready of [true, false]) expect(podStep(running(ready), "here", ready)).toBe("nothing");
  });

  test("is the end for one that is deleted, ready or not", () => {
    expect(podStep(pod({ spec: bound, metadata: deleted }), "here", true)).toBe("terminate");
    expect(podStep({ ...running(true), metadata: pod({ metadata: deleted }).metadata }, "here", true)).toBe(
      "terminate",
    );
  });

  test("is nothing for Pods of another Node and for those that were deleted before they had one", () => {
    expect(podStep(pod({ spec: { nodeName: "there" } }), "here", true)).toBe("nothing");
    expect(podStep(pod({ spec: { nodeName: "there" }, metadata: deleted }), "here", true)).toBe("nothing");
    expect(podStep(pod({ metadata: deleted }), "here", true)).toBe("nothing");
  });
});

describe("the status of a Pod", () => {
  test("keeps the times of what did not change", () => {
    const later = podStatus(running(true), { address: "10.1.0.1", ready: false, now: now + 60_000 });
    const times = arrayAt(later, "conditions").map((entry) => [
      stringAt(entry, "type"),
      stringAt(entry, "lastTransitionTime"),
    ]);
    expect(times).toEqual([
      ["PodScheduled", "2030-01-01T12:00:00Z"],
      ["Initialized", "2030-01-01T12:00:00Z"],
      ["ContainersReady", "2030-01-01T12:01:00Z"],
      ["Ready", "2030-01-01T12:01:00Z"],
    ]);
    expect(later["startTime"]).toBe("2030-01-01T12:00:00Z");
  });

  test("has an entry for every container", () => {
    const two = pod({
      spec: {
        containers: [
          { name: "a", image: "x" },
          { name: "b", image: "y" },
        ],
      },
    });
    const status = podStatus(two, { address: "10.1.0.1", ready: true, now });
    expect(arrayAt(status, "containerStatuses")).toMatchObject([
      { name: "a", image: "x", ready: true },
      { name: "b", image: "y", ready: true },
    ]);
  });
});

test("Pods are meant by the beginning of their name or by all of the labels", () => {
  const labelled = pod({ metadata: { labels: { app: "web", tier: "front" } } });
  expect(matchesPod(labelled, { prefix: "app-" })).toBe(true);
  expect(matchesPod(labelled, { prefix: "pp-" })).toBe(false);
  expect(matchesPod(labelled, { labels: { app: "web", tier: "front" } })).toBe(true);
  expect(matchesPod(labelled, { labels: { app: "web", tier: "back" } })).toBe(false);
});
