import { stringAt } from "../../base/json.js";
import { groupResourceOf } from "../../kube/resource.js";
import { predictorRevisions } from "../kserve.js";
import type { GateInput } from "./verdict.js";

/**
 * Who serves although a condition is not True, for a sentence "… while X"; undefined where that is no excuse.
 *
 * Only a version that carries traffic is excused: every scaling and every rollout shows such a condition for a while,
 * and taking the traffic away would be the outage. A raise from nothing needs the condition.
 */
export function servesMeanwhile(input: GateInput, type: string, status: string): string | undefined {
  if (!input.carrying) return undefined;
  switch (groupResourceOf(input.kind)) {
    case "deployments.apps":
      return type === "Available" && status === "False" ? "replicas of it serve" : undefined;
    case "services.serving.knative.dev":
      return status === "Unknown" ? readyRevision(input, type) : undefined;
    case "inferenceservices.serving.kserve.io": {
      const { ready } = predictorRevisions(input.object);
      return type === "Ready" && status === "Unknown" && ready !== undefined
        ? `its revision ${ready} serves`
        : undefined;
    }
    default:
      return undefined;
  }
}

/** Knative says Unknown while it rolls out, and until that has ended the revision that was ready last serves. */
function readyRevision({ object }: GateInput, type: string): string | undefined {
  const revision = stringAt(object, "status", "latestReadyRevisionName") ?? "";
  if (revision === "" || (type !== "Ready" && type !== "RoutesReady")) return undefined;
  return `its revision ${revision} serves`;
}
