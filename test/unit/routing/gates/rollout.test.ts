import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { JsonObject } from "../../../../src/base/json.js";
import type { KubeObject } from "../../../../src/kube/object.js";
import { anObject, condition, decide, decideBoth } from "./objects.js";

function rollout(
  status: JsonObject,
  spec: JsonObject = { workloadRef: { kind: "Deployment", name: "a" } },
): KubeObject {
  const conditions = [condition("Available", "True")];
  return anObject({
    spec,
    status: { phase: "Healthy", availableReplicas: 1, observedGeneration: "2", conditions, ...status },
  });
}

const serving = ["ready", "PhaseServing"];

describe("an Argo Rollout", () => {
  it.each(["Healthy", "Paused"])(
    "is ready in the phase %s with an available replica, also without a template",
    (phase) => {
      expect(decideBoth("rollout", rollout({ phase }))).toEqual([serving, serving]);
    },
  );

  it("is not ready without an available replica, whatever its phase", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("Healthy", "Paused", "Progressing", "Degraded", ""),
        fc.boolean(),
        (phase, carrying) => {
          expect(decide("rollout", rollout({ phase, availableReplicas: 0 }), carrying).reason).toBe("NoReplicas");
        },
      ),
    );
  });

  it("keeps its traffic, but gets none, while it is progressing", () => {
    const object = rollout({ phase: "Progressing", message: "more replicas need to be updated" });
    expect(decideBoth("rollout", object)).toEqual([
      ["notReady", "PhaseNotServing"],
      ["ready", "PhaseTolerated"],
    ]);
    expect(decide("rollout", object)).toMatchObject({
      message: "its phase is Progressing: more replicas need to be updated",
      field: "status.phase",
      value: "Progressing",
    });
  });

  it("is not ready when it is degraded, also while it carries traffic and replicas are available", () => {
    const refused = ["notReady", "PhaseNotServing"];
    expect(decideBoth("rollout", rollout({ phase: "Degraded" }))).toEqual([refused, refused]);
  });

  it("is not ready before it has a phase", () => {
    expect(decide("rollout", rollout({ phase: "" })).reason).toBe("PhaseMissing");
  });

  it("is not ready at zero replicas, whatever its status says", () => {
    expect(decide("rollout", rollout({}, { replicas: 0 })).reason).toBe("ScaledToZero");
  });

  it("whose observedGeneration is behind is not ready, and unseen while it carries traffic", () => {
    expect(decideBoth("rollout", rollout({ observedGeneration: "1", availableReplicas: 0 }))).toEqual([
      ["notReady", "StatusBehind"],
      ["unseen", "StatusBehind"],
    ]);
  });

  it("has nothing said about its age by the hash that early releases wrote", () => {
    for (const observedGeneration of ["6d5f7b9c8", "", "1e9"])
      expect(decideBoth("rollout", rollout({ observedGeneration }))).toEqual([serving, serving]);
  });

  it("is as old as its generation says, which is a number written as text", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 99 }), (generation, observed) => {
        const { metadata, ...rest } = rollout({ observedGeneration: String(observed) });
        const object = { ...rest, metadata: { ...metadata, generation } };
        expect(decide("rollout", object).answer).toBe(observed >= generation ? "ready" : "notReady");
      }),
    );
  });
});
