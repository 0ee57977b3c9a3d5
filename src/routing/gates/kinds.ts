import { numberAt, objectAt, stringAt } from "../../base/json.js";
import type { KindSettings } from "../../config/kind.js";
import { groupResourceOf } from "../../kube/resource.js";
import { conditionOf, sinceOf } from "./conditions.js";
import { counted } from "./counted.js";
import { inferenceServiceGates } from "./inferenceService.js";
import { knativeServiceGates } from "./knativeService.js";
import { rolloutGates } from "./rollout.js";
import type { Finding, Gate, GateInput } from "./verdict.js";
import { notReady, ready, unseen } from "./verdict.js";

/**
 * A Deployment serves with one available replica; in the middle of a rollout it is routable. One whose rollout passed
 * `progressDeadlineSeconds` is not ready even while replicas of its former template still serve: that version is not
 * the one that was asked for, and Kubernetes has given up on it.
 */
const deployment: Gate = {
  name: "deployment",
  needsStatus: true,
  judge({ object }) {
    const progressing = conditionOf(object, "Progressing");
    if (stringAt(progressing, "reason") === "ProgressDeadlineExceeded")
      return notReady("ProgressDeadlineExceeded", "its rollout made no progress within its deadline", {
        field: "status.conditions[Progressing].reason",
        value: "ProgressDeadlineExceeded",
      });
    return counted("status.availableReplicas", "available", numberAt(object, "status", "availableReplicas"), {
      ...sinceOf(conditionOf(object, "Available")),
    });
  },
};

/** A StatefulSet serves with one ready replica (its availableReplicas counts `minReadySeconds`, which is 0 by default). */
const statefulSet: Gate = {
  name: "statefulset",
  needsStatus: true,
  judge: ({ object }) => counted("status.readyReplicas", "ready", numberAt(object, "status", "readyReplicas"), {}),
};

/**
 * At least one ready endpoint in the EndpointSlices of a Service. Services without a selector and ExternalName Services
 * have no slices of their own that the cluster fills, so the rule says nothing about them.
 */
const endpoints: Gate = {
  name: "endpoints",
  needsStatus: false,
  judge(input) {
    const skipped = noEndpoints(input);
    if (skipped !== undefined) return skipped;
    const found = input.endpoints;
    switch (found.state) {
      case "notApplicable":
        return undefined;
      case "unseen":
        return unseen("EndpointsUnseen", `its EndpointSlices cannot be seen: ${found.reason}`);
      case "seen":
        return countEndpoints(found.ready, found.slices);
    }
  },
};

function noEndpoints({ object }: GateInput): Finding | undefined {
  if (stringAt(object, "spec", "type") === "ExternalName")
    return ready("ExternalName", "an ExternalName Service has no endpoints to look at");
  if (Object.keys(objectAt(object, "spec", "selector")).length === 0)
    return ready("NoSelector", "a Service without a selector has no endpoints that the cluster keeps");
  return undefined;
}

function countEndpoints(count: number, slices: number): Finding {
  const field = "endpointslices.endpoints[ready=true]";
  if (count > 0)
    return ready("EndpointsReady", `${count} endpoint${count === 1 ? " is" : "s are"} ready`, {
      field,
      value: String(count),
    });
  const message =
    slices === 0
      ? "it has no EndpointSlice with the label iter8.tools/watch=true, which Kubernetes copies from the Service"
      : "none of its endpoints is ready";
  return notReady(slices === 0 ? "NoEndpointSlice" : "NoReadyEndpoint", message, { field, value: "0" });
}

/** The rules that Pointsman itself has for a kind; kinds without any are judged by existence and conditions. */
export function kindGates(kind: KindSettings): readonly Gate[] {
  switch (groupResourceOf(kind)) {
    case "deployments.apps":
      return [deployment];
    case "statefulsets.apps":
      return [statefulSet];
    case "services":
      return [endpoints];
    case "inferenceservices.serving.kserve.io":
      return inferenceServiceGates;
    case "services.serving.knative.dev":
      return knativeServiceGates;
    case "rollouts.argoproj.io":
      return rolloutGates;
    default:
      return [];
  }
}

/** False for KServe: its InferenceServices show the observedGeneration of the Deployment or Knative Service below them. */
export function trustsObservedGeneration(kind: { readonly group: string }): boolean {
  return kind.group !== "serving.kserve.io";
}
