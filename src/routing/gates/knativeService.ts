import { conditionGate } from "./configured.js";
import { revisionGate } from "./revisions.js";
import type { Gate } from "./verdict.js";

/**
 * The rules for a Knative Service on top of its condition Ready: its routes are programmed and its newest revision is
 * ready. How many Pods it has says nothing; Knative holds requests until one is up.
 */
export const knativeServiceGates: readonly Gate[] = [
  conditionGate("RoutesReady"),
  revisionGate({
    created: ["status", "latestCreatedRevisionName"],
    ready: ["status", "latestReadyRevisionName"],
  }),
];
