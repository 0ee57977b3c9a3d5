import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../../src/base/json.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import { gateChain, judgeResource, judgeVersion } from "../../../../src/routing/gates/chain.js";
import type { Answer, ResourceInput, Verdict } from "../../../../src/routing/gates/verdict.js";
import { aDeployment, anObject, inputOf, kindNamed } from "./objects.js";

function judge(input: ResourceInput): Verdict {
  return judgeVersion(judgeResource(input)).decisive;
}

interface Row {
  readonly what: string;
  readonly object: KubeObject | undefined;
  readonly shorthand?: string;
  /** Answers while the version carries nothing, and while it carries weight; the second defaults to the first. */
  readonly idle: readonly [Answer, string];
  readonly carrying?: readonly [Answer, string];
  readonly endpoints?: ResourceInput["endpoints"];
}

const condition = (type: string, status: string, more: JsonObject = {}): JsonObject => ({ type, status, ...more });
const deleted = { deletionTimestamp: "2026-01-01T00:00:00Z" };
const selector = { selector: { app: "a" } };
const slices = (ready: number, count = 1): ResourceInput["endpoints"] => ({ state: "seen", ready, slices: count });

const deployments: readonly Row[] = [
  { what: "a serving Deployment", object: aDeployment(), idle: ["ready", "ConditionTrue"] },
  { what: "an absent Deployment", object: undefined, idle: ["notReady", "NotFound"] },
  {
    what: "a deleting one that still serves",
    object: aDeployment({ metadata: deleted }),
    idle: ["notReady", "Deleting"],
  },
  {
    what: "one scaled to zero whose status still counts replicas",
    object: aDeployment({ spec: { replicas: 0 } }),
    idle: ["notReady", "ScaledToZero"],
  },
  {
    what: "one scaled to zero whose status is behind",
    object: aDeployment({ spec: { replicas: 0 }, status: { observedGeneration: 1 } }),
    idle: ["notReady", "ScaledToZero"],
  },
  {
    what: "one with no replicas field, which means 1",
    object: anObject({ status: { availableReplicas: 1, conditions: [condition("Available", "True")] } }),
    idle: ["ready", "ConditionTrue"],
  },
  {
    what: "one whose status is behind its spec",
    object: aDeployment({ status: { observedGeneration: 1 } }),
    idle: ["notReady", "StatusBehind"],
    carrying: ["unseen", "StatusBehind"],
  },
  {
    what: "one whose status is behind and shows nothing available",
    object: aDeployment({ status: { observedGeneration: 1, availableReplicas: 0, conditions: [] } }),
    idle: ["notReady", "StatusBehind"],
    carrying: ["unseen", "StatusBehind"],
  },
  {
    what: "a deleting one whose status is behind",
    object: aDeployment({ metadata: deleted, status: { observedGeneration: 1 } }),
    idle: ["notReady", "Deleting"],
  },
  { what: "one without a status", object: anObject({ spec: { replicas: 1 } }), idle: ["notReady", "NoReplicas"] },
  {
    what: "one without available replicas",
    object: aDeployment({ status: { availableReplicas: 0 } }),
    idle: ["notReady", "NoReplicas"],
  },
  {
    what: "one in the middle of a rollout with one replica available",
    object: aDeployment({ spec: { replicas: 4 }, status: { availableReplicas: 1, updatedReplicas: 0 } }),
    idle: ["ready", "ConditionTrue"],
  },
  {
    what: "one whose rollout passed its deadline while former replicas serve",
    object: aDeployment({
      status: {
        conditions: [
          condition("Available", "True"),
          condition("Progressing", "False", { reason: "ProgressDeadlineExceeded" }),
        ],
      },
    }),
    idle: ["notReady", "ProgressDeadlineExceeded"],
  },
  {
    what: "one that is not Available",
    object: aDeployment({ status: { conditions: [condition("Available", "False", { message: "too few" })] } }),
    idle: ["notReady", "ConditionNotTrue"],
    carrying: ["ready", "ConditionTolerated"],
  },
  {
    what: "one that is not Available and has no available replica",
    object: aDeployment({ status: { availableReplicas: 0, conditions: [condition("Available", "False")] } }),
    idle: ["notReady", "NoReplicas"],
  },
  {
    what: "one whose condition is written in lower case",
    object: aDeployment({ status: { conditions: [condition("available", "True")] } }),
    idle: ["ready", "ConditionTrue"],
  },
  {
    what: "one whose condition is true without quotes",
    object: aDeployment({ status: { conditions: [{ type: "Available", status: true }] } }),
    idle: ["notReady", "ConditionNotTrue"],
  },
  {
    what: "one whose condition is of an older generation",
    object: aDeployment({ status: { conditions: [condition("Available", "True", { observedGeneration: 1 })] } }),
    idle: ["notReady", "StatusBehind"],
    carrying: ["unseen", "StatusBehind"],
  },
  {
    what: "one whose conditions are no list",
    object: aDeployment({ status: { conditions: "x" } }),
    idle: ["notReady", "ConditionMissing"],
  },
];

