import { describe, expect, test } from "@jest/globals";

import type { JsonObject } from "../../../../../src/base/json.js";
import { formatProblem } from "../../../../../src/base/problem.js";
import type { KubeObject } from "../../../../../src/kube/object.js";
import { readBehaviour, wellBehaved } from "../../../../../src/sandbox/workloads/server/behaviour.js";
import { podIdentity, podPorts } from "../../../../../src/sandbox/workloads/server/podIdentity.js";

function pod(metadata: JsonObject, containers: readonly JsonObject[] = [{ name: "app" }]): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "app-1", namespace: "ns", uid: "u1", resourceVersion: "5", ...metadata },
    spec: { containers },
  };
}

function annotated(annotations: Record<string, string>): KubeObject {
  const prefixed: Record<string, string> = {};
  for (const [name, text] of Object.entries(annotations)) prefixed[`sandbox.pointsman.dev/${name}`] = text;
  return pod({ annotations: prefixed });
}

describe("what a Pod's annotations ask for", () => {
  test("is nothing special without any of ours", () => {
    expect(readBehaviour(pod({ annotations: { "example.com/latency": "1s" } }))).toEqual({
      behaviour: wellBehaved,
      problems: [],
    });
  });

  test("is each of them", () => {
    const all = {
      latency: "10ms-50ms",
      "error-rate": "0.25",
      "error-status": "503",
      body: "2s",
      flap: "4s",
      stall: "true",
      "on-term": "exit",
      "crash-after": "1m",
      "restart-after": "250ms",
      version: "v9",
    };
    expect(readBehaviour(annotated(all))).toEqual({
      behaviour: {
        latency: { minMs: 10, maxMs: 50 },
        errorRate: 0.25,
        errorStatus: 503,
        bodyMs: 2_000,
        flapMs: 4_000,
        isStalled: true,
        onTerm: "exit",
        crashAfterMs: 60_000,
        restartMs: 250,
      },
      problems: [],
    });
    expect(readBehaviour(annotated({ latency: "20ms" })).behaviour.latency).toEqual({ minMs: 20, maxMs: 20 });
  });

  test.each([
    ["latency", "50ms-10ms", "swap the two"],
    ["latency", "1s-2s-3s", "10ms-50ms"],
    ["latency", "fast", "no duration"],
    ["error-rate", "2", "between 0 and 1"],
    ["error-rate", "", "between 0 and 1"],
    ["error-status", "42", "between 200 and 599"],
    ["stall", "yes", "neither true nor false"],
    ["on-term", "toString", "neither finish nor exit"],
    ["latancy", "1s", "did you mean latency?"],
  ])("names the annotation %s=%s that it cannot read, and goes on without it", (name, text, words) => {
    const { behaviour, problems } = readBehaviour(annotated({ [name]: text, body: "1s" }));
    expect(behaviour).toEqual({ ...wellBehaved, bodyMs: 1_000 });
    expect(problems).toMatchObject([{ path: `metadata.annotations["sandbox.pointsman.dev/${name}"]` }]);
    expect(problems.map(formatProblem).join()).toContain(words);
  });
});

test("a Pod's version is its annotation, else the first label that tells it, else its name", () => {
  const labels = { app: "web", "app.kubernetes.io/version": "2", version: "v1" };
  const annotations = { "sandbox.pointsman.dev/version": "v7" };
  expect(podIdentity(pod({ labels, annotations }))).toEqual({ pod: "app-1", version: "v7" });
  expect(podIdentity(pod({ labels })).version).toBe("v1");
  expect(podIdentity(pod({ labels: { app: "web", "app.kubernetes.io/version": "2" } })).version).toBe("2");
  expect(podIdentity(pod({ labels: { app: "web" } })).version).toBe("web");
  expect(podIdentity(pod({})).version).toBe("app-1");
});

test("a Pod's ports are the TCP ports that it declares, each once, else 80 and 8080", () => {
  const ports = [{ containerPort: 9000 }, { containerPort: 53, protocol: "UDP" }];
  expect(podPorts(pod({}, [{ ports }, { ports: [{ containerPort: 9000 }, { containerPort: 9001 }] }]))).toEqual([
    9000, 9001,
  ]);
  expect(podPorts(pod({}))).toEqual([80, 8080]);
});
