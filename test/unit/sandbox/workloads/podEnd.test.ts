import { expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../src/base/json.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import { podEnd } from "../../../../src/sandbox/workloads/podEnd.js";

function pod(deletionGracePeriodSeconds: number, ...hooks: readonly JsonObject[]): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "app-1", namespace: "ns", uid: "u1", resourceVersion: "5", deletionGracePeriodSeconds },
    spec: { containers: hooks.map((preStop) => ({ name: "app", lifecycle: { preStop } })) },
  };
}

const shell = (text: string): JsonObject => ({ exec: { command: ["/bin/sh", "-c", text] } });

test.each([
  ["no hook", pod(30), 0, 0, 30_000],
  ["sleep", pod(30, { sleep: { seconds: 5 } }), 0, 5_000, 30_000],
  ["an exec of sleep", pod(30, { exec: { command: ["sleep", "4"] } }), 0, 4_000, 30_000],
  ["a shell that sleeps", pod(30, shell("nginx -s quit; sleep 2.5")), 0, 2_500, 30_000],
  ["a program called otherwise", pod(30, shell("./nosleep 9")), 0, 0, 30_000],
  ["several containers", pod(30, { sleep: { seconds: 1 } }, { sleep: { seconds: 3 } }), 0, 3_000, 30_000],
  ["a hook longer than the grace", pod(2, { sleep: { seconds: 9 } }), 0, 2_000, 2_000],
  ["a process that takes longer than its hook", pod(30, { sleep: { seconds: 1 } }), 1_500, 1_500, 30_000],
  ["no grace", pod(0, { sleep: { seconds: 1 } }), 1_500, 0, 0],
])("with %s a Pod serves on and is killed in time", (_name, deleted, leastMs, serveMs, graceMs) => {
  expect(podEnd(deleted, leastMs)).toEqual({ serveMs, graceMs });
});