const others: readonly Row[] = [
  {
    shorthand: "sts",
    what: "a StatefulSet with a ready replica",
    object: anObject({ status: { readyReplicas: 1 } }),
    idle: ["ready", "ReplicasServing"],
  },
  {
    shorthand: "sts",
    what: "a StatefulSet without one",
    object: anObject({ status: { replicas: 1 } }),
    idle: ["notReady", "NoReplicas"],
  },
  { shorthand: "cm", what: "a ConfigMap", object: anObject(), idle: ["ready", "NotDeleting"] },
  {
    shorthand: "cm",
    what: "a deleting ConfigMap",
    object: anObject({ metadata: deleted }),
    idle: ["notReady", "Deleting"],
  },
  { shorthand: "httproute", what: "a route", object: anObject(), idle: ["ready", "NotDeleting"] },
  {
    shorthand: "svc",
    what: "a Service with ready endpoints",
    object: anObject({ spec: selector }),
    endpoints: slices(2),
    idle: ["ready", "EndpointsReady"],
  },
  {
    shorthand: "service",
    what: "a Service under its other name",
    object: anObject({ spec: selector }),
    endpoints: slices(0),
    idle: ["notReady", "NoReadyEndpoint"],
  },
  {
    shorthand: "svc",
    what: "a Service whose endpoints are not ready",
    object: anObject({ spec: selector }),
    endpoints: slices(0),
    idle: ["notReady", "NoReadyEndpoint"],
  },
  {
    shorthand: "svc",
    what: "a Service without slices",
    object: anObject({ spec: selector }),
    endpoints: slices(0, 0),
    idle: ["notReady", "NoEndpointSlice"],
  },
  {
    shorthand: "svc",
    what: "a Service whose slices cannot be seen",
    object: anObject({ spec: selector }),
    endpoints: { state: "unseen", reason: "Forbidden" },
    idle: ["unseen", "EndpointsUnseen"],
  },
  {
    shorthand: "svc",
    what: "a Service without a selector",
    object: anObject({ spec: {} }),
    endpoints: slices(0, 0),
    idle: ["ready", "NoSelector"],
  },
  {
    shorthand: "svc",
    what: "a Service with an empty selector",
    object: anObject({ spec: { selector: {} } }),
    endpoints: slices(0, 0),
    idle: ["ready", "NoSelector"],
  },
  {
    shorthand: "svc",
    what: "an ExternalName Service",
    object: anObject({ spec: { ...selector, type: "ExternalName" } }),
    endpoints: slices(0, 0),
    idle: ["ready", "ExternalName"],
  },
  {
    shorthand: "svc",
    what: "a deleting Service with endpoints",
    object: anObject({ metadata: deleted, spec: selector }),
    endpoints: slices(1),
    idle: ["notReady", "Deleting"],
  },
  {
    shorthand: "isvc",
    what: "an InferenceService whose observedGeneration is of the Deployment below",
    object: anObject({
      metadata: { generation: 9 },
      status: { observedGeneration: 1, conditions: [condition("Ready", "True", { observedGeneration: 1 })] },
    }),
    idle: ["ready", "ConditionTrue"],
  },
  {
    shorthand: "isvc",
    what: "an InferenceService without conditions",
    object: anObject(),
    idle: ["notReady", "ConditionMissing"],
  },
  {
    shorthand: "ksvc",
    what: "a Knative Service whose status is behind",
    object: anObject({ status: { observedGeneration: 1, conditions: [condition("Ready", "True")] } }),
    idle: ["notReady", "StatusBehind"],
    carrying: ["unseen", "StatusBehind"],
  },
  {
    shorthand: "ksvc",
    what: "a Knative Service without conditions",
    object: anObject({ status: { observedGeneration: 2 } }),
    idle: ["notReady", "ConditionMissing"],
  },
];

describe.each([...deployments, ...others])("$what", ({ shorthand = "deploy", object, endpoints, idle, carrying }) => {
  const more = endpoints === undefined ? {} : { endpoints };

  it(`is ${idle.join(", ")} while its version carries nothing`, () => {
    const { answer, reason } = judge(inputOf(shorthand, object, more));
    expect([answer, reason]).toEqual(idle);
  });

  const expected = carrying ?? idle;
  it(`is ${expected.join(", ")} while its version carries weight`, () => {
    const { answer, reason } = judge(inputOf(shorthand, object, { ...more, carrying: true }));
    expect([answer, reason]).toEqual(expected);
  });
});

describe("a resource", () => {
  it("is unseen with the reason where we cannot see it", () => {
    const seen = { state: "unseen", reason: "Forbidden", message: "may not list deployments" } as const;
    expect(judgeResource(inputOf("deploy", undefined, { seen, carrying: true }))).toEqual([
      {
        answer: "unseen",
        gate: "existence",
        reason: "Forbidden",
        message: "may not list deployments",
        resource: "deploy default/app",
      },
    ]);
  });

  it("counts as gone where the cluster does not have its kind", () => {
    const verdict = judge(inputOf("vs", undefined, { seen: { state: "kindAbsent" } }));
    expect(verdict).toMatchObject({ answer: "notReady", reason: "KindAbsent" });
  });

  it("gets a verdict of every gate that applies, each with the resource's name", () => {
    const verdicts = judgeResource(inputOf("deploy", aDeployment()));
    expect(verdicts.map((verdict) => verdict.gate)).toEqual([
      "existence",
      "deletion",
      "status age",
      "deployment",
      "condition Available",
    ]);
    expect(new Set(verdicts.map((verdict) => verdict.resource))).toEqual(new Set(["deploy default/app"]));
  });

  it("tells the field, its value and since when the condition has been so", () => {
    expect(judge(inputOf("deploy", aDeployment()))).toMatchObject({
      field: "status.conditions[Available].status",
      value: "True",
      since: Date.UTC(2026, 0, 1),
    });
    const object = aDeployment({
      status: { conditions: [condition("Available", "False", { message: "too few Pods" })] },
    });
    expect(judge(inputOf("deploy", object))).toMatchObject({
      value: "False",
      message: "its condition Available is False: too few Pods",
    });
  });

  it("has no time where lastTransitionTime cannot be read", () => {
    const object = aDeployment({
      status: { conditions: [condition("Available", "True", { lastTransitionTime: "noon" })] },
    });
    expect(judge(inputOf("deploy", object)).since).toBeUndefined();
  });

  it("is asked the configuration's expression, then the routemap's", () => {
    const kind = kindNamed("deploy", { ready: "object.status.availableReplicas >= 1" });
    const ref = { kind: "deploy", namespace: "default", name: "app", ready: "object.spec.replicas == 2" };
    const verdicts = judgeResource(inputOf("deploy", aDeployment(), { kind, ref }));
    expect(verdicts.slice(-2).map(({ gate, answer, reason }) => [gate, answer, reason])).toEqual([
      ["expression of the kind", "ready", "ExpressionTrue"],
      ["expression of the routemap", "notReady", "ExpressionFalse"],
    ]);
  });

  it("is not ready where an expression does not compile, fails or reads too much", () => {
    const reasons = ["object.data", "object.status.missing == 1", "object.status.l.exists(i, i == 1)"].map((source) => {
      const object = aDeployment({ status: { l: Array.from({ length: 101 }, () => 1) } });
      return judge(inputOf("deploy", object, { kind: kindNamed("deploy", { ready: source }) })).reason;
    });
    expect(reasons).toEqual(["ExpressionInvalid", "ExpressionError", "Truncated"]);
  });

  it("keeps its endpoints rule while its status is behind", () => {
    const object = anObject({ spec: selector, status: { observedGeneration: 1 } });
    const verdict = judge(inputOf("svc", object, { carrying: true, endpoints: slices(0) }));
    expect(verdict).toMatchObject({ answer: "notReady", reason: "NoReadyEndpoint" });
  });

  it("can be judged by a chain that was made before", () => {
    const input = inputOf("deploy", aDeployment({ status: { availableReplicas: 0 } }));
    expect(judgeResource(input, gateChain(input.kind))).toEqual(judgeResource(input));
  });

  it("is judged without an exception and never ready while deleting or at 0 replicas, whatever it contains", () => {
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => value as JsonObject);
    const parts = fc.record({ spec: json, status: json, replicas: fc.option(fc.constant(0)), deleting: fc.boolean() });
    const shorthand = fc.constantFrom("deploy", "sts", "svc", "cm", "isvc", "ksvc", "rollout", "httproute");
    fc.assert(
      fc.property(shorthand, parts, fc.boolean(), (name, { spec, status, replicas, deleting }, carrying) => {
        const metadata = { ...anObject().metadata, ...(deleting ? deleted : {}) };
        const object: KubeObject = { ...anObject(), metadata, spec: replicas === 0 ? { replicas } : spec, status };
        const kind = kindNamed(name, { ready: "object.status.a.exists(x, x == 1)" });
        const { answer } = judgeVersion(judgeResource(inputOf(name, object, { kind, carrying })));
        if (deleting || replicas === 0) expect(answer).toBe("notReady");
        else expect(["ready", "notReady", "unseen"]).toContain(answer);
      }),
    );
  });
});

describe("a version", () => {
  const verdict = (answer: Answer, gate: string): Verdict => ({
    answer,
    gate,
    reason: "R",
    message: "m",
    resource: "r",
  });

  it("takes not ready before unseen before ready, and the first of the winners decides", () => {
    const [ready, blind, no, later] = [
      verdict("ready", "a"),
      verdict("unseen", "b"),
      verdict("notReady", "c"),
      verdict("notReady", "d"),
    ];
    expect(judgeVersion([ready, blind, no, later])).toEqual({ answer: "notReady", decisive: no });
    expect(judgeVersion([ready, blind])).toEqual({ answer: "unseen", decisive: blind });
    expect(judgeVersion([ready])).toEqual({ answer: "ready", decisive: ready });
  });

  it("is ready where it lists nothing", () => {
    expect(judgeVersion([])).toMatchObject({ answer: "ready", decisive: { reason: "NothingListed" } });
  });
});
